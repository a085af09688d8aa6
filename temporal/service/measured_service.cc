#include "temporal/service/measured_service.h"

#include <string>

namespace temporal::service {

Service::Cancel MeasuredService::call(Rpc rpc, const google::protobuf::Message& request,
                                      google::protobuf::Message& reply,
                                      std::chrono::milliseconds timeout, Done done) {
  const std::string name = timeout > kCallTimeout ? "temporal_long_request" : "temporal_request";
  Labels labels{{"operation", name_of(rpc)}, {"namespace", namespace_of(request)}};
  metrics_->count(name, labels);
  return service_.call(rpc, request, reply, timeout,
                       [metrics = metrics_, &executor = executor_, begun = executor_.now(), name,
                        labels = std::move(labels), done = std::move(done)](Status status) mutable {
                         metrics->time(name + "_latency", labels, executor.now() - begun);
                         if (!status.ok()) {
                           labels["status_code"] = temporal::name_of(status.code);
                           metrics->count(name + "_failure", labels);
                         }
                         done(std::move(status));
                       });
}

}  // namespace temporal::service
