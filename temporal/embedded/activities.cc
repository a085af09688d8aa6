#include "temporal/embedded/activities.h"

#include <algorithm>
#include <utility>

#include "temporal/data/duration.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/token.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

void add_started_event(Engine& engine, Run& run, const Activity& activity) {
  if (!activity.started) return;
  HistoryEvent& event = add_event(engine, run, EVENT_TYPE_ACTIVITY_TASK_STARTED);
  *event.mutable_event_time() = to_proto(activity.started_at);
  auto& started = *event.mutable_activity_task_started_event_attributes();
  started.set_scheduled_event_id(activity.scheduled_id);
  started.set_attempt(activity.attempt);
  started.set_identity(activity.identity);
  started.set_request_id(activity.request_id);
  if (activity.last_failure) *started.mutable_last_failure() = *activity.last_failure;
}

// Keeps the attempt back until its time has come.
void arm_retry(Engine& engine, const RunPtr& run, Activity& activity) {
  engine.stop(activity.retry_timer);
  activity.retry_timer = engine.at(activity.scheduled_at, [&engine, run, id = activity.scheduled_id,
                                                           attempt = activity.attempt] {
    const auto found = run->activities.find(id);
    if (!run->running() || found == run->activities.end()) return;
    if (found->second.attempt != attempt || found->second.started) return;
    found->second.retry_timer = 0;
    offer(engine, found->second.attributes().task_queue().name(), QueueKind::Activity,
          {run, id, attempt, nullptr});
  });
}

Activity& insert(Run& run, Activity activity) {
  const std::int64_t id = activity.scheduled_id;
  activity.deadlines.clear();
  run.activity_ids[activity.id] = id;
  Activity& kept = run.activities[id] = std::move(activity);
  set_deadlines(run, kept);
  return kept;
}

// Tries again, or says why not.
RetryState retry(Engine& engine, const RunPtr& run, Activity& activity,
                 const FailureProto& failure) {
  if (activity.cancel_requested) return RETRY_STATE_CANCEL_REQUESTED;
  const RetryDecision decision =
      decide_retry(engine.now(), activity.attempt, activity.attributes().retry_policy(),
                   activity.expires, failure, true);
  if (decision.state != RETRY_STATE_IN_PROGRESS) return decision.state;
  activity.started = false;
  activity.started_at = {};
  activity.request_id.clear();
  activity.last_identity = activity.identity;
  ++activity.attempt;
  activity.scheduled_at = later(engine.now(), decision.pause);
  activity.last_failure = kept_failure(failure);
  set_deadlines(*run, activity);
  arm_retry(engine, run, activity);
  return RETRY_STATE_IN_PROGRESS;
}

// False: the deadline was one of an attempt that is over, or the activity is tried again.
bool time_out(Engine& engine, const RunPtr& run, ActivityDeadline due) {
  Activity& activity = run->activities.at(due.scheduled_id);
  FailureProto failure = timeout_failure("activity " + name_of(due.type) + " timeout", due.type);
  const RetryState state = retry(engine, run, activity, failure);
  if (state == RETRY_STATE_IN_PROGRESS) return false;
  if (state == RETRY_STATE_TIMEOUT) {
    failure = timeout_failure("activity ScheduleToClose timeout", TIMEOUT_TYPE_SCHEDULE_TO_CLOSE);
  }
  if (activity.heartbeat_details) {
    *failure.mutable_timeout_failure_info()->mutable_last_heartbeat_details() =
        *activity.heartbeat_details;
  }
  add_started_event(engine, *run, activity);
  auto& out = *add_event(engine, *run, EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT)
                   .mutable_activity_task_timed_out_event_attributes();
  if (activity.last_failure) *failure.mutable_cause() = *activity.last_failure;
  *out.mutable_failure() = failure;
  out.set_scheduled_event_id(activity.scheduled_id);
  if (activity.started) out.set_started_event_id(kBufferedEventId);
  out.set_retry_state(state);
  remove_activity(engine, *run, activity.scheduled_id);
  return true;
}

