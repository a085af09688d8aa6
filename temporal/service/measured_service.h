// MeasuredService: another service, whose calls are counted and timed as Temporal's SDKs do:
// temporal_request, temporal_request_failure, temporal_request_latency, and for calls that wait at
// the service temporal_long_request, ..., by operation and namespace, failures by status_code, too.
// Each attempt of a call that is repeated is one. Workers with metrics make their own.
#pragma once

#include <memory>

#include "temporal/base/executor.h"
#include "temporal/base/metrics.h"
#include "temporal/service/service.h"

namespace temporal::service {

// Thread safe. Service and executor, whose clock is read, outlive it and its calls.
class MeasuredService final : public Service {
 public:
  MeasuredService(Service& service, Executor& executor, std::shared_ptr<Metrics> metrics)
      : service_(service), executor_(executor), metrics_(std::move(metrics)) {}

  Cancel call(Rpc rpc, const google::protobuf::Message& request, google::protobuf::Message& reply,
              std::chrono::milliseconds timeout, Done done) override;

 private:
  Service& service_;
  Executor& executor_;
  const std::shared_ptr<Metrics> metrics_;
};

}  // namespace temporal::service
