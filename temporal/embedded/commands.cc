// Commands that act on the run itself: activities, timers, markers, attributes.
#include <algorithm>

#include "temporal/data/duration.h"
#include "temporal/embedded/activities.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/command_checks.h"
#include "temporal/embedded/completion.h"
#include "temporal/embedded/deprecated.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/timers.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;
using google::protobuf::Duration;

temporal::Duration of(const Duration& proto) {
  return from_proto(proto);
}

// "TimerId on StartTimerCommand exceeds length limit. TimerId=... Length=1001 Limit=1000"
std::string long_id(const std::string& field, const char* command, const std::string& id) {
  return field + " on " + command + " exceeds length limit. " + field + "=" + id + lengths(id);
}

std::string bad_action(const char* action, const std::string& details) {
  return std::string("invalid history builder state for action: ") + action + ", " + details;
}

void at_most(Duration& timeout, const Duration& most) {
  if (of(most) < of(timeout)) timeout = most;
}

// Each timeout is bounded by those that enclose it; what is not set is what encloses it.
void complete_timeouts(api::command::v1::ScheduleActivityTaskCommandAttributes& a,
                       const Duration& run_timeout) {
  Duration& whole = *a.mutable_schedule_to_close_timeout();
  Duration& waiting = *a.mutable_schedule_to_start_timeout();
  Duration& working = *a.mutable_start_to_close_timeout();
  Duration& heartbeat = *a.mutable_heartbeat_timeout();
  const temporal::Duration none{};
  if (of(whole) > none) {
    if (of(waiting) == none) waiting = whole;
    if (of(working) == none) working = whole;
    at_most(waiting, whole);
    at_most(working, whole);
  } else {
    whole = run_timeout;
    if (of(waiting) == none) waiting = run_timeout;
  }
  if (of(run_timeout) > none) {
    for (Duration* timeout : {&whole, &waiting, &working, &heartbeat}) {
      at_most(*timeout, run_timeout);
    }
  }
  at_most(heartbeat, working);
}

template <class Fields>
std::size_t bytes_of(const Fields& fields) {
  std::size_t bytes = 0;
  for (const auto& [name, payload] : fields) bytes += name.size() + payload.data().size();
  return bytes;
}

}  // namespace

