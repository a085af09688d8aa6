#include "temporal/client/workflow_handle.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/client/description.h"

namespace temporal::client {

using service::Rpc;
using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

// The service answers long polls, empty, after 20 to 30 s.
constexpr std::chrono::milliseconds kLongPoll{70'000};

Failure timed_out() {
  Failure::Proto proto;
  proto.set_message("the workflow timed out");
  proto.mutable_timeout_failure_info()->set_timeout_type(TIMEOUT_TYPE_START_TO_CLOSE);
  return Failure(std::move(proto));
}

Failure terminated(const std::string& reason) {
  Failure::Proto proto;
  proto.set_message("the workflow was terminated" + (reason.empty() ? "" : ": " + reason));
  proto.mutable_terminated_failure_info();
  return Failure(std::move(proto));
}

Outcome<Payloads> outcome_of(const api::update::v1::Outcome& outcome) {
  if (outcome.has_failure()) return Failure(outcome.failure());
  return outcome.success();
}

// How a run ended; the run that follows it, if one does.
struct End {
  Outcome<Payloads> outcome{Payloads()};
  std::string next_run;
};

End end_of(const replay::Event& event) {
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
      return {Failure::canceled("the workflow was canceled"), ""};
    case EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
      return {terminated(event.workflow_execution_terminated_event_attributes().reason()), ""};
    case EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
      return {timed_out(),
              event.workflow_execution_timed_out_event_attributes().new_execution_run_id()};
    case EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
      return {Payloads(),
              event.workflow_execution_continued_as_new_event_attributes().new_execution_run_id()};
    default:
      return {Failure("the workflow's last event is " + std::to_string(event.event_type()) +
                      ", which does not end it"),
              ""};
  }
}

}  // namespace

api::common::v1::WorkflowExecution WorkflowHandle::execution() const {
  api::common::v1::WorkflowExecution execution;
  execution.set_workflow_id(id_);
  execution.set_run_id(run_id_);
  return execution;
}

Status WorkflowHandle::send_signal(const std::string& name, Payloads input) const {
  service::Request<Rpc::SignalWorkflowExecution> request;
  *request.mutable_workflow_execution() = execution();
  request.set_signal_name(name);
  *request.mutable_input() = std::move(input);
  request.set_request_id(caller_->uuid());
  const auto reply = caller_->call<Rpc::SignalWorkflowExecution>(std::move(request));
  return reply ? Status{} : reply.status();
}

Result<Outcome<Payloads>> WorkflowHandle::ask(const std::string& name, Payloads input) const {
  service::Request<Rpc::QueryWorkflow> request;
  *request.mutable_execution() = execution();
  request.mutable_query()->set_query_type(name);
  *request.mutable_query()->mutable_query_args() = std::move(input);
  auto reply = caller_->call<Rpc::QueryWorkflow>(std::move(request));
  if (!reply) {
    // The service's way to say that the workflow answered with a failure.
    if (reply.status().code == Code::InvalidArgument) {
      return Outcome<Payloads>(Failure(reply.status().message, "QueryFailed"));
    }
    return reply.status();
  }
  return Outcome<Payloads>(reply->query_result());
}

Result<UpdateHandle> WorkflowHandle::send_update(const std::string& name, Payloads input,
                                                 bool completed, std::string id) const {
  service::Request<Rpc::UpdateWorkflowExecution> request;
  *request.mutable_workflow_execution() = execution();
  if (id.empty()) id = caller_->uuid();
  auto& update = *request.mutable_request();
  update.mutable_meta()->set_update_id(id);
  update.mutable_meta()->set_identity(caller_->options().identity);
  update.mutable_input()->set_name(name);
  *update.mutable_input()->mutable_args() = std::move(input);
  request.mutable_wait_policy()->set_lifecycle_stage(
      completed ? UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED
                : UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED);
  while (true) {
    auto reply =
        caller_->call<Rpc::UpdateWorkflowExecution>(request, kLongPoll, service::Retry::endless());
    if (!reply) return reply.status();
    const bool accepted = reply->stage() >= UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED;
    if (!accepted && !reply->has_outcome()) continue;  // no worker has seen it yet
    std::optional<Outcome<Payloads>> outcome;
    if (reply->has_outcome()) outcome = outcome_of(reply->outcome());
    const std::string run = reply->update_ref().workflow_execution().run_id().empty()
                                ? run_id_
                                : reply->update_ref().workflow_execution().run_id();
    return UpdateHandle(caller_, id_, run, id, std::move(outcome));
  }
}

