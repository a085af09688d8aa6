// The world of a real server.
#include <thread>

#include "temporal/base/thread_executor.h"
#include "temporal/grpc/grpc_service.h"
#include "tests/temporal/support/world.h"
#include "tests/temporal_live/dev_server.h"

namespace temporal::testing {
namespace {

class LiveWorld final : public World {
 public:
  explicit LiveWorld(const std::string& target) : service_(service::ConnectOptions(target)) {}
  service::Service& service() override { return service_; }
  Executor& executor() override { return executor_; }
  Executor& activity_executor() override { return activities_; }
  client::ClientOptions client_options() override { return {}; }
  bool wait_for(const std::function<bool()>& condition) override {
    for (int i = 0; i < 3000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  void pass(Duration duration) override { std::this_thread::sleep_for(duration); }
  void stop(worker::Worker& worker) override { worker.stop(); }

 private:
  service::GrpcService service_;
  ThreadExecutor executor_{2}, activities_{50};
};

}  // namespace

std::unique_ptr<World> make_world(std::string* why) {
  DevServer& server = DevServer::shared();
  *why = server.missing();
  if (!why->empty()) return nullptr;
  return std::make_unique<LiveWorld>(server.target());
}

}  // namespace temporal::testing
