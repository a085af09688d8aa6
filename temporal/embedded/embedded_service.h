// EmbeddedService: Temporal's WorkflowService in the process, with histories in memory. What it
// answers and the events it writes are those of the server 1.29.1.
#pragma once

#include <memory>

#include "temporal/base/executor.h"
#include "temporal/embedded/options.h"
#include "temporal/service/service.h"

namespace temporal::embedded {

class Engine;

// Time, timers and callbacks come from the executor, which must outlive the service. On a
// VirtualExecutor everything that can be observed follows from the seed and the calls. Thread safe.
class EmbeddedService final : public service::Service {
 public:
  explicit EmbeddedService(Executor& executor, Options options = {});
  // Calls that have not ended end as Unavailable.
  ~EmbeddedService() override;
  EmbeddedService(const EmbeddedService&) = delete;
  EmbeddedService& operator=(const EmbeddedService&) = delete;

  Cancel call(service::Rpc rpc, const google::protobuf::Message& request,
              google::protobuf::Message& reply, std::chrono::milliseconds timeout,
              Done done) override;

 private:
  std::shared_ptr<Engine> engine_;
};

}  // namespace temporal::embedded