Result<Outcome<Payloads>> UpdateHandle::wait() {
  while (!outcome_) {
    service::Request<Rpc::PollWorkflowExecutionUpdate> request;
    auto& ref = *request.mutable_update_ref();
    ref.mutable_workflow_execution()->set_workflow_id(workflow_id_);
    ref.mutable_workflow_execution()->set_run_id(run_id_);
    ref.set_update_id(update_id_);
    request.mutable_wait_policy()->set_lifecycle_stage(
        UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED);
    auto reply = caller_->call<Rpc::PollWorkflowExecutionUpdate>(std::move(request), kLongPoll,
                                                                 service::Retry::endless());
    if (!reply) return reply.status();
    if (reply->has_outcome()) outcome_ = outcome_of(reply->outcome());
  }
  return *outcome_;
}

Result<Outcome<Payloads>> WorkflowHandle::wait_for_end() const {
  service::Request<Rpc::GetWorkflowExecutionHistory> request;
  *request.mutable_execution() = execution();
  request.set_wait_new_event(true);
  request.set_skip_archival(true);
  request.set_history_event_filter_type(HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
  while (true) {
    auto reply = caller_->call<Rpc::GetWorkflowExecutionHistory>(request, kLongPoll,
                                                                 service::Retry::endless());
    if (!reply) return reply.status();
    const auto& events = reply->history().events();
    if (events.empty()) {
      request.set_next_page_token(reply->next_page_token());
      continue;
    }
    End end = end_of(events.Get(events.size() - 1));
    if (end.next_run.empty()) return std::move(end.outcome);
    request.mutable_execution()->set_run_id(end.next_run);
    request.clear_next_page_token();
  }
}

Result<WorkflowDescription> WorkflowHandle::describe() const {
  service::Request<Rpc::DescribeWorkflowExecution> request;
  *request.mutable_execution() = execution();
  auto reply = caller_->call<Rpc::DescribeWorkflowExecution>(std::move(request));
  if (!reply) return reply.status();
  WorkflowDescription description = description_of(reply->workflow_execution_info());
  description.pending_activities = reply->pending_activities_size();
  description.pending_children = reply->pending_children_size();
  return description;
}

Status WorkflowHandle::cancel(const std::string& reason) const {
  service::Request<Rpc::RequestCancelWorkflowExecution> request;
  *request.mutable_workflow_execution() = execution();
  request.set_reason(reason);
  request.set_request_id(caller_->uuid());
  const auto reply = caller_->call<Rpc::RequestCancelWorkflowExecution>(std::move(request));
  return reply ? Status{} : reply.status();
}

Status WorkflowHandle::terminate(const std::string& reason) const {
  service::Request<Rpc::TerminateWorkflowExecution> request;
  *request.mutable_workflow_execution() = execution();
  request.set_reason(reason);
  const auto reply = caller_->call<Rpc::TerminateWorkflowExecution>(std::move(request));
  return reply ? Status{} : reply.status();
}

Result<std::string> WorkflowHandle::reset(std::int64_t event_id, const std::string& reason) const {
  service::Request<Rpc::ResetWorkflowExecution> request;
  *request.mutable_workflow_execution() = execution();
  request.set_workflow_task_finish_event_id(event_id);
  request.set_reason(reason);
  request.set_request_id(caller_->uuid());
  auto reply = caller_->call<Rpc::ResetWorkflowExecution>(std::move(request));
  if (!reply) return reply.status();
  return reply->run_id();
}

Result<std::shared_ptr<const replay::HistoryProto>> WorkflowHandle::history() const {
  auto history = std::make_shared<replay::HistoryProto>();
  service::Request<Rpc::GetWorkflowExecutionHistory> request;
  *request.mutable_execution() = execution();
  while (true) {
    auto reply = caller_->call<Rpc::GetWorkflowExecutionHistory>(request);
    if (!reply) return reply.status();
    history->MergeFrom(reply->history());
    if (reply->next_page_token().empty()) break;
    request.set_next_page_token(reply->next_page_token());
  }
  return std::shared_ptr<const replay::HistoryProto>(std::move(history));
}

}  // namespace temporal::client
