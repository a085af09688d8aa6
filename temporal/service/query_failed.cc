#include "temporal/service/query_failed.h"

#include "temporal/api/errordetails/v1/message.pb.h"
#include "temporal/api/failure/v1/message.pb.h"

namespace temporal::service {
namespace {

// On the wire the same as google.rpc.Status, of which there is no .proto here.
using RpcStatus = api::errordetails::v1::MultiOperationExecutionFailure::OperationStatus;
using api::errordetails::v1::QueryFailedFailure;

}  // namespace

Status query_failed(std::string message, const Failure::Proto& failure) {
  QueryFailedFailure failed;
  if (failure.ByteSizeLong() > 0) *failed.mutable_failure() = failure;
  RpcStatus details;
  details.set_code(static_cast<int>(Code::InvalidArgument));
  details.set_message(message);
  details.add_details()->PackFrom(failed);
  return {Code::InvalidArgument, std::move(message), details.SerializeAsString()};
}

std::optional<Failure::Proto> query_failure_of(const Status& status) {
  RpcStatus details;
  if (status.code != Code::InvalidArgument || !details.ParseFromString(status.details)) {
    return std::nullopt;
  }
  for (const auto& detail : details.details()) {
    QueryFailedFailure failed;
    if (!detail.UnpackTo(&failed)) continue;
    // Old SDKs say a text alone.
    if (!failed.has_failure()) failed.mutable_failure()->set_message(status.message);
    return failed.failure();
  }
  return std::nullopt;
}

}  // namespace temporal::service
