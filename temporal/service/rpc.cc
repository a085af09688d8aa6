#include "temporal/service/rpc.h"

namespace temporal::service {

const char* name_of(Rpc rpc) {
  static constexpr const char* kNames[] = {
#define TEMPORAL_RPC(name) #name,
      TEMPORAL_RPCS(TEMPORAL_RPC)
#undef TEMPORAL_RPC
  };
  return kNames[static_cast<int>(rpc)];
}

}  // namespace temporal::service
