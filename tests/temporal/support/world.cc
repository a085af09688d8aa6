#include "tests/temporal/support/world.h"

#include <unistd.h>

namespace temporal::testing {

void WorldTest::SetUp() {
  std::string why;
  world_ = make_world(&why);
  if (!world_) GTEST_SKIP() << why;
  client_ = std::make_unique<client::Client>(world_->service(), world_->executor(),
                                             world_->client_options());
  const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
  queue_ =
      std::string(info->test_suite_name()) + "." + info->name() + "." + std::to_string(getpid());
}

void WorldTest::TearDown() {
  if (!world_) return;
  for (const Started& one : started_) {
    const auto history = one.handle.history();
    ASSERT_TRUE(history.ok()) << history.status().text();
    EXPECT_EQ(check_replays(*history, one.type), "") << events_of(**history);
  }
  stop_workers();
}

void WorldTest::stop_workers() {
  for (const auto& worker : workers_) world_->stop(*worker);
  workers_.clear();
}

worker::WorkerOptions WorldTest::options() {
  return worker::WorkerOptions(queue_)
      .seed(7 + workers_.size())
      .log([this](wf::LogLevel, std::string_view message) {
        const std::lock_guard lock(log_mutex_);
        log_.emplace_back(message);
      });
}

worker::Worker& WorldTest::start_worker(const std::function<void(worker::Worker&)>& fill) {
  return start_worker(options(), fill);
}

worker::Worker& WorldTest::start_worker(const worker::WorkerOptions& options,
                                        const std::function<void(worker::Worker&)>& fill) {
  workers_.push_back(std::make_unique<worker::Worker>(world_->service(), world_->executor(),
                                                      world_->activity_executor(), options));
  fill(*workers_.back());
  workers_.back()->start();
  return *workers_.back();
}

client::StartOptions WorldTest::start_options() {
  return {queue_ + "/" + std::to_string(++ids_), queue_};
}

std::string WorldTest::events(const client::WorkflowHandle& handle) {
  const auto history = handle.history();
  return history.ok() ? events_of(**history) : history.status().text();
}

}  // namespace temporal::testing
