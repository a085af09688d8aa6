#include "temporal/client/run_end.h"

#include "temporal/api/failure/v1/message.pb.h"

namespace temporal::client {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

Failure canceled(const Payloads& details) {
  Failure::Proto proto;
  proto.set_message("the workflow was canceled");
  *proto.mutable_canceled_failure_info()->mutable_details() = details;
  return Failure(std::move(proto));
}

Failure terminated(const std::string& reason) {
  Failure::Proto proto;
  proto.set_message("the workflow was terminated" + (reason.empty() ? "" : ": " + reason));
  proto.mutable_terminated_failure_info();
  return Failure(std::move(proto));
}

Failure timed_out() {
  Failure::Proto proto;
  proto.set_message("the workflow timed out");
  proto.mutable_timeout_failure_info()->set_timeout_type(TIMEOUT_TYPE_START_TO_CLOSE);
  return Failure(std::move(proto));
}

}  // namespace

RunEnd end_of(const api::history::v1::HistoryEvent& event) {
  switch (event.event_type()) {
    case EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: {
      const auto& attributes = event.workflow_execution_completed_event_attributes();
      return {attributes.result(), attributes.new_execution_run_id()};
    }
    case EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: {
      const auto& attributes = event.workflow_execution_failed_event_attributes();
      return {Failure(attributes.failure()), attributes.new_execution_run_id()};
    }
    case EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
      return {canceled(event.workflow_execution_canceled_event_attributes().details()), ""};
    case EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
      return {terminated(event.workflow_execution_terminated_event_attributes().reason()), ""};
    case EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: {
      const auto& attributes = event.workflow_execution_timed_out_event_attributes();
      return {timed_out(), attributes.new_execution_run_id()};
    }
    case EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: {
      const auto& attributes = event.workflow_execution_continued_as_new_event_attributes();
      return {Failure("the run was continued as new", "ContinuedAsNew"),
              attributes.new_execution_run_id()};
    }
    default:
      return {Failure("the workflow's last event is " + std::to_string(event.event_type()) +
                      ", which does not end it"),
              ""};
  }
}

}  // namespace temporal::client
