// The service itself, and its namespaces.
#include "temporal/data/duration.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/limits.h"

namespace temporal::embedded {

Status check_namespace(Engine& engine, const std::string& name) {
  if (name.empty()) return invalid("Namespace is empty.");
  if (!engine.find_namespace(name)) return not_found("Namespace " + name + " is not found.");
  return {};
}

Answer answer(Engine&, const CallPtr&, const api::workflowservice::v1::GetSystemInfoRequest&,
              api::workflowservice::v1::GetSystemInfoResponse& reply) {
  reply.set_server_version("1.29.1");
  auto& can = *reply.mutable_capabilities();
  can.set_signal_and_query_header(true);
  can.set_internal_error_differentiation(true);
  can.set_activity_failure_include_heartbeat(true);
  can.set_supports_schedules(false);
  can.set_encoded_failure_attributes(true);
  can.set_upsert_memo(true);
  can.set_eager_workflow_start(true);
  can.set_sdk_metadata(true);
  can.set_count_group_by_execution_status(true);
  can.set_nexus(false);
  return done();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RegisterNamespaceRequest& request,
              api::workflowservice::v1::RegisterNamespaceResponse&) {
  const std::string& name = request.namespace_();
  if (name.empty()) return invalid("Namespace not set on request.");
  if (name.size() > kMostIdBytes) return invalid("Namespace length exceeds limit.");
  const Duration retention = from_proto(request.workflow_execution_retention_period());
  if (retention <= Duration::zero()) {
    return invalid("A valid retention period is not set on request.");
  }
  if (engine.find_namespace(name)) {
    return Status{Code::AlreadyExists, "Namespace \"" + name + "\" already exists"};
  }
  engine.namespaces()[name] = {engine.new_id(), request.description(), retention};
  return done();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::DescribeNamespaceRequest& request,
              api::workflowservice::v1::DescribeNamespaceResponse& reply) {
  const Namespace* found = nullptr;
  std::string name;
  for (const auto& [known, space] : engine.namespaces()) {
    if (known != request.namespace_() && space.id != request.id()) continue;
    found = &space;
    name = known;
  }
  if (request.namespace_().empty() && request.id().empty()) {
    return invalid("Namespace not set on request.");
  }
  if (!found) return not_found("Namespace " + request.namespace_() + " is not found.");
  auto& info = *reply.mutable_namespace_info();
  info.set_name(name);
  info.set_id(found->id);
  info.set_description(found->description);
  info.set_state(api::enums::v1::NAMESPACE_STATE_REGISTERED);
  info.mutable_limits()->set_blob_size_limit_error(kMostBlobBytes);
  info.mutable_limits()->set_memo_size_limit_error(kMostMemoBytes);
  auto& can = *info.mutable_capabilities();
  can.set_eager_workflow_start(true);
  can.set_sync_update(true);
  can.set_async_update(true);
  can.set_worker_poll_complete_on_shutdown(engine.options().end_polls());
  *reply.mutable_config()->mutable_workflow_execution_retention_ttl() = to_proto(found->retention);
  reply.mutable_replication_config()->set_active_cluster_name("active");
  reply.mutable_replication_config()->add_clusters()->set_cluster_name("active");
  return done();
}

}  // namespace temporal::embedded
