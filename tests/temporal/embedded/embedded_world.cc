// The world of the embedded service, on virtual time: nothing waits for real, and the same test
// gives the same history.
#include "temporal/base/virtual_executor.h"
#include "temporal/embedded/embedded_service.h"
#include "tests/temporal/support/world.h"

namespace temporal::testing {
namespace {

class EmbeddedWorld final : public World {
 public:
  service::Service& service() override { return service_; }
  Executor& executor() override { return executor_; }
  Executor& activity_executor() override { return executor_; }
  client::ClientOptions client_options() override {
    return client::ClientOptions().seed(3).wait(
        [this](const std::function<bool()>& done) { run_until(done, std::chrono::hours(24)); });
  }
  bool wait_for(const std::function<bool()>& condition) override {
    return run_until(condition, std::chrono::seconds(30));
  }
  // An activity is inside a task of the executor: time passes, and what it brings about happens.
  void pass(Duration duration) override { executor_.advance(duration); }
  void stop(worker::Worker& worker) override {
    bool stopped = false;
    worker.begin_stop([&] { stopped = true; });
    run_until([&] { return stopped; }, std::chrono::hours(1));
  }

 private:
  bool run_until(const std::function<bool()>& condition, Duration most) {
    const TimePoint end = executor_.now() + most;
    while (!condition()) {
      if (executor_.step()) continue;
      if (executor_.now() >= end || !executor_.jump()) return condition();
    }
    return true;
  }

  VirtualExecutor executor_{TimePoint(std::chrono::seconds(1'700'000'000))};
  embedded::EmbeddedService service_{executor_};
};

}  // namespace

std::unique_ptr<World> make_world(std::string*) {
  return std::make_unique<EmbeddedWorld>();
}

}  // namespace temporal::testing
