// WorkflowTasks: works on the workflow tasks that come from the service, each on the run it belongs
// to, and answers.
//
// The life of a task: take() -> its run, from the cache or replayed from its whole history ->
// replay::Run works through what is new -> local activities, if the code asks for some; while they
// run, the service hears in time that the task is not lost -> the answer -> what the answer brings.
//
// A task that cannot be answered takes its run out of the cache: the next starts from the history.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "temporal/worker/activity_tasks.h"
#include "temporal/worker/cache.h"
#include "temporal/worker/cached_run.h"
#include "temporal/worker/local_activities.h"
#include "temporal/worker/setting.h"
#include "temporal/worker/slots.h"
#include "temporal/worker/watchdog.h"

namespace temporal::worker {

// Shared with the tasks at work. Thread safe.
class WorkflowTasks : public std::enable_shared_from_this<WorkflowTasks> {
 public:
  WorkflowTasks(Setting& setting, std::shared_ptr<ActivityTasks> activities);

  Slots& slots() { return slots_; }
  // The slot is given back when the task, and those that its answer brings, are answered.
  void take(WorkflowTaskReply task);
  // From now on answers ask for no further task, and for no activity.
  void stopping() { stopping_ = true; }
  // From now on tasks whose local activities have not ended are not answered: they time out, and
  // another worker takes them up.
  void give_up_locals();
  // Lets go of all runs that no task is being worked on; letting_go() says how much of that, and of
  // local activities, is still at work.
  void clear();
  int letting_go() const;
  int cached() const;

 private:
  using RunPtr = std::shared_ptr<CachedRun>;
  // For people: "workflow Approval order-7/<run id>".
  static std::string name_of(const WorkflowTaskReply& task) {
    const auto& execution = task.workflow_execution();
    return "workflow " + task.workflow_type().name() + " " + execution.workflow_id() + "/" +
           execution.run_id();
  }
  // What it takes to answer a task, and to name it.
  struct AnswerTo {
    explicit AnswerTo(const WorkflowTaskReply& task)
        : token(task.task_token()),
          name(name_of(task)),
          attempt(task.attempt()),
          query(task.has_query()) {}
    std::string token, name;
    int attempt;
    bool query;  // nothing but a query
  };

  // worker/workflow_tasks.cc: which run
  void begin(const RunPtr& run, WorkflowTaskReply task);
  void evict(const RunPtr& run);
  void finish(const RunPtr& run);
  std::vector<RunPtr> too_much();
  void let_go_all(const std::vector<RunPtr>& runs);
  void let_go(const RunPtr& run);

  // worker/workflow_history.cc: the history it needs
  void prepare(const RunPtr& run);
  void fetch(const RunPtr& run, std::string token, std::int64_t before);
  void fetched(const RunPtr& run, const Status& status, std::shared_ptr<replay::HistoryProto> page,
               std::string token, std::int64_t before);
  bool make_run(const RunPtr& run);
  bool decoded(const RunPtr& run, google::protobuf::Message& message);

  // worker/workflow_activation.cc: the work
  void activate(const RunPtr& run);
  bool advance(const RunPtr& run);
  void advanced(const RunPtr& run);
  void keep_alive(const RunPtr& run);
  void give_up(const RunPtr& run);
  void stuck(const AnswerTo& to);

  // worker/workflow_answer.cc: the answer
  void answer(const RunPtr& run, bool heartbeat);
  void answer_query(const RunPtr& run);
  std::optional<replay::Problem> prepared(
      service::Request<service::Rpc::RespondWorkflowTaskCompleted>& request) const;
  bool encoded(google::protobuf::Message& request) const;
  bool hides_texts() const;
  void answered(const RunPtr& run, const Status& status,
                const service::Reply<service::Rpc::RespondWorkflowTaskCompleted>& reply,
                int eager_slots);
  void send_query_answer(const std::string& token, const Outcome<Payloads>& outcome,
                         std::function<void()> sent);

  // worker/workflow_failure.cc: what is answered in its place
  void fail(const RunPtr& run, const replay::Problem& problem);
  void fail_workflow(const AnswerTo& to, const Failure& failure);
  void send_failure(const AnswerTo& to, const replay::Problem& problem);

  Setting& setting_;
  Slots slots_;
  const std::shared_ptr<ActivityTasks> activities_;
  const std::shared_ptr<LocalActivities> locals_;
  const std::shared_ptr<Watchdog> watchdog_;
  mutable std::mutex mutex_;
  RunCache cache_;
  std::atomic<int> letting_go_ = 0;
  std::atomic<bool> stopping_ = false, giving_up_ = false;
};

}  // namespace temporal::worker