void Completion::schedule_activity(
    api::command::v1::ScheduleActivityTaskCommandAttributes attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES;
  const std::string& id = attributes.activity_id();
  const std::string& type = attributes.activity_type().name();
  const std::string which = ". ActivityId=" + id + " ActivityType=" + type;
  set_retry_defaults(*attributes.mutable_retry_policy());
  const std::string policy = problem_of(attributes.retry_policy());
  const temporal::Duration none{};
  if (bad(!command_->has_schedule_activity_task_command_attributes(), cause,
          "ScheduleActivityTaskCommandAttributes is not set on ScheduleActivityTaskCommand.") ||
      refused(attributes.task_queue().name().empty(),
              "invalid TaskQueue on ScheduleActivityTaskCommand: taskQueue is not set" + which) ||
      bad(id.empty(), cause,
          "ActivityId is not set on ScheduleActivityTaskCommand. ActivityType=" + type) ||
      bad(type.empty(), cause,
          "ActivityType is not set on ScheduleActivityTaskCommand. ActivityID=" + id) ||
      refused(!policy.empty(),
              "invalid ActivityRetryPolicy on SechduleActivityTaskCommand: " + policy + which) ||
      bad(id.size() > kMostIdBytes, cause,
          "ActivityId on ScheduleActivityTaskCommand exceeds length limit" + which + lengths(id)) ||
      bad(type.size() > kMostIdBytes, cause,
          "ActivityType on ScheduleActivityTaskCommand exceeds length limit" + which +
              lengths(type))) {
    return;
  }
  const std::pair<const char*, const Duration*> timeouts[] = {
      {"ScheduleToCloseTimeout", &attributes.schedule_to_close_timeout()},
      {"ScheduleToStartTimeout", &attributes.schedule_to_start_timeout()},
      {"StartToCloseTimeout", &attributes.start_to_close_timeout()},
      {"HeartbeatTimeout", &attributes.heartbeat_timeout()}};
  for (const auto& [name, timeout] : timeouts) {
    if (bad(of(*timeout) < none, cause,
            std::string("Invalid ") + name + " for ScheduleActivityTaskCommand: negative duration" +
                which)) {
      return;
    }
  }
  if (bad(of(attributes.schedule_to_close_timeout()) == none &&
              of(attributes.start_to_close_timeout()) == none,
          cause,
          "A valid StartToClose or ScheduleToCloseTimeout is not set on "
          "ScheduleActivityTaskCommand" +
              which) ||
      too_big(attributes.input().ByteSizeLong(), cause,
              "ScheduleActivityTaskCommandAttributes.Input exceeds size limit.") ||
      too_many(run_->activities.size(),
               WORKFLOW_TASK_FAILED_CAUSE_PENDING_ACTIVITIES_LIMIT_EXCEEDED, "activities") ||
      bad(run_->activity_ids.contains(id),
          WORKFLOW_TASK_FAILED_CAUSE_SCHEDULE_ACTIVITY_DUPLICATE_ID,
          bad_action("add-activitytask-scheduled-event", "ActivityID: " + id))) {
    return;
  }
  complete_timeouts(attributes, to_proto(run_->run_timeout));
  if (!run_->running()) return;
  HistoryEvent& event = add(EVENT_TYPE_ACTIVITY_TASK_SCHEDULED);
  auto& scheduled = *event.mutable_activity_task_scheduled_event_attributes();
  scheduled.set_workflow_task_completed_event_id(completed_id_);
  scheduled.set_activity_id(id);
  *scheduled.mutable_activity_type() = attributes.activity_type();
  *scheduled.mutable_task_queue() = attributes.task_queue();
  scheduled.mutable_task_queue()->set_kind(TASK_QUEUE_KIND_NORMAL);
  if (attributes.has_header()) *scheduled.mutable_header() = attributes.header();
  if (attributes.has_input()) *scheduled.mutable_input() = attributes.input();
  *scheduled.mutable_schedule_to_close_timeout() = attributes.schedule_to_close_timeout();
  *scheduled.mutable_schedule_to_start_timeout() = attributes.schedule_to_start_timeout();
  *scheduled.mutable_start_to_close_timeout() = attributes.start_to_close_timeout();
  *scheduled.mutable_heartbeat_timeout() = attributes.heartbeat_timeout();
  *scheduled.mutable_retry_policy() = attributes.retry_policy();
  scheduled.set_use_workflow_build_id(attributes.use_workflow_build_id());
  if (attributes.has_priority()) *scheduled.mutable_priority() = attributes.priority();
  const std::int64_t scheduled_id = event.event_id();
  const Activity& activity = add_activity(engine_, *run_, run_->history.ptr(scheduled_id));
  undo_.add([this, scheduled_id] { remove_activity(engine_, *run_, scheduled_id); });
  if (attributes.request_eager_execution() && engine_.options().eager_activities()) {
    eager_.push_back(id);
  } else {
    dispatch_activity(engine_, run_, activity);
  }
}

void Completion::cancel_activity(
    const api::command::v1::RequestCancelActivityTaskCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES;
  const std::int64_t id = attributes.scheduled_event_id();
  if (bad(!command_->has_request_cancel_activity_task_command_attributes(), cause,
          "RequestCancelActivityTaskCommandAttributes is not set on "
          "RequestCancelActivityTaskCommand.") ||
      bad(id <= 0, cause, "ScheduledEventId is not set on RequestCancelActivityTaskCommand.")) {
    return;
  }
  const auto found = run_->activities.find(id);
  const bool known = found != run_->activities.end();
  // One whose end is buffered is over, and the workflow cannot know it yet.
  if (bad(known ? found->second.cancel_requested : !run_->history.buffers_end_of(id), cause,
          bad_action("add-activitytask-cancel-requested-event",
                     "ScheduledEventID: " + std::to_string(id)))) {
    return;
  }
  if (!run_->running()) return;
  HistoryEvent& event = add(EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED);
  auto& requested = *event.mutable_activity_task_cancel_requested_event_attributes();
  requested.set_scheduled_event_id(id);
  requested.set_workflow_task_completed_event_id(completed_id_);
  if (!known) return;
  undo_.add([this, before = found->second, id] {
    if (const auto now = run_->activities.find(id); now != run_->activities.end()) {
      now->second.cancel_requested = false;
    } else {
      put_back_activity(engine_, run_, before);
    }
  });
  found->second.cancel_requested = true;
  found->second.cancel_requested_id = event.event_id();
  if (found->second.started) return;
  const Payloads details = text_payloads("ACTIVITY_ID_NOT_STARTED");
  temporal::embedded::cancel_activity(engine_, *run_, found->second, &details, request_.identity());
  needs_task_ = true;
}

