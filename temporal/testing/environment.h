// Environment: a Temporal of a test's own, with a client and workers, on virtual time. Nothing
// waits for real, there are no threads, and the same test gives the same histories.
//
//   testing::Environment temporal;
//   worker::Worker& worker = temporal.worker(worker::WorkerOptions("reviews"));
//   worker.add<Review>().add(count_words, [](const std::string& page) { return 300; });
//   worker.start();
//   const auto options = client::StartOptions("r", "reviews");
//   auto run = temporal.client().start(&Review::run, options, pages);
//   temporal.pass(1h);
//   Outcome<std::string> outcome = run->result<std::string>().value();
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "temporal/base/virtual_executor.h"
#include "temporal/client/client.h"
#include "temporal/embedded/embedded_service.h"
#include "temporal/worker/worker.h"

namespace temporal::testing {

// Things happen, and time passes, only inside pass(), run_until(), stop() and calls of clients that
// were made with client_options(). Activities run there, too, to their end: one that is to take
// time calls pass() itself. Not thread safe.
class Environment {
 public:
  // Closed runs stay, unless the options set a retention.
  explicit Environment(const embedded::Options& options = {});
  // Stops the workers that it owns.
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  VirtualExecutor& executor() { return executor_; }
  embedded::EmbeddedService& service() { return service_; }
  // A client of the namespace "default".
  const client::Client& client() const { return client_; }
  // For another client, of another namespace or with a codec. A call that is not answered is given
  // up after a day; waiting for a result or an update's has no end unless it is told one
  // (within()).
  client::ClientOptions client_options();
  // A worker that lives as long as the environment: add to it, then start it.
  worker::Worker& worker(worker::WorkerOptions options);

  // Lets things happen until the condition holds; false where it does not within that time.
  bool run_until(const std::function<bool()>& condition, Duration most = std::chrono::hours(24));
  // Lets all things happen that do within that time.
  void pass(Duration duration) { executor_.advance(duration); }
  // Stops a worker, also one that is not the environment's own. Worker::stop() would wait for ever.
  void stop(worker::Worker& worker);

 private:
  VirtualExecutor executor_{TimePoint(std::chrono::seconds(1'700'000'000))};
  embedded::EmbeddedService service_;
  client::Client client_;
  std::vector<std::unique_ptr<worker::Worker>> workers_;
};

}  // namespace temporal::testing
