#include "temporal/embedded/embedded_service.h"

#include <utility>

#include "temporal/embedded/engine.h"

namespace temporal::embedded {

EmbeddedService::EmbeddedService(Executor& executor, Options options)
    : engine_(std::make_shared<Engine>(executor, std::move(options))) {}

EmbeddedService::~EmbeddedService() {
  engine_->close();
}

service::Service::Cancel EmbeddedService::call(service::Rpc rpc,
                                               const google::protobuf::Message& request,
                                               google::protobuf::Message& reply,
                                               std::chrono::milliseconds timeout, Done done) {
  return engine_->call(rpc, request, reply, timeout, std::move(done));
}

}  // namespace temporal::embedded
