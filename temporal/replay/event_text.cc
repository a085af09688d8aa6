#include "temporal/replay/event_text.h"

#include "temporal/api/history/v1/message.pb.h"
#include "temporal/replay/commands.h"
#include "temporal/replay/patch.h"

namespace temporal::replay {
namespace {

std::string with_id(const std::string& type, const std::string& id) {
  if (type.empty()) return id.empty() ? "" : "id " + id;
  return id.empty() ? type : type + ", id " + id;
}

std::string subject_of(const Event& event) {
  switch (event.attributes_case()) {
    case Event::kActivityTaskScheduledEventAttributes: {
      const auto& activity = event.activity_task_scheduled_event_attributes();
      return with_id(activity.activity_type().name(), activity.activity_id());
    }
    case Event::kTimerStartedEventAttributes:
      return with_id("", event.timer_started_event_attributes().timer_id());
    case Event::kTimerFiredEventAttributes:
      return with_id("", event.timer_fired_event_attributes().timer_id());
    case Event::kTimerCanceledEventAttributes:
      return with_id("", event.timer_canceled_event_attributes().timer_id());
    case Event::kStartChildWorkflowExecutionInitiatedEventAttributes: {
      const auto& child = event.start_child_workflow_execution_initiated_event_attributes();
      return with_id(child.workflow_type().name(), child.workflow_id());
    }
    case Event::kSignalExternalWorkflowExecutionInitiatedEventAttributes: {
      const auto& signal = event.signal_external_workflow_execution_initiated_event_attributes();
      return with_id(signal.signal_name(), signal.workflow_execution().workflow_id());
    }
    case Event::kRequestCancelExternalWorkflowExecutionInitiatedEventAttributes:
      return with_id("",
                     event.request_cancel_external_workflow_execution_initiated_event_attributes()
                         .workflow_execution()
                         .workflow_id());
    case Event::kWorkflowExecutionUpdateAcceptedEventAttributes: {
      const auto& update = event.workflow_execution_update_accepted_event_attributes();
      return with_id(update.accepted_request().input().name(), update.protocol_instance_id());
    }
    case Event::kWorkflowExecutionUpdateCompletedEventAttributes:
      return with_id(
          "", event.workflow_execution_update_completed_event_attributes().meta().update_id());
    case Event::kMarkerRecordedEventAttributes:
      return with_id(event.marker_recorded_event_attributes().marker_name(),
                     patch_marker(event).id);
    default:
      return "";
  }
}

}  // namespace

std::string text_of(const Event& event) {
  const std::string subject = subject_of(event);
  return "event " + std::to_string(event.event_id()) + " " + name_of(event.event_type()) +
         (subject.empty() ? "" : " (" + subject + ")");
}

}  // namespace temporal::replay
