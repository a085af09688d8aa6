// Worker: serves a task queue: runs workflows and activities.
//
//   ThreadExecutor workflows(2), activities(100);
//   service::GrpcService service{service::ConnectOptions("127.0.0.1:7233")};
//   worker::Worker worker(service, workflows, activities, worker::WorkerOptions("reports"));
//   worker.add<Approval>();
//   worker.add(compute_pass, [](PassInput input) { return compute(input); });
//   worker.start();
//   ...
//   worker.stop();
#pragma once

#include <memory>
#include <string>
#include <type_traits>

#include "temporal/base/status.h"
#include "temporal/worker/setting.h"

namespace temporal::worker {

class ActivityTasks;
class Pollers;
class WorkflowTasks;

// Everything it does runs on the executors: with one that is stepped it is stepped, and has no
// threads. The service and the executors outlive it, and the executors still run when it is
// destroyed. add() before start(), start() once, and never after stop(): anything else throws
// std::logic_error.
class Worker {
 public:
  Worker(service::Service& service, Executor& executor, Executor& activity_executor,
         const WorkerOptions& options);
  // Stops first, if that was not done.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  template <class W>
  Worker& add() {
    return add(wf::definition_of<W>().type());
  }
  Worker& add(std::shared_ptr<const wf::WorkflowType> type);
  // The function takes the arguments, and an ActivityContext& before them if it wants one; it
  // returns the result or an Outcome of it, or throws. It is called on many threads at a time.
  template <class R, class... Args, class F>
  Worker& add(const wf::Activity<R(Args...)>& activity, F function) {
    return add(std::string(activity.name()),
               detail::activity_function<R, Args...>(std::move(function)));
  }
  Worker& add(const std::string& activity, ActivityFunction function);

  // Begins to poll. Asks the service for the namespace's limits first; a service that cannot be
  // reached, or a missing namespace, is logged and polled for until stop().
  void start();

  // Takes no new tasks, and tells the service so that waiting ones go elsewhere. Tasks at work are
  // finished, however long their code takes; activities are told to end when the grace period is
  // over, and workflow tasks that wait for local ones are left to another worker. `stopped` is
  // called when all is quiet.
  void begin_stop(std::function<void()> stopped);
  // The same, and waits. Not on one of the executors' threads, nor with a stepped executor.
  void stop();

  // Workflow tasks and activities that it has taken and not answered.
  int at_work() const;
  int cached_runs() const;

 private:
  void expect_not_started(const std::string& what) const;

  std::shared_ptr<Setting> setting_;
  std::shared_ptr<ActivityTasks> activities_;
  std::shared_ptr<WorkflowTasks> workflows_;
  std::shared_ptr<Pollers> pollers_;
  bool started_ = false, stopped_ = false;
};

}  // namespace temporal::worker
