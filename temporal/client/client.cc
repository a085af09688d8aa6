#include "temporal/client/client.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/client/description.h"
#include "temporal/data/duration.h"

namespace temporal::client {

using service::Rpc;
using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int kPageSize = 1'000;

// The fields that starting, and signaling with a start, share.
template <class Request>
void fill(Request& request, const std::string& type, const StartOptions::Values& options,
          Payloads input) {
  request.set_workflow_id(options.id);
  request.set_request_id(options.request_id);
  request.mutable_workflow_type()->set_name(type);
  request.mutable_task_queue()->set_name(options.queue);
  *request.mutable_input() = std::move(input);
  const auto set = [](google::protobuf::Duration* field, Duration d) { *field = to_proto(d); };
  if (options.execution_timeout > Duration::zero()) {
    set(request.mutable_workflow_execution_timeout(), options.execution_timeout);
  }
  if (options.run_timeout > Duration::zero()) {
    set(request.mutable_workflow_run_timeout(), options.run_timeout);
  }
  if (options.task_timeout > Duration::zero()) {
    set(request.mutable_workflow_task_timeout(), options.task_timeout);
  }
  if (options.delay > Duration::zero()) {
    set(request.mutable_workflow_start_delay(), options.delay);
  }
  if (options.retry) *request.mutable_retry_policy() = options.retry->proto();
  request.set_cron_schedule(options.cron);
  if (options.id_reuse) {
    switch (*options.id_reuse) {
      case IdReuse::AllowDuplicate:
        request.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
        break;
      case IdReuse::AllowDuplicateFailedOnly:
        request.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY);
        break;
      case IdReuse::RejectDuplicate:
        request.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
        break;
    }
  }
  if (options.id_conflict) {
    switch (*options.id_conflict) {
      case IdConflict::Fail:
        request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_FAIL);
        break;
      case IdConflict::UseExisting:
        request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING);
        break;
      case IdConflict::TerminateExisting:
        request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
        break;
    }
  }
  for (const auto& [key, value] : options.memo) {
    (*request.mutable_memo()->mutable_fields())[key] = value;
  }
  if (!options.attributes.empty()) {
    *request.mutable_search_attributes() = options.attributes.proto();
  }
}

}  // namespace

Result<WorkflowHandle> Client::start_workflow(const std::string& type, const StartOptions& options,
                                              Payloads input) {
  service::Request<Rpc::StartWorkflowExecution> request;
  fill(request, type, options.values(), std::move(input));
  if (request.request_id().empty()) request.set_request_id(caller_->uuid());
  auto reply = caller_->call<Rpc::StartWorkflowExecution>(std::move(request));
  if (!reply) return reply.status();
  return WorkflowHandle(caller_, options.values().id, reply->run_id());
}

Result<WorkflowHandle> Client::signal_or_start(const std::string& type, const StartOptions& options,
                                               Payloads input, const std::string& signal,
                                               Payloads signal_input) {
  service::Request<Rpc::SignalWithStartWorkflowExecution> request;
  fill(request, type, options.values(), std::move(input));
  if (request.request_id().empty()) request.set_request_id(caller_->uuid());
  request.set_signal_name(signal);
  *request.mutable_signal_input() = std::move(signal_input);
  auto reply = caller_->call<Rpc::SignalWithStartWorkflowExecution>(std::move(request));
  if (!reply) return reply.status();
  return WorkflowHandle(caller_, options.values().id, reply->run_id());
}

Status Client::list(const std::string& query,
                    const std::function<bool(const WorkflowDescription&)>& each) {
  service::Request<Rpc::ListWorkflowExecutions> request;
  request.set_query(query);
  request.set_page_size(kPageSize);
  while (true) {
    auto reply = caller_->call<Rpc::ListWorkflowExecutions>(request);
    if (!reply) return reply.status();
    for (const auto& info : reply->executions()) {
      if (!each(description_of(info))) return {};
    }
    if (reply->next_page_token().empty()) return {};
    request.set_next_page_token(reply->next_page_token());
  }
}

Result<std::int64_t> Client::count(const std::string& query) {
  service::Request<Rpc::CountWorkflowExecutions> request;
  request.set_query(query);
  auto reply = caller_->call<Rpc::CountWorkflowExecutions>(std::move(request));
  if (!reply) return reply.status();
  return reply->count();
}

Status Client::end_activity(const std::string& task_token, const Outcome<Payloads>& outcome) {
  if (outcome.ok()) {
    service::Request<Rpc::RespondActivityTaskCompleted> request;
    request.set_task_token(task_token);
    *request.mutable_result() = outcome.value();
    const auto reply = caller_->call<Rpc::RespondActivityTaskCompleted>(std::move(request));
    return reply ? Status{} : reply.status();
  }
  if (outcome.failure().is_canceled()) {
    service::Request<Rpc::RespondActivityTaskCanceled> request;
    request.set_task_token(task_token);
    const auto reply = caller_->call<Rpc::RespondActivityTaskCanceled>(std::move(request));
    return reply ? Status{} : reply.status();
  }
  service::Request<Rpc::RespondActivityTaskFailed> request;
  request.set_task_token(task_token);
  *request.mutable_failure() = outcome.failure().proto();
  const auto reply = caller_->call<Rpc::RespondActivityTaskFailed>(std::move(request));
  return reply ? Status{} : reply.status();
}

Result<bool> Client::record_heartbeat(const std::string& task_token, Payloads details) {
  service::Request<Rpc::RecordActivityTaskHeartbeat> request;
  request.set_task_token(task_token);
  *request.mutable_details() = std::move(details);
  auto reply = caller_->call<Rpc::RecordActivityTaskHeartbeat>(std::move(request));
  if (!reply) return reply.status();
  return reply->cancel_requested();
}

}  // namespace temporal::client
