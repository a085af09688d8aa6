// GrpcService: a Temporal service over gRPC.
#pragma once

#include <memory>

#include "temporal/grpc/connect_options.h"
#include "temporal/service/service.h"

namespace temporal::service {

// Connects when it is first called, and again whenever the connection is lost. One thread of its
// own waits for answers and calls `done`, which must not block. The destructor gives up what is
// under way and returns when the last `done` has.
class GrpcService final : public Service {
 public:
  explicit GrpcService(const ConnectOptions& options);
  ~GrpcService() override;

  Cancel call(Rpc rpc, const google::protobuf::Message& request, google::protobuf::Message& reply,
              std::chrono::milliseconds timeout, Done done) override;

 private:
  class Channel;
  std::unique_ptr<Channel> channel_;
};

}  // namespace temporal::service
