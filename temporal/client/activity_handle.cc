#include "temporal/client/activity_handle.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/client/caller.h"

namespace temporal::client {

using service::Rpc;

namespace {

// Makes the call by token or by id, whichever the target has, and sends it.
template <Rpc by_token, Rpc by_id, class Send>
auto to(const ActivityHandle::Target& target, const Send& send) {
  if (!target.task_token.empty()) {
    service::Request<by_token> request;
    request.set_task_token(target.task_token);
    return send.template operator()<by_token>(std::move(request));
  }
  service::Request<by_id> request;
  request.set_workflow_id(target.workflow_id);
  request.set_run_id(target.run_id);
  request.set_activity_id(target.activity_id);
  return send.template operator()<by_id>(std::move(request));
}

}  // namespace

Status ActivityHandle::send_result(Result<Payloads> result) const {
  if (!result) return result.status();
  return to<Rpc::RespondActivityTaskCompleted, Rpc::RespondActivityTaskCompletedById>(
      target_, [&]<Rpc rpc>(service::Request<rpc> request) {
        *request.mutable_result() = std::move(*result);
        return caller_->tell<rpc>(std::move(request));
      });
}

Status ActivityHandle::fail(const Failure& failure) const {
  if (failure.is_canceled()) {
    return send_canceled(failure.proto().canceled_failure_info().details());
  }
  return to<Rpc::RespondActivityTaskFailed, Rpc::RespondActivityTaskFailedById>(
      target_, [&]<Rpc rpc>(service::Request<rpc> request) {
        *request.mutable_failure() = failure.proto();
        return caller_->tell<rpc>(std::move(request));
      });
}

Status ActivityHandle::send_canceled(Result<Payloads> details) const {
  if (!details) return details.status();
  return to<Rpc::RespondActivityTaskCanceled, Rpc::RespondActivityTaskCanceledById>(
      target_, [&]<Rpc rpc>(service::Request<rpc> request) {
        *request.mutable_details() = std::move(*details);
        return caller_->tell<rpc>(std::move(request));
      });
}

Result<Heard> ActivityHandle::send_heartbeat(Result<Payloads> details) const {
  if (!details) return details.status();
  return to<Rpc::RecordActivityTaskHeartbeat, Rpc::RecordActivityTaskHeartbeatById>(
      target_, [&]<Rpc rpc>(service::Request<rpc> request) -> Result<Heard> {
        *request.mutable_details() = std::move(*details);
        const auto reply = caller_->call<rpc>(std::move(request));
        if (!reply) return reply.status();
        return Heard{reply->cancel_requested(), reply->activity_paused(), reply->activity_reset()};
      });
}

}  // namespace temporal::client