void handle_due(Engine& engine, const RunPtr& run) {
  run->activities_timer = 0;
  if (!run->running()) return;
  bool closed = false, changed = false;
  while (!run->activity_deadlines.empty() && run->activity_deadlines.begin()->at <= engine.now()) {
    changed = true;
    closed |= time_out(engine, run, *run->activity_deadlines.begin());
  }
  if (closed) return commit_and_schedule(engine, run);
  if (changed) return commit(engine, run);
  arm_activities(engine, run);
}

}  // namespace

Activity& add_activity(Engine& engine, Run& run, const EventPtr& scheduled) {
  Activity activity;
  activity.scheduled_id = scheduled->event_id();
  activity.scheduled = scheduled;
  activity.id = activity.attributes().activity_id();
  activity.first_scheduled = activity.scheduled_at = engine.now();
  const Duration whole = from_proto(activity.attributes().schedule_to_close_timeout());
  if (whole != Duration::zero()) activity.expires = later(engine.now(), whole);
  return insert(run, std::move(activity));
}

void put_back_activity(Engine& engine, const RunPtr& run, Activity activity) {
  const bool backed_off = std::exchange(activity.retry_timer, 0) != 0;
  Activity& back = insert(*run, std::move(activity));
  if (backed_off) arm_retry(engine, run, back);
}

void remove_activity(Engine& engine, Run& run, std::int64_t scheduled_id) {
  const auto found = run.activities.find(scheduled_id);
  if (found == run.activities.end()) return;
  engine.stop(found->second.retry_timer);
  for (const ActivityDeadline& deadline : found->second.deadlines) {
    run.activity_deadlines.erase(deadline);
  }
  run.activity_ids.erase(found->second.id);
  run.activities.erase(found);
}

void dispatch_activity(Engine& engine, const RunPtr& run, const Activity& activity) {
  run->outbox.push_back([&engine, run, id = activity.scheduled_id] {
    const auto found = run->activities.find(id);
    if (!run->running() || found == run->activities.end() || found->second.started) return;
    offer(engine, found->second.attributes().task_queue().name(), QueueKind::Activity,
          {run, id, found->second.attempt, nullptr});
  });
}

void start_activity(Engine& engine, Run& run, Activity& activity, const std::string& identity) {
  activity.started = true;
  activity.started_at = engine.now();
  activity.identity = identity;
  activity.request_id = engine.new_id();
  set_deadlines(run, activity);
}

bool deliver_activity(Engine& engine, const RunPtr& run, std::int64_t scheduled_id, int attempt,
                      const CallPtr& poll) {
  const auto found = run->activities.find(scheduled_id);
  if (!run->running() || found == run->activities.end()) return false;
  Activity& activity = found->second;
  if (activity.started || activity.attempt != attempt) return false;
  start_activity(engine, *run, activity,
                 request_of<service::Rpc::PollActivityTaskQueue>(*poll).identity());
  fill_activity(*run, activity, reply_of<service::Rpc::PollActivityTaskQueue>(*poll));
  commit(engine, run);
  return true;
}

void fill_activity(const Run& run, const Activity& activity,
                   api::workflowservice::v1::PollActivityTaskQueueResponse& reply) {
  const auto& attributes = activity.attributes();
  reply.set_task_token(Token("activity-task")
                           .add(run.run_id)
                           .add(activity.scheduled_id)
                           .add(activity.attempt)
                           .bytes());
  reply.set_workflow_namespace(run.namespace_name);
  reply.mutable_workflow_type()->set_name(run.type);
  reply.mutable_workflow_execution()->set_workflow_id(run.workflow_id);
  reply.mutable_workflow_execution()->set_run_id(run.run_id);
  *reply.mutable_activity_type() = attributes.activity_type();
  reply.set_activity_id(activity.id);
  if (attributes.has_header()) *reply.mutable_header() = attributes.header();
  if (attributes.has_input()) *reply.mutable_input() = attributes.input();
  if (activity.heartbeat_details) *reply.mutable_heartbeat_details() = *activity.heartbeat_details;
  *reply.mutable_scheduled_time() = to_proto(activity.first_scheduled);
  *reply.mutable_current_attempt_scheduled_time() = to_proto(activity.scheduled_at);
  *reply.mutable_started_time() = to_proto(activity.started_at);
  reply.set_attempt(activity.attempt);
  *reply.mutable_schedule_to_close_timeout() = attributes.schedule_to_close_timeout();
  *reply.mutable_start_to_close_timeout() = attributes.start_to_close_timeout();
  *reply.mutable_heartbeat_timeout() = attributes.heartbeat_timeout();
  *reply.mutable_retry_policy() = attributes.retry_policy();
}

