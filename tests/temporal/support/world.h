// World: a service, a client and workers, for tests that hold on the embedded service and on a real
// server alike. Each test program brings one.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "temporal/client/client.h"
#include "temporal/worker/worker.h"
#include "tests/temporal/support/replay_check.h"

namespace temporal::testing {

class World {
 public:
  virtual ~World() = default;
  virtual service::Service& service() = 0;
  virtual Executor& executor() = 0;
  virtual Executor& activity_executor() = 0;
  virtual client::ClientOptions client_options() = 0;
  // Lets things happen until the condition holds; false after 30 s without it.
  virtual bool wait_for(const std::function<bool()>& condition) = 0;
  virtual void pass(Duration duration) = 0;
  virtual void stop(worker::Worker& worker) = 0;
};

// Null where there is none; then `why` says what is missing.
std::unique_ptr<World> make_world(std::string* why);

// A test with a world, a task queue of its own and a worker for it. Whatever was started is checked
// at the end: its history replays from every workflow task.
class WorldTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  worker::WorkerOptions options();
  // Made and started with what `fill` adds.
  worker::Worker& start_worker(const std::function<void(worker::Worker&)>& fill);
  worker::Worker& start_worker(const worker::WorkerOptions& options,
                               const std::function<void(worker::Worker&)>& fill);
  void stop_workers();
  client::StartOptions start_options();
  // Starts W and remembers it for the check.
  template <class W, class R, class... Args>
  client::WorkflowHandle start(wf::Task<R> (W::*run)(Args...),
                               const std::type_identity_t<Args>&... args) {
    return start_with(start_options(), run, args...);
  }
  template <class W, class R, class... Args>
  client::WorkflowHandle start_with(const client::StartOptions& options,
                                    wf::Task<R> (W::*run)(Args...),
                                    const std::type_identity_t<Args>&... args) {
    auto handle = client_->start(run, options, args...);
    EXPECT_TRUE(handle.ok()) << (handle.ok() ? "" : handle.status().text());
    started_.push_back({*handle, wf::definition_of<W>().type()});
    return *handle;
  }
  std::string events(const client::WorkflowHandle& handle);

  std::unique_ptr<World> world_;
  std::unique_ptr<client::Client> client_;
  std::string queue_;
  std::vector<std::unique_ptr<worker::Worker>> workers_;
  std::vector<std::string> log_;
  std::mutex log_mutex_;
  struct Started {
    client::WorkflowHandle handle;
    std::shared_ptr<const wf::WorkflowType> type;
  };
  std::vector<Started> started_;
  int ids_ = 0;
};

}  // namespace temporal::testing
