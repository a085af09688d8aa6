// Run: one run of a workflow, as the engine keeps it. Data only; what happens to it is in the files
// that are named after it. Guarded by the engine's lock.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "temporal/api/enums/v1/workflow.pb.h"
#include "temporal/api/query/v1/message.pb.h"
#include "temporal/embedded/call.h"
#include "temporal/embedded/history_store.h"
#include "temporal/embedded/pending.h"
#include "temporal/embedded/update.h"

namespace temporal::embedded {

using WorkflowStatus = api::enums::v1::WorkflowExecutionStatus;

enum class TaskType { Normal, Speculative };

// The workflow task that is scheduled or started; its attempt outlives it.
struct WorkflowTask {
  std::int64_t scheduled_id = 0;  // 0: there is none
  std::int64_t started_id = 0;
  int attempt = 1;  // above 1 the task is transient: not in the history until it completes
  TaskType type = TaskType::Normal;
  std::string request_id;
  std::string identity;
  Duration timeout{};
  TimePoint scheduled_at;
  TimePoint started_at;
  TimePoint original_scheduled_at;  // of the first of a row of heartbeats
  bool suggest_continue_as_new = false;
  std::int64_t history_bytes = 0;
};

struct Query {
  std::string id;
  api::query::v1::WorkflowQuery query;
  CallPtr call;
};

// Who waits for the history to grow.
struct HistoryWaiter {
  CallPtr call;
  std::int64_t next_id;  // until the history has got beyond it, or the run has closed
  std::function<void()> resume;
};

struct Parent {
  std::string namespace_name;
  std::string workflow_id;
  std::string run_id;
  std::int64_t initiated_id = 0;
};

struct Run {
  std::string namespace_name;
  std::string workflow_id;
  std::string run_id;
  std::string first_run_id;
  std::string request_id;  // of the start
  std::string type;
  std::string queue;
  std::uint64_t order = 0;  // of its start; 0 until the engine has it
  HistoryStore history;
  WorkflowStatus status = api::enums::v1::WORKFLOW_EXECUTION_STATUS_RUNNING;
  TimePoint started_at;
  TimePoint execution_at;  // when the first workflow task is due
  TimePoint closed_at;
  std::optional<TimePoint> run_expires;
  std::optional<TimePoint> execution_expires;
  Duration execution_timeout{};
  Duration run_timeout{};
  Duration task_timeout{};
  int attempt = 1;
  std::optional<Parent> parent;
  std::string root_workflow_id, root_run_id;
  std::string new_run_id;    // the run that follows this one
  std::string reset_run_id;  // the run that a reset has made of this one
  bool from_reset = false;   // made by a reset
  bool reset_away = false;   // terminated because a reset run takes its place

  WorkflowTask task;
  std::int64_t previous_started_id = 0;  // of the last workflow task that completed
  std::string sticky_queue;              // empty: none
  Duration sticky_timeout{};
  bool close_attempted = false;
  bool cancel_requested = false;

  std::map<std::int64_t, Activity> activities;  // by scheduled id
  std::map<std::string, std::int64_t> activity_ids;
  std::set<ActivityDeadline> activity_deadlines;
  std::map<std::string, Timer> timers;
  std::set<TimerDeadline> timer_deadlines;
  std::map<std::int64_t, Child> children;  // by initiated id
  // On their way to other runs: the events that say so.
  std::map<std::int64_t, EventPtr> cancels;
  std::map<std::int64_t, EventPtr> signals;
  std::set<std::string> signal_request_ids;
  int signal_count = 0;
  std::map<std::string, api::common::v1::Payload> memo;
  std::map<std::string, api::common::v1::Payload> search_attributes;

  std::map<std::string, Update> updates;  // by id
  std::uint64_t last_update_order = 0;
  std::vector<Query> queries;  // that wait for the workflow task to end
  std::vector<HistoryWaiter> history_waiters;

  Executor::TimerId task_timer = 0;
  Executor::TimerId first_task_timer = 0;
  Executor::TimerId run_timer = 0;
  Executor::TimerId timers_timer = 0;
  TimePoint timers_armed;
  Executor::TimerId activities_timer = 0;
  TimePoint activities_armed;

  // What happens outside of the run once the change that is under way is committed.
  std::vector<std::function<void()>> outbox;
  bool close_handled = false;

  bool running() const { return status == api::enums::v1::WORKFLOW_EXECUTION_STATUS_RUNNING; }
  bool task_pending() const { return task.scheduled_id != 0; }
  bool task_started() const { return task.started_id != 0; }
  bool task_transient() const { return task.attempt > 1; }
  const api::history::v1::WorkflowExecutionStartedEventAttributes& start() const {
    return history.at(1).workflow_execution_started_event_attributes();
  }
};
using RunPtr = std::shared_ptr<Run>;

}  // namespace temporal::embedded
