// The calls of Temporal's WorkflowService that this library makes. A new one is a line here, and
// what the embedded service answers to it.
#pragma once

#include "temporal/api/workflowservice/v1/request_response.pb.h"

#define TEMPORAL_RPCS(X)              \
  X(GetSystemInfo)                    \
  X(RegisterNamespace)                \
  X(DescribeNamespace)                \
  X(StartWorkflowExecution)           \
  X(SignalWorkflowExecution)          \
  X(SignalWithStartWorkflowExecution) \
  X(QueryWorkflow)                    \
  X(UpdateWorkflowExecution)          \
  X(PollWorkflowExecutionUpdate)      \
  X(GetWorkflowExecutionHistory)      \
  X(DescribeWorkflowExecution)        \
  X(DescribeTaskQueue)                \
  X(ListWorkflowExecutions)           \
  X(CountWorkflowExecutions)          \
  X(RequestCancelWorkflowExecution)   \
  X(TerminateWorkflowExecution)       \
  X(ResetWorkflowExecution)           \
  X(PollWorkflowTaskQueue)            \
  X(RespondWorkflowTaskCompleted)     \
  X(RespondWorkflowTaskFailed)        \
  X(RespondQueryTaskCompleted)        \
  X(PollActivityTaskQueue)            \
  X(RecordActivityTaskHeartbeat)      \
  X(RecordActivityTaskHeartbeatById)  \
  X(RespondActivityTaskCompleted)     \
  X(RespondActivityTaskCompletedById) \
  X(RespondActivityTaskFailed)        \
  X(RespondActivityTaskFailedById)    \
  X(RespondActivityTaskCanceled)      \
  X(RespondActivityTaskCanceledById)  \
  X(ResetStickyTaskQueue)             \
  X(ShutdownWorker)

namespace temporal::service {

enum class Rpc {
#define TEMPORAL_RPC(name) name,
  TEMPORAL_RPCS(TEMPORAL_RPC)
#undef TEMPORAL_RPC
};

// "StartWorkflowExecution"
const char* name_of(Rpc);
// The namespace that a request is for; empty where it is for none.
std::string namespace_of(const google::protobuf::Message& request);

template <Rpc rpc>
struct Messages;
#define TEMPORAL_RPC(name)                                   \
  template <>                                                \
  struct Messages<Rpc::name> {                               \
    using Request = api::workflowservice::v1::name##Request; \
    using Reply = api::workflowservice::v1::name##Response;  \
  };
TEMPORAL_RPCS(TEMPORAL_RPC)
#undef TEMPORAL_RPC

template <Rpc rpc>
using Request = typename Messages<rpc>::Request;
template <Rpc rpc>
using Reply = typename Messages<rpc>::Reply;

}  // namespace temporal::service