void Completion::start_timer(const api::command::v1::StartTimerCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_START_TIMER_ATTRIBUTES;
  const std::string& id = attributes.timer_id();
  const temporal::Duration after = of(attributes.start_to_fire_timeout());
  if (bad(!command_->has_start_timer_command_attributes(), cause,
          "StartTimerCommandAttributes is not set on StartTimerCommand.") ||
      bad(id.empty(), cause, "TimerId is not set on StartTimerCommand.") ||
      bad(id.size() > kMostIdBytes, cause, long_id("TimerId", "StartTimerCommand", id)) ||
      bad(after < temporal::Duration::zero(), cause,
          "An invalid StartToFireTimeout is set on StartTimerCommand: negative duration. "
          "TimerId=" +
              id) ||
      bad(run_->timers.contains(id), WORKFLOW_TASK_FAILED_CAUSE_START_TIMER_DUPLICATE_ID,
          bad_action("add-timer-started-event", "TimerID: " + id))) {
    return;
  }
  if (!run_->running()) return;
  HistoryEvent& event = add(EVENT_TYPE_TIMER_STARTED);
  auto& started = *event.mutable_timer_started_event_attributes();
  started.set_timer_id(id);
  *started.mutable_start_to_fire_timeout() = attributes.start_to_fire_timeout();
  started.set_workflow_task_completed_event_id(completed_id_);
  add_timer(*run_, id, {event.event_id(), later(engine_.now(), after)});
  undo_.add([run = run_, id] { remove_timer(*run, id); });
}

void Completion::cancel_timer(const api::command::v1::CancelTimerCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_TIMER_ATTRIBUTES;
  const std::string& id = attributes.timer_id();
  if (bad(!command_->has_cancel_timer_command_attributes(), cause,
          "CancelTimerCommandAttributes is not set on CancelTimerCommand.") ||
      bad(id.empty(), cause, "TimerId is not set on CancelTimerCommand.") ||
      bad(id.size() > kMostIdBytes, cause, long_id("TimerId", "CancelTimerCommand", id))) {
    return;
  }
  std::int64_t started_id = 0;
  if (const auto found = run_->timers.find(id); found != run_->timers.end()) {
    started_id = found->second.started_id;
    undo_.add([run = run_, id, timer = found->second] { add_timer(*run, id, timer); });
    remove_timer(*run_, id);
  } else {
    // It has fired and the workflow cannot know it yet: it never fired.
    const EventPtr fired = run_->history.take_timer_fired(id);
    if (bad(!fired, cause, bad_action("add-timer-canceled-event", "TimerID: " + id))) return;
    started_id = fired->timer_fired_event_attributes().started_event_id();
    blocked_ = blocked_ && run_->history.has_buffer();
  }
  if (!run_->running()) return;
  auto& canceled = *add(EVENT_TYPE_TIMER_CANCELED).mutable_timer_canceled_event_attributes();
  canceled.set_timer_id(id);
  canceled.set_started_event_id(started_id);
  canceled.set_workflow_task_completed_event_id(completed_id_);
  canceled.set_identity(request_.identity());
}

