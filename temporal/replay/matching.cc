// What an event of the history means to a run: the proof of a command, an answer to a machine, or
// news from outside.
#include <algorithm>

#include "temporal/base/version.h"
#include "temporal/replay/attributes.h"
#include "temporal/replay/run.h"
#include "temporal/workflow/scope_state.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

// The flag with which SDKs on Core say that they do what they did not before: send commands that
// came after the one that ends the run, too, and in front of it.
constexpr std::uint32_t kCoreEndGoesLast = 3;

}  // namespace

// The part of an event that is not an answer: the events of commands, and what comes from outside.
void Run::match(const Event& event) {
  if (may_ignore(event)) return;
  const EventType type = event.event_type();
  if (type == EVENT_TYPE_UNSPECIFIED || !EventType_IsValid(type)) {
    fail(WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED,
         Failure("the history has event " + std::to_string(event.event_id()) + " " + name_of(type) +
                 ", which this version of the library does not know"));
    return;
  }
  if ((type == EVENT_TYPE_WORKFLOW_EXECUTION_STARTED) != !workflow_) {
    fail(WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED,
         Failure("the history is not whole: expected WorkflowExecutionStarted as the first event, "
                 "and only there; found event " +
                 std::to_string(event.event_id()) + " " + name_of(type)));
    return;
  }
  if (is_command_event(type)) {
    match_command(event);
    return;
  }
  if (std::exchange(in_commands_, false)) {
    if (const auto problem = commands_.missing(completed_event_)) {
      nondeterministic(*problem);
      return;
    }
  }
  switch (type) {
    case EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
      start(event);
      return;
    case EVENT_TYPE_WORKFLOW_TASK_STARTED:
      // Also where no completion came between: what was asked for on replay is never sent.
      if (const auto problem = commands_.missing(completed_event_)) nondeterministic(*problem);
      return;
    case EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
      in_commands_ = true;
      completed_event_ = event.event_id();
      check_flags(event);
      if (!end_goes_last_) commands_.let_pass_what_came_after_end();
      return;
    case EVENT_TYPE_WORKFLOW_TASK_FAILED: {
      const auto& attributes = event.workflow_task_failed_event_attributes();
      if (attributes.cause() == WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW) {
        seed(attributes.new_run_id());
      }
      return;
    }
    case EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: {
      const auto& attributes = event.workflow_execution_signaled_event_attributes();
      signal(attributes.signal_name(), attributes.input());
      return;
    }
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED: {
      UpdateRequest request;
      request.request = event.workflow_execution_update_admitted_event_attributes().request();
      request.instance = request.request.meta().update_id();
      request.message_id = request.instance + "/request";
      request.after = event.event_id();
      const std::string instance = request.instance;
      admitted_[instance] = std::move(request);
      request_admitted();
      return;
    }
    case EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
      closed_ = true;
      return;
    default:
      return;
  }
}

// Flags say which behaviours of the SDK a run depends on. Those of other SDKs mean other things.
void Run::check_flags(const Event& completed) {
  const auto& metadata = completed.workflow_task_completed_event_attributes().sdk_metadata();
  if (!metadata.sdk_name().empty()) ours_ = metadata.sdk_name() == kSdkName;
  end_goes_last_ = end_goes_last_ || ours_ ||
                   std::ranges::find(metadata.core_used_flags(), kCoreEndGoesLast) !=
                       metadata.core_used_flags().end();
  if (!ours_ || metadata.lang_used_flags().empty()) return;
  fail(WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED,
       Failure("the run depends on flag " + std::to_string(metadata.lang_used_flags(0)) +
               " of a newer version of the library than " + kSdkVersion));
}

void Run::match_command(const Event& event) {
  const EventType type = event.event_type();
  if (!in_commands_) {
    nondeterministic("event " + std::to_string(event.event_id()) + " " + name_of(type) +
                     " does not follow the completion of a workflow task");
    return;
  }
  if (Patches::may_skip(event) && !patches_.sent(patch_marker(event).id)) {
    skip_patch_upsert_ = true;
    return;
  }
  const bool of_patch = type == EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES &&
                        event.upsert_workflow_search_attributes_event_attributes()
                            .search_attributes()
                            .indexed_fields()
                            .contains(kChangeVersion);
  if (std::exchange(skip_patch_upsert_, false) && of_patch) return;
  closed_ = closed_ || type == EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED ||
            type == EVENT_TYPE_WORKFLOW_EXECUTION_FAILED ||
            type == EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED ||
            type == EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW;
  if (const auto problem = commands_.recorded(event)) nondeterministic(*problem);
}

// An answer goes to the machine that asked.
void Run::apply(const Event& event) {
  std::int64_t asked = 0;
  switch (event.event_type()) {
    case EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
      info_.cancel_requested = true;
      scope_->cancel();
      return;
    case EVENT_TYPE_ACTIVITY_TASK_STARTED:
      asked = event.activity_task_started_event_attributes().scheduled_event_id();
      break;
    case EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
      asked = event.activity_task_completed_event_attributes().scheduled_event_id();
      break;
    case EVENT_TYPE_ACTIVITY_TASK_FAILED:
      asked = event.activity_task_failed_event_attributes().scheduled_event_id();
      break;
    case EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
      asked = event.activity_task_timed_out_event_attributes().scheduled_event_id();
      break;
    case EVENT_TYPE_ACTIVITY_TASK_CANCELED:
      asked = event.activity_task_canceled_event_attributes().scheduled_event_id();
      break;
    case EVENT_TYPE_TIMER_FIRED:
      asked = event.timer_fired_event_attributes().started_event_id();
      break;
    case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED:
      asked = event.start_child_workflow_execution_failed_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED:
      asked = event.child_workflow_execution_started_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
      asked = event.child_workflow_execution_completed_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED:
      asked = event.child_workflow_execution_failed_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED:
      asked = event.child_workflow_execution_canceled_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT:
      asked = event.child_workflow_execution_timed_out_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED:
      asked = event.child_workflow_execution_terminated_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED:
      asked = event.external_workflow_execution_signaled_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
      asked =
          event.signal_external_workflow_execution_failed_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
      asked = event.external_workflow_execution_cancel_requested_event_attributes()
                  .initiated_event_id();
      break;
    case EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
      asked = event.request_cancel_external_workflow_execution_failed_event_attributes()
                  .initiated_event_id();
      break;
    default:
      return;
  }
  if (const auto problem = commands_.answered(asked, event)) nondeterministic(*problem);
}

}  // namespace temporal::replay
