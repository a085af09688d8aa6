#include "temporal/client/client.h"

#include "temporal/client/caller.h"
#include "temporal/data/duration.h"

namespace temporal::client {

using service::Rpc;
using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int kPageSize = 1'000;

// The fields that starting, and signaling with a start, share.
template <class Request>
void fill(Request& request, const std::string& type, const StartOptions::Values& options,
          Payloads input, Caller& caller) {
  request.set_workflow_id(options.id.empty() ? caller.uuid() : options.id);
  request.set_request_id(options.request_id.empty() ? caller.uuid() : options.request_id);
  request.mutable_workflow_type()->set_name(type);
  request.mutable_task_queue()->set_name(options.queue);
  *request.mutable_input() = std::move(input);
  const auto set = [](google::protobuf::Duration* field, Duration d) { *field = to_proto(d); };
  if (options.execution_timeout != Duration::zero()) {
    set(request.mutable_workflow_execution_timeout(), options.execution_timeout);
  }
  if (options.run_timeout != Duration::zero()) {
    set(request.mutable_workflow_run_timeout(), options.run_timeout);
  }
  if (options.task_timeout != Duration::zero()) {
    set(request.mutable_workflow_task_timeout(), options.task_timeout);
  }
  if (options.delay != Duration::zero()) {
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

// Of a workflow that was found running only the run is known, not the first of its chain.
template <class Reply>
WorkflowHandle started(const std::shared_ptr<Caller>& caller, const std::string& id,
                       const Reply& reply) {
  return {caller, {id, reply.run_id(), "", reply.started() ? reply.run_id() : "", reply.started()}};
}

// Whoever made the id has to know it: the workflow may have started all the same.
Status not_started(Status status, const StartOptions::Values& options, const std::string& id) {
  if (options.id.empty()) status.message += " (workflow id " + id + ")";
  return status;
}

}  // namespace

Client::Client(service::Service& service, Executor& executor, const ClientOptions& options)
    : caller_(std::make_shared<Caller>(service, executor, options.values())) {}

Status Client::check() const {
  Patience patience;
  patience.retry = service::Retry::once();
  const auto reply = caller_->call<Rpc::DescribeNamespace>(
      [&] {
        service::Request<Rpc::DescribeNamespace> request;
        request.set_namespace_(caller_->options().space);
        return request;
      }(),
      patience);
  return reply ? Status{} : reply.status();
}

Result<WorkflowHandle> Client::start_workflow(const std::string& type, const StartOptions& options,
                                              Result<Payloads> input) const {
  if (!input) return input.status();
  service::Request<Rpc::StartWorkflowExecution> request;
  fill(request, type, options.values(), std::move(*input), *caller_);
  const std::string id = request.workflow_id();
  auto reply = caller_->call<Rpc::StartWorkflowExecution>(std::move(request));
  if (!reply) return not_started(reply.status(), options.values(), id);
  return started(caller_, id, *reply);
}

Result<WorkflowHandle> Client::signal_or_start(const std::string& type, const StartOptions& options,
                                               Result<Payloads> input, const std::string& signal,
                                               Result<Payloads> signal_input) const {
  if (!input) return input.status();
  if (!signal_input) return signal_input.status();
  service::Request<Rpc::SignalWithStartWorkflowExecution> request;
  fill(request, type, options.values(), std::move(*input), *caller_);
  request.set_signal_name(signal);
  *request.mutable_signal_input() = std::move(*signal_input);
  const std::string id = request.workflow_id();
  auto reply = caller_->call<Rpc::SignalWithStartWorkflowExecution>(std::move(request));
  if (!reply) return not_started(reply.status(), options.values(), id);
  return started(caller_, id, *reply);
}

Status Client::list(const std::string& query,
                    const std::function<bool(const WorkflowDescription&)>& each) const {
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

Result<std::int64_t> Client::count(const std::string& query) const {
  service::Request<Rpc::CountWorkflowExecutions> request;
  request.set_query(query);
  auto reply = caller_->call<Rpc::CountWorkflowExecutions>(std::move(request));
  if (!reply) return reply.status();
  return reply->count();
}

Result<QueueDescription> Client::describe_queue(const std::string& queue, TaskKind kind) const {
  service::Request<Rpc::DescribeTaskQueue> request;
  request.mutable_task_queue()->set_name(queue);
  request.set_task_queue_type(kind == TaskKind::Workflow ? TASK_QUEUE_TYPE_WORKFLOW
                                                         : TASK_QUEUE_TYPE_ACTIVITY);
  request.set_report_stats(true);
  auto reply = caller_->call<Rpc::DescribeTaskQueue>(std::move(request));
  if (!reply) return reply.status();
  QueueDescription description;
  description.waiting = reply->stats().approximate_backlog_count();
  for (const auto& poller : reply->pollers()) {  // of the last five minutes
    const Duration ago = caller_->now() - from_proto(poller.last_access_time());
    if (ago <= service::kPollTimeout) description.pollers.insert(poller.identity());
  }
  return description;
}

}  // namespace temporal::client