void Completion::record_marker(const api::command::v1::RecordMarkerCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_RECORD_MARKER_ATTRIBUTES;
  std::size_t bytes = 0;
  for (const auto& [name, payloads] : attributes.details()) {
    bytes += name.size() + payloads.ByteSizeLong();
  }
  const std::string& name = attributes.marker_name();
  if (bad(!command_->has_record_marker_command_attributes(), cause,
          "RecordMarkerCommandAttributes is not set on RecordMarkerCommand.") ||
      bad(name.empty(), cause, "MarkerName is not set on RecordMarkerCommand.") ||
      bad(name.size() > kMostIdBytes, cause, long_id("MarkerName", "RecordMarkerCommand", name)) ||
      too_big(bytes, cause, "RecordMarkerCommandAttributes.Details exceeds size limit.")) {
    return;
  }
  if (!run_->running()) return;
  auto& marker = *add(EVENT_TYPE_MARKER_RECORDED).mutable_marker_recorded_event_attributes();
  marker.set_marker_name(name);
  *marker.mutable_details() = attributes.details();
  marker.set_workflow_task_completed_event_id(completed_id_);
  if (attributes.has_header()) *marker.mutable_header() = attributes.header();
  if (attributes.has_failure()) *marker.mutable_failure() = attributes.failure();
}

void Completion::upsert_search_attributes(
    const api::command::v1::UpsertWorkflowSearchAttributesCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES;
  const auto& fields = attributes.search_attributes().indexed_fields();
  if (bad(!command_->has_upsert_workflow_search_attributes_command_attributes(), cause,
          "UpsertWorkflowSearchAttributesCommandAttributes is not set on "
          "UpsertWorkflowSearchAttributesCommand.") ||
      bad(!attributes.has_search_attributes(), cause,
          "SearchAttributes is not set on UpsertWorkflowSearchAttributesCommand.") ||
      bad(fields.empty(), cause,
          "IndexedFields is not set on UpsertWorkflowSearchAttributesCommand.") ||
      bad_attributes(attributes.search_attributes(), cause) ||
      too_big(bytes_of(fields), cause,
              "UpsertWorkflowSearchAttributesCommandAttributes exceeds size limit.")) {
    return;
  }
  if (!run_->running()) return;
  auto& upserted = *add(EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES)
                        .mutable_upsert_workflow_search_attributes_event_attributes();
  upserted.set_workflow_task_completed_event_id(completed_id_);
  *upserted.mutable_search_attributes() = attributes.search_attributes();
  complete_types(engine_.options(), *upserted.mutable_search_attributes());
  undo_.add([run = run_, before = run_->search_attributes] { run->search_attributes = before; });
  merge(run_->search_attributes, upserted.search_attributes().indexed_fields());
}

void Completion::modify_properties(
    const api::command::v1::ModifyWorkflowPropertiesCommandAttributes& attributes) {
  constexpr auto cause = WORKFLOW_TASK_FAILED_CAUSE_BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES;
  const auto& fields = attributes.upserted_memo().fields();
  if (bad(!command_->has_modify_workflow_properties_command_attributes(), cause,
          "ModifyWorkflowPropertiesCommandAttributes is not set on "
          "ModifyWorkflowPropertiesCommand.") ||
      bad(!attributes.has_upserted_memo(), cause,
          "UpsertedMemo is not set on ModifyWorkflowPropertiesCommand.") ||
      bad(fields.empty(), cause,
          "UpsertedMemo.Fields is not set on ModifyWorkflowPropertiesCommand.") ||
      too_big(bytes_of(fields), cause,
              "ModifyWorkflowPropertiesCommandAttributes exceeds size limit.")) {
    return;
  }
  auto memo = run_->memo;
  merge(memo, fields);
  if (bad(bytes_of(memo) > kMostMemoBytes, cause,
          "ModifyWorkflowPropertiesCommandAttributes. Memo exceeds size limit.")) {
    failed_->terminate = true;
    return;
  }
  if (!run_->running()) return;
  auto& modified = *add(EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED)
                        .mutable_workflow_properties_modified_event_attributes();
  modified.set_workflow_task_completed_event_id(completed_id_);
  *modified.mutable_upserted_memo() = attributes.upserted_memo();
  undo_.add([run = run_, before = run_->memo] { run->memo = before; });
  run_->memo = std::move(memo);
}

}  // namespace temporal::embedded
