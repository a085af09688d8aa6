// Client: starts workflows and finds them.
//
//   client::Client client(service, executor);
//   auto run = client.start(&Approval::run, client::StartOptions("approve-1", "reports"), dates);
//   if (!run) return complain(run.status().text());
//   if (Status sent = run->signal(&Approval::approve, true); !sent.ok()) ...
//   Outcome<int> days = run->result<int>().value();
//
// Each call is a Result: what the service refused or could not do. What the workflow itself failed
// with is an Outcome.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tuple>

#include "temporal/client/activity_handle.h"
#include "temporal/client/client_options.h"
#include "temporal/client/start_options.h"
#include "temporal/client/workflow_handle.h"

namespace temporal::service {
class Service;
}

namespace temporal::client {

// Blocks; thread safe. Not to be used on a thread that the executor or the service needs to answer.
// Service and executor outlive it, its handles, and every call.
//
// Calls are tried again for 10 s where that can help, and each attempt takes 10 s at the most.
// Values that JSON cannot hold end a call as InvalidArgument, and answers of another shape than
// asked for as DataLoss.
class Client {
 public:
  Client(service::Service& service, Executor& executor, const ClientOptions& options = {});

  // Whether the service answers and has the namespace; tried once. Says what to do, if not.
  Status check() const;

  template <class... Args>
  Result<WorkflowHandle> start(const std::string& type, const StartOptions& options,
                               const Args&... args) const {
    return start_workflow(type, options, detail::input_of(args...));
  }
  template <class W, class R, class... Args>
  Result<WorkflowHandle> start(wf::Task<R> (W::*run)(Args...), const StartOptions& options,
                               const std::type_identity_t<Args>&... args) const {
    return start_workflow(wf::definition_of<W>().name_of_run(run), options,
                          detail::input_of(args...));
  }
  // Signals the workflow; starts it first, where it is not running.
  template <class... Args, class... SignalArgs>
  Result<WorkflowHandle> signal_with_start(const std::string& type, const StartOptions& options,
                                           const std::tuple<Args...>& args,
                                           const std::string& signal,
                                           const SignalArgs&... signal_args) const {
    return signal_or_start(type, options, input_of_tuple(args), signal,
                           detail::input_of(signal_args...));
  }
  template <class W, class R, class... Args, class S, class... SignalArgs>
  Result<WorkflowHandle> signal_with_start(
      wf::Task<R> (W::*run)(Args...), const StartOptions& options,
      const std::tuple<std::decay_t<Args>...>& args, S (W::*signal)(SignalArgs...),
      const std::type_identity_t<SignalArgs>&... signal_args) const {
    return signal_or_start(wf::definition_of<W>().name_of_run(run), options, input_of_tuple(args),
                           wf::definition_of<W>().name_of(signal),
                           detail::input_of(signal_args...));
  }
  // A workflow that was started elsewhere; not looked up.
  WorkflowHandle workflow(const std::string& id, const std::string& run_id = {}) const {
    return {caller_, {id, run_id, run_id, "", false}};
  }

  // Workflows that a visibility query finds, such as `WorkflowType = 'Approval'`, page by page:
  // those that run first, then by their end, the latest first. Stops when `each` returns false. A
  // workflow is found a moment after it has started.
  Status list(const std::string& query,
              const std::function<bool(const WorkflowDescription&)>& each) const;
  // Without GROUP BY: that counts all.
  Result<std::int64_t> count(const std::string& query) const;

  // Who serves a task queue, and what waits there. Who is gone is told by two clocks, the service's
  // and the executor's.
  Result<QueueDescription> describe_queue(const std::string& queue, TaskKind kind) const;

  // Activities that are completed from outside of their worker.
  ActivityHandle activity(const std::string& task_token) const {
    return {caller_, {task_token, "", "", ""}};
  }
  // An empty run id is the current run.
  ActivityHandle activity(const std::string& workflow_id, const std::string& run_id,
                          const std::string& activity_id) const {
    return {caller_, {"", workflow_id, run_id, activity_id}};
  }

 private:
  template <class Tuple>
  static Result<Payloads> input_of_tuple(const Tuple& tuple) {
    return std::apply([](const auto&... args) { return detail::input_of(args...); }, tuple);
  }
  Result<WorkflowHandle> start_workflow(const std::string& type, const StartOptions& options,
                                        Result<Payloads> input) const;
  Result<WorkflowHandle> signal_or_start(const std::string& type, const StartOptions& options,
                                         Result<Payloads> input, const std::string& signal,
                                         Result<Payloads> signal_input) const;

  std::shared_ptr<Caller> caller_;
};

}  // namespace temporal::client
