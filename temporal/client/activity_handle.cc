#include "temporal/client/activity_handle.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/client/caller.h"

namespace temporal::client {

using service::Rpc;

namespace {

template <Rpc rpc>
service::Request<rpc> by_token(const ActivityHandle::Target& target) {
  service::Request<rpc> request;
  request.set_task_token(target.task_token);
  return request;
}
template <Rpc rpc>
service::Request<rpc> by_id(const ActivityHandle::Target& target) {
  service::Request<rpc> request;
  request.set_workflow_id(target.workflow_id);
  request.set_run_id(target.run_id);
  request.set_activity_id(target.activity_id);
  return request;
}

}  // namespace

Status ActivityHandle::send_result(Result<Payloads> result) const {
  if (!result) return result.status();
  if (target_.task_token.empty()) {
    auto request = by_id<Rpc::RespondActivityTaskCompletedById>(target_);
    *request.mutable_result() = std::move(*result);
    return caller_->tell<Rpc::RespondActivityTaskCompletedById>(std::move(request));
  }
  auto request = by_token<Rpc::RespondActivityTaskCompleted>(target_);
  *request.mutable_result() = std::move(*result);
  return caller_->tell<Rpc::RespondActivityTaskCompleted>(std::move(request));
}

Status ActivityHandle::fail(const Failure& failure) const {
  if (failure.is_canceled()) {
    return send_canceled(failure.proto().canceled_failure_info().details());
  }
  if (target_.task_token.empty()) {
    auto request = by_id<Rpc::RespondActivityTaskFailedById>(target_);
    *request.mutable_failure() = failure.proto();
    return caller_->tell<Rpc::RespondActivityTaskFailedById>(std::move(request));
  }
  auto request = by_token<Rpc::RespondActivityTaskFailed>(target_);
  *request.mutable_failure() = failure.proto();
  return caller_->tell<Rpc::RespondActivityTaskFailed>(std::move(request));
}

Status ActivityHandle::send_canceled(Result<Payloads> details) const {
  if (!details) return details.status();
  if (target_.task_token.empty()) {
    auto request = by_id<Rpc::RespondActivityTaskCanceledById>(target_);
    *request.mutable_details() = std::move(*details);
    return caller_->tell<Rpc::RespondActivityTaskCanceledById>(std::move(request));
  }
  auto request = by_token<Rpc::RespondActivityTaskCanceled>(target_);
  *request.mutable_details() = std::move(*details);
  return caller_->tell<Rpc::RespondActivityTaskCanceled>(std::move(request));
}

Result<Heard> ActivityHandle::send_heartbeat(Result<Payloads> details) const {
  if (!details) return details.status();
  const auto send = [&]<Rpc rpc>(service::Request<rpc> request) -> Result<Heard> {
    *request.mutable_details() = std::move(*details);
    const auto reply = caller_->call<rpc>(std::move(request));
    if (!reply) return reply.status();
    return Heard{reply->cancel_requested(), reply->activity_paused()};
  };
  if (target_.task_token.empty()) {
    return send.operator()<Rpc::RecordActivityTaskHeartbeatById>(
        by_id<Rpc::RecordActivityTaskHeartbeatById>(target_));
  }
  return send.operator()<Rpc::RecordActivityTaskHeartbeat>(
      by_token<Rpc::RecordActivityTaskHeartbeat>(target_));
}

}  // namespace temporal::client
