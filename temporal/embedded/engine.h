// Engine: what the parts of the embedded service share: the lock, time, ids, runs, task queues, and
// the work that follows a change. Everything but call() and cancel() is called with the lock held.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "temporal/base/executor.h"
#include "temporal/embedded/call.h"
#include "temporal/embedded/ids.h"
#include "temporal/embedded/options.h"
#include "temporal/embedded/run.h"
#include "temporal/embedded/task_queue.h"

namespace temporal::embedded {

struct Namespace {
  std::string id;
  std::string description;
  Duration retention{};
  std::deque<RunPtr> closed = {};  // those that are kept, in the order of their ends
};

class Engine : public std::enable_shared_from_this<Engine> {
 public:
  Engine(Executor& executor, Options options);

  service::Service::Cancel call(service::Rpc rpc, const google::protobuf::Message& request,
                                google::protobuf::Message& reply, Duration timeout,
                                service::Service::Done done);
  // Ends every call; later ones end at once.
  void close();

  TimePoint now() const { return executor_.now(); }
  std::string new_id() { return ids_.next(); }
  std::int64_t new_task_id() { return ++last_task_id_; }
  const Options& options() const { return options_; }

  // Ends the call, unless it has ended.
  void end(const CallPtr& call, Status status);
  // Keeps a call that waits; `leave` takes it out of where it waits. After `most`, or shortly
  // before its own deadline, `at_limit` writes the empty answer and the call ends as Ok.
  void hold(const CallPtr& call, std::function<void()> leave, Duration most,
            std::function<void()> at_limit);
  // Keeps a call until it is ended, or its deadline.
  void hold(const CallPtr& call, std::function<void()> leave) { call->leave = std::move(leave); }

  Executor::TimerId at(TimePoint time, std::function<void()> task);
  void stop(Executor::TimerId& timer);
  // Runs the task soon, after those that were given before, in a change of its own.
  void later(std::function<void()> task);

  Namespace* find_namespace(const std::string& name);
  std::map<std::string, Namespace>& namespaces() { return namespaces_; }
  // The run, or the current run of the workflow; the Status says what is missing.
  Result<RunPtr> find(const std::string& namespace_name,
                      const api::common::v1::WorkflowExecution& execution);
  RunPtr current(const std::string& namespace_name, const std::string& workflow_id);
  RunPtr run_of(const std::string& run_id);
  void add(RunPtr run);
  // All runs that are kept, in the order of their start.
  const std::map<std::uint64_t, RunPtr>& runs() const { return by_order_; }
  void closed(const RunPtr& run);

  TaskQueues& queues() { return queues_; }
  // By id: those whose callers wait.
  std::map<std::string, std::shared_ptr<DirectQuery>>& direct_queries() { return queries_; }

 private:
  void pump();
  // Forgets runs whose retention has passed.
  void forget();

  Executor& executor_;
  const Options options_;
  std::mutex mutex_;
  Ids ids_;
  std::int64_t last_task_id_ = 1'048'576;
  std::uint64_t last_order_ = 0;
  bool open_ = true;
  std::uint64_t last_call_ = 0;
  std::map<std::uint64_t, CallPtr> held_;  // by number
  std::deque<std::function<void()>> later_;
  std::map<std::string, Namespace> namespaces_;
  std::map<std::uint64_t, RunPtr> by_order_;
  std::map<std::string, RunPtr> by_id_;
  std::map<std::pair<std::string, std::string>, RunPtr> current_;
  TaskQueues queues_;
  std::map<std::string, std::shared_ptr<DirectQuery>> queries_;
};

}  // namespace temporal::embedded
