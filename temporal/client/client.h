// Client: starts workflows and finds them.
//
//   client::Client client(service, executor);
//   auto run = client.start(&Approval::run, client::StartOptions("approve-1", "reports"), dates);
//   run->signal(&Approval::approve, true);
//   Outcome<int> days = run->result<int>().value();
//
// Each call is a Result: what the service refused or could not do. What the workflow itself failed
// with is an Outcome.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "temporal/client/start_options.h"
#include "temporal/client/workflow_handle.h"

namespace temporal::client {

// Blocks; thread safe. Service and executor outlive it and its handles.
class Client {
 public:
  Client(service::Service& service, Executor& executor, const ClientOptions& options = {})
      : caller_(std::make_shared<Caller>(service, executor, options.values())) {}

  template <class... Args>
  Result<WorkflowHandle> start(const std::string& type, const StartOptions& options,
                               const Args&... args) {
    return start_workflow(type, options, encode_all(args...));
  }
  template <class W, class R, class... Args>
  Result<WorkflowHandle> start(wf::Task<R> (W::*)(Args...), const StartOptions& options,
                               const std::type_identity_t<Args>&... args) {
    return start_workflow(wf::definition_of<W>().type()->name, options, encode_all(args...));
  }
  // Signals the workflow; starts it first, where it is not running.
  template <class... Args, class... SignalArgs>
  Result<WorkflowHandle> signal_with_start(const std::string& type, const StartOptions& options,
                                           const std::tuple<Args...>& args,
                                           const std::string& signal,
                                           const SignalArgs&... signal_args) {
    return signal_or_start(type, options,
                           std::apply([](const auto&... a) { return encode_all(a...); }, args),
                           signal, encode_all(signal_args...));
  }
  // A workflow that was started elsewhere; not looked up.
  WorkflowHandle workflow(const std::string& id, const std::string& run_id = {}) {
    return {caller_, id, run_id};
  }

  // Workflows that a visibility query finds, such as `WorkflowType = 'Approval'`, newest first.
  // Stops when `each` returns false.
  Status list(const std::string& query,
              const std::function<bool(const WorkflowDescription&)>& each);
  Result<std::int64_t> count(const std::string& query);

  // Activities that are completed from outside of their worker, by task token.
  template <class T>
  Status complete_activity(const std::string& task_token, const T& result) {
    return end_activity(task_token, encode_all(result));
  }
  Status fail_activity(const std::string& task_token, const Failure& failure) {
    return end_activity(task_token, failure);
  }
  // True: the workflow asks it to stop.
  template <class... Args>
  Result<bool> heartbeat_activity(const std::string& task_token, const Args&... details) {
    return record_heartbeat(task_token, encode_all(details...));
  }

 private:
  Result<WorkflowHandle> start_workflow(const std::string& type, const StartOptions& options,
                                        Payloads input);
  Result<WorkflowHandle> signal_or_start(const std::string& type, const StartOptions& options,
                                         Payloads input, const std::string& signal,
                                         Payloads signal_input);
  Status end_activity(const std::string& task_token, const Outcome<Payloads>& outcome);
  Result<bool> record_heartbeat(const std::string& task_token, Payloads details);

  std::shared_ptr<Caller> caller_;
};

}  // namespace temporal::client
