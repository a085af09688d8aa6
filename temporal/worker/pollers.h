// Pollers: keep a worker's polls at the service, from the question for its namespace until all is
// quiet after stop().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "temporal/worker/activity_tasks.h"
#include "temporal/worker/poller.h"
#include "temporal/worker/workflow_tasks.h"

namespace temporal::worker {

// Shared with its calls: they may end after the worker has stopped and gone. Thread safe.
class Pollers : public std::enable_shared_from_this<Pollers> {
 public:
  Pollers(std::shared_ptr<Setting> setting, std::shared_ptr<WorkflowTasks> workflows,
          std::shared_ptr<ActivityTasks> activities);

  // Asks for the namespace's limits, and polls. A service that does not answer is logged at once,
  // and polled in the end.
  void start();
  // Ends the polls, waits for what is at work, and calls `stopped`.
  void stop(std::function<void()> stopped);
  // A poll that waits holds a slot for what it may bring; that is not counted.
  int at_work();

 private:
  using WorkflowPoller = Poller<service::Rpc::PollWorkflowTaskQueue>;
  using ActivityPoller = Poller<service::Rpc::PollActivityTaskQueue>;
  using Namespace = service::Reply<service::Rpc::DescribeNamespace>;

  void ask(service::Retry retry, bool again);
  void described(const Status& status, const Namespace& reply, bool again);
  void poll();
  std::shared_ptr<WorkflowPoller> workflow_poller(bool sticky, int most);
  std::shared_ptr<ActivityPoller> activity_poller();
  void pump_workflows();
  void heard(const char* found, const char* none, const Status& status, bool task);
  void complain(const std::string& text);
  void gauge(const char* type, const Slots& slots);
  void wait_for_quiet();
  template <class F>
  void each(const F& f) {
    if (sticky_) f(*sticky_);
    if (normal_) f(*normal_);
    if (activity_) f(*activity_);
  }

  const std::shared_ptr<Setting> shared_setting_;
  Setting& setting_;
  const std::shared_ptr<WorkflowTasks> workflows_;
  const std::shared_ptr<ActivityTasks> activities_;
  std::shared_ptr<WorkflowPoller> normal_, sticky_;
  std::shared_ptr<ActivityPoller> activity_;
  std::function<void()> stopped_;
  std::mutex starting_;
  bool stopping_ = false;
  std::mutex complaining_;
  std::map<std::string, TimePoint> complaints_;  // since a poll was answered: when they were said
};

}  // namespace temporal::worker
