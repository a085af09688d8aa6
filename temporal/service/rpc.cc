#include "temporal/service/rpc.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace temporal::service {

const char* name_of(Rpc rpc) {
  static constexpr const char* kNames[] = {
#define TEMPORAL_RPC(name) #name,
      TEMPORAL_RPCS(TEMPORAL_RPC)
#undef TEMPORAL_RPC
  };
  return kNames[static_cast<int>(rpc)];
}

std::string namespace_of(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("namespace");
  return field ? request.GetReflection()->GetString(request, field) : "";
}

}  // namespace temporal::service
