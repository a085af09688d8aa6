#include "temporal/testing/environment.h"

#include <string>
#include <utility>

namespace temporal::testing {

namespace {

// Time that passes in a test does not take away what it is going to look at.
embedded::Options kept(embedded::Options options) {
  if (!options.retention()) options.retention(Duration::max());
  return options;
}

}  // namespace

Environment::Environment(const embedded::Options& options)
    : service_(executor_, kept(options)), client_(service_, executor_, client_options()) {}

Environment::~Environment() {
  for (const auto& worker : workers_) stop(*worker);
}

client::ClientOptions Environment::client_options() {
  return client::ClientOptions().identity("client").seed(1).wait(
      [this](const std::function<bool()>& done) { run_until(done); });
}

worker::Worker& Environment::worker(worker::WorkerOptions options) {
  const auto number = workers_.size() + 1;
  if (options.values().seed == 0) options.seed(number);
  if (options.values().identity.empty()) options.identity("worker-" + std::to_string(number));
  workers_.push_back(
      std::make_unique<worker::Worker>(service_, executor_, executor_, std::move(options)));
  return *workers_.back();
}

bool Environment::run_until(const std::function<bool()>& condition, Duration most) {
  const TimePoint end = later(executor_.now(), most);
  while (!condition()) {
    if (executor_.step() || executor_.jump(end)) continue;
    executor_.advance(end - executor_.now());
    return condition();
  }
  return true;
}

void Environment::stop(worker::Worker& worker) {
  const auto stopped = std::make_shared<bool>(false);
  worker.begin_stop([stopped] { *stopped = true; });
  run_until([&] { return *stopped; });
}

}  // namespace temporal::testing
