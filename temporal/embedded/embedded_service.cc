#include "temporal/embedded/embedded_service.h"

#include <algorithm>
#include <chrono>
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
  const auto most = std::chrono::floor<std::chrono::milliseconds>(Duration::max());
  return engine_->call(rpc, request, reply, std::min(timeout, most), std::move(done));
}

}  // namespace temporal::embedded
