#include "temporal/client/workflow_handle.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/client/caller.h"
#include "temporal/client/run_end.h"
#include "temporal/service/query_failed.h"

namespace temporal::client {

using service::Rpc;
using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

api::common::v1::WorkflowExecution execution(const std::string& id, const std::string& run_id) {
  api::common::v1::WorkflowExecution execution;
  execution.set_workflow_id(id);
  execution.set_run_id(run_id);
  return execution;
}

}  // namespace

Status WorkflowHandle::send_signal(const std::string& name, Result<Payloads> input) const {
  if (!input) return input.status();
  service::Request<Rpc::SignalWorkflowExecution> request;
  *request.mutable_workflow_execution() = execution(target_.id, target_.messages_run);
  request.set_signal_name(name);
  *request.mutable_input() = std::move(*input);
  request.set_request_id(caller_->uuid());
  return caller_->tell<Rpc::SignalWorkflowExecution>(std::move(request));
}

Result<Outcome<Payloads>> WorkflowHandle::ask(const std::string& name,
                                              Result<Payloads> input) const {
  if (!input) return input.status();
  service::Request<Rpc::QueryWorkflow> request;
  *request.mutable_execution() = execution(target_.id, target_.messages_run);
  request.mutable_query()->set_query_type(name);
  *request.mutable_query()->mutable_query_args() = std::move(*input);
  auto reply = caller_->call<Rpc::QueryWorkflow>(std::move(request));
  if (!reply) {
    auto failure = service::query_failure_of(reply.status());
    if (!failure) return reply.status();
    if (auto problem = caller_->decode(*failure)) return *problem;
    return Outcome<Payloads>(Failure(std::move(*failure)));
  }
  return Outcome<Payloads>(std::move(*reply->mutable_query_result()));
}

Result<Outcome<Payloads>> WorkflowHandle::wait_for_end(const ResultOptions::Values& options) const {
  service::Request<Rpc::GetWorkflowExecutionHistory> request;
  *request.mutable_execution() = execution(target_.id, target_.run_id);
  request.set_wait_new_event(true);
  request.set_skip_archival(true);
  request.set_history_event_filter_type(HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
  const Patience patience{kLongPoll, service::Retry::patient(), caller_->in(options.within)};
  while (true) {
    auto reply = caller_->call<Rpc::GetWorkflowExecutionHistory>(request, patience);
    if (!reply) return reply.status();
    const auto& events = reply->history().events();
    if (events.empty()) {
      request.set_next_page_token(reply->next_page_token());
      continue;
    }
    RunEnd end = end_of(events.Get(events.size() - 1));
    if (end.next_run.empty() || options.this_run_only) return std::move(end.outcome);
    request.mutable_execution()->set_run_id(end.next_run);
    request.clear_next_page_token();
  }
}

Result<WorkflowDescription> WorkflowHandle::describe() const {
  service::Request<Rpc::DescribeWorkflowExecution> request;
  *request.mutable_execution() = execution(target_.id, target_.messages_run);
  auto reply = caller_->call<Rpc::DescribeWorkflowExecution>(std::move(request));
  if (!reply) return reply.status();
  WorkflowDescription description = description_of(reply->workflow_execution_info());
  for (const auto& activity : reply->pending_activities()) {
    description.pending_activities.push_back(description_of(activity));
  }
  for (const auto& child : reply->pending_children()) {
    description.pending_children.push_back(child.workflow_id());
  }
  description.task_waits =
      reply->pending_workflow_task().state() == PENDING_WORKFLOW_TASK_STATE_SCHEDULED;
  return description;
}

Status WorkflowHandle::cancel(const std::string& reason) const {
  service::Request<Rpc::RequestCancelWorkflowExecution> request;
  *request.mutable_workflow_execution() = execution(target_.id, target_.messages_run);
  request.set_first_execution_run_id(target_.first_run_id);
  request.set_reason(reason);
  request.set_request_id(caller_->uuid());
  return caller_->tell<Rpc::RequestCancelWorkflowExecution>(std::move(request));
}

Status WorkflowHandle::terminate(const std::string& reason) const {
  service::Request<Rpc::TerminateWorkflowExecution> request;
  *request.mutable_workflow_execution() = execution(target_.id, target_.messages_run);
  request.set_first_execution_run_id(target_.first_run_id);
  request.set_reason(reason);
  return caller_->tell<Rpc::TerminateWorkflowExecution>(std::move(request));
}

Result<WorkflowHandle> WorkflowHandle::reset(std::int64_t event_id,
                                             const ResetOptions& options) const {
  service::Request<Rpc::ResetWorkflowExecution> request;
  *request.mutable_workflow_execution() = execution(target_.id, target_.run_id);
  request.set_workflow_task_finish_event_id(event_id);
  request.set_reason(options.values().reason);
  request.set_request_id(caller_->uuid());
  if (!options.values().signals) {
    request.add_reset_reapply_exclude_types(RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL);
  }
  if (!options.values().updates) {
    request.add_reset_reapply_exclude_types(RESET_REAPPLY_EXCLUDE_TYPE_UPDATE);
  }
  auto reply = caller_->call<Rpc::ResetWorkflowExecution>(std::move(request));
  if (!reply) return reply.status();
  return WorkflowHandle(caller_, {target_.id, reply->run_id(), "", target_.first_run_id, false});
}

Result<std::shared_ptr<const replay::HistoryProto>> WorkflowHandle::history() const {
  auto history = std::make_shared<replay::HistoryProto>();
  service::Request<Rpc::GetWorkflowExecutionHistory> request;
  *request.mutable_execution() = execution(target_.id, target_.run_id);
  while (true) {
    auto reply = caller_->call<Rpc::GetWorkflowExecutionHistory>(request);
    if (!reply) return reply.status();
    for (auto& event : *reply->mutable_history()->mutable_events()) {
      *history->add_events() = std::move(event);
    }
    if (reply->next_page_token().empty()) break;
    request.set_next_page_token(reply->next_page_token());
  }
  return std::shared_ptr<const replay::HistoryProto>(std::move(history));
}

}  // namespace temporal::client
