// answer(): one for each call of the service. It writes the reply and says how the call ended, or
// keeps the call and says nothing.
#pragma once

#include "temporal/embedded/call.h"
#include "temporal/embedded/engine.h"

namespace temporal::embedded {

#define TEMPORAL_RPC(name)                                              \
  Answer answer(Engine& engine, const CallPtr& call,                    \
                const api::workflowservice::v1::name##Request& request, \
                api::workflowservice::v1::name##Response& reply);
TEMPORAL_RPCS(TEMPORAL_RPC)
#undef TEMPORAL_RPC

// What is wrong with the namespace that a request names; Ok if nothing is.
Status check_namespace(Engine& engine, const std::string& name);

// Request and reply of a call that waits.
template <service::Rpc rpc>
const service::Request<rpc>& request_of(const Call& call) {
  return static_cast<const service::Request<rpc>&>(*call.request);
}
template <service::Rpc rpc>
service::Reply<rpc>& reply_of(const Call& call) {
  return static_cast<service::Reply<rpc>&>(*call.reply);
}

}  // namespace temporal::embedded