void complete_activity(Engine& engine, Run& run, Activity& activity, const Payloads* result,
                       const std::string& identity) {
  add_started_event(engine, run, activity);
  auto& completed = *add_event(engine, run, EVENT_TYPE_ACTIVITY_TASK_COMPLETED)
                         .mutable_activity_task_completed_event_attributes();
  if (result) *completed.mutable_result() = *result;
  completed.set_scheduled_event_id(activity.scheduled_id);
  completed.set_started_event_id(kBufferedEventId);
  completed.set_identity(identity);
  remove_activity(engine, run, activity.scheduled_id);
}

void cancel_activity(Engine& engine, Run& run, Activity& activity, const Payloads* details,
                     const std::string& identity) {
  add_started_event(engine, run, activity);
  auto& canceled = *add_event(engine, run, EVENT_TYPE_ACTIVITY_TASK_CANCELED)
                        .mutable_activity_task_canceled_event_attributes();
  if (details) *canceled.mutable_details() = *details;
  canceled.set_latest_cancel_requested_event_id(activity.cancel_requested_id);
  canceled.set_scheduled_event_id(activity.scheduled_id);
  if (activity.started) canceled.set_started_event_id(kBufferedEventId);
  canceled.set_identity(identity);
  remove_activity(engine, run, activity.scheduled_id);
}

bool fail_activity(Engine& engine, const RunPtr& run, Activity& activity,
                   const FailureProto& failure, const std::string& identity) {
  activity.answered_at = engine.now();
  const RetryState state = retry(engine, run, activity, failure);
  if (state == RETRY_STATE_IN_PROGRESS) return false;
  add_started_event(engine, *run, activity);
  auto& failed = *add_event(engine, *run, EVENT_TYPE_ACTIVITY_TASK_FAILED)
                      .mutable_activity_task_failed_event_attributes();
  *failed.mutable_failure() = failure;
  failed.set_scheduled_event_id(activity.scheduled_id);
  failed.set_started_event_id(kBufferedEventId);
  failed.set_identity(identity);
  failed.set_retry_state(state);
  remove_activity(engine, *run, activity.scheduled_id);
  return true;
}

void set_deadlines(Run& run, Activity& activity) {
  for (const ActivityDeadline& deadline : activity.deadlines) {
    run.activity_deadlines.erase(deadline);
  }
  activity.deadlines.clear();
  const auto add = [&](TimePoint from, const google::protobuf::Duration& timeout,
                       TimeoutType type) {
    const Duration duration = from_proto(timeout);
    if (duration == Duration::zero()) return;
    activity.deadlines.push_back({later(from, duration), activity.scheduled_id, type});
  };
  const auto& attributes = activity.attributes();
  add(activity.first_scheduled, attributes.schedule_to_close_timeout(),
      TIMEOUT_TYPE_SCHEDULE_TO_CLOSE);
  if (activity.started) {
    add(activity.started_at, attributes.start_to_close_timeout(), TIMEOUT_TYPE_START_TO_CLOSE);
    add(std::max(activity.started_at, activity.heartbeat_at), attributes.heartbeat_timeout(),
        TIMEOUT_TYPE_HEARTBEAT);
  } else {
    add(activity.scheduled_at, attributes.schedule_to_start_timeout(),
        TIMEOUT_TYPE_SCHEDULE_TO_START);
  }
  run.activity_deadlines.insert(activity.deadlines.begin(), activity.deadlines.end());
}

void arm_activities(Engine& engine, const RunPtr& run) {
  if (run->activity_deadlines.empty()) return engine.stop(run->activities_timer);
  const TimePoint first = run->activity_deadlines.begin()->at;
  if (run->activities_timer != 0 && run->activities_armed == first) return;
  engine.stop(run->activities_timer);
  run->activities_armed = first;
  run->activities_timer = engine.at(first, [&engine, run] { handle_due(engine, run); });
}

}  // namespace temporal::embedded
