#include "tests/temporal_live/hardship.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/temporal/support/replay_check.h"

namespace temporal::testing {
namespace {

int occurrences(const std::string& text, const std::string& word) {
  int count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

// The service did not say no: the call may be repeated.
bool may_repeat(const Status& status) {
  return status.code == Code::Unavailable || status.code == Code::DeadlineExceeded;
}

// Repeats a call, for as long as a server may take to come back.
template <class F>
auto insist(const F& call) {
  auto result = call();
  for (int i = 0; i < 5 && !result.ok() && may_repeat(result.status()); ++i) result = call();
  return result;
}

}  // namespace

void HardshipTest::connect(DevServer& server) {
  if (!server.missing().empty()) GTEST_SKIP() << server.missing();
  const char* given = std::getenv("HARDSHIP_SEED");
  seed_ = given ? static_cast<unsigned>(std::stoul(given)) : std::random_device()();
  random_.seed(seed_);
  const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
  const std::string name = std::string(info->test_suite_name()) + "." + info->name();
  const std::string repeat =
      "HARDSHIP_SEED=" + std::to_string(seed_) + " temporal_live_tests --gtest_filter=" + name;
  std::printf("repeat with: %s\n", repeat.c_str());
  trace_ = std::make_unique<::testing::ScopedTrace>(__FILE__, __LINE__, "repeat with: " + repeat);
  target_ = server.target();
  queue_ = name + "." + std::to_string(getpid());
  log_ = std::filesystem::temp_directory_path() / (queue_ + ".log");
  service_ = std::make_unique<service::GrpcService>(service::ConnectOptions(target_));
  client_ = std::make_unique<client::Client>(*service_, executor_);
}

void HardshipTest::disconnect() {
  client_ = nullptr;
  service_ = nullptr;
}

void HardshipTest::TearDown() {
  for (auto& driver : drivers_) driver.join();
  if (HasFailure() && !log_.empty()) {
    std::ostringstream text;
    text << std::ifstream(log_).rdbuf();
    std::printf("the workers said:\n%s\n", text.str().c_str());
  }
  if (!log_.empty()) std::filesystem::remove(log_);
}

std::unique_ptr<WorkerProcess> HardshipTest::start_worker(const std::string& identity,
                                                          int cached_runs) {
  return std::make_unique<WorkerProcess>(target_, queue_, identity, cached_runs, log_);
}

std::chrono::milliseconds HardshipTest::random_pause(int least_ms, int most_ms) {
  return std::chrono::milliseconds(std::uniform_int_distribution(least_ms, most_ms)(random_));
}

void HardshipTest::start_workflows(int count, std::chrono::milliseconds spread) {
  for (int i = 0; i < count; ++i) {
    auto& driven = *driven_.emplace_back(std::make_unique<Driven>());
    driven.number = ++last_number_;
    driven.seed = static_cast<unsigned>(random_());
    driven.id = queue_ + "/" + std::to_string(driven.number);
    drivers_.emplace_back([this, &driven, spread] {
      drive(driven, spread);
      const std::lock_guard lock(mutex_);
      driven.ended = true;
    });
  }
}

void HardshipTest::drive(Driven& driven, std::chrono::milliseconds spread) {
  std::mt19937 random(driven.seed);
  const auto pause_to = [&](std::chrono::milliseconds most) {
    pause(std::chrono::milliseconds(
        std::uniform_int_distribution<int>(0, static_cast<int>(most.count()))(random)));
  };
  pause_to(spread);
  const auto options = client::StartOptions(driven.id, queue_)
                           .task_timeout(std::chrono::seconds(1))
                           .request_id(driven.id);
  auto run = insist([&] { return client_->start(&Hardship::run, options, driven.number); });
  if (!run.ok()) {
    driven.problem = "start: " + run.status().text();
    return;
  }
  for (int key = 0; key < std::max(Hardship::kSignals, Hardship::kUpdates); ++key) {
    pause_to(std::chrono::milliseconds(400));
    if (key < Hardship::kSignals) {
      const auto sent = insist([&]() -> Result<bool> {
        Status status = run->signal(&Hardship::add, key, key + 1);
        if (!status.ok()) return status;
        return true;
      });
      if (!sent.ok()) driven.problem += "signal: " + sent.status().text() + "\n";
    }
    if (key < Hardship::kUpdates) {
      const auto put = insist([&] { return run->update(&Hardship::put, key, key + 1); });
      if (!put.ok()) driven.problem += "update: " + put.status().text() + "\n";
      if (put.ok() && !put->ok()) driven.problem += "update: " + put->failure().text() + "\n";
    }
  }
  const auto result = insist([&] { return run->result<std::string>(); });
  if (!result.ok()) {
    driven.problem += "result: " + result.status().text();
  } else if (!result->ok()) {
    driven.problem += "result: " + result->failure().text();
  } else {
    driven.result = result->value();
  }
}

bool HardshipTest::all_ended() {
  const std::lock_guard lock(mutex_);
  return std::all_of(driven_.begin(), driven_.end(), [](const auto& one) { return one->ended; });
}

void HardshipTest::finish_workflows(std::chrono::seconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!all_ended() && std::chrono::steady_clock::now() < end) {
    pause(std::chrono::milliseconds(20));
  }
  if (!all_ended()) {
    const std::lock_guard lock(mutex_);
    for (const auto& one : driven_) {
      if (one->ended) continue;
      // So that whoever waits for it ends, too.
      const auto handle = client_->workflow(one->id);
      const auto history = handle.history();
      (void)handle.terminate("took too long");
      ADD_FAILURE() << one->id << " takes longer than " << most.count() << " s\n"
                    << (history.ok() ? events_of(**history) : history.status().text());
    }
  }
  for (auto& driver : drivers_) driver.join();
  drivers_.clear();
  for (const auto& one : driven_) check(*one);
  driven_.clear();
}

void HardshipTest::check(const Driven& driven) {
  SCOPED_TRACE(driven.id);
  EXPECT_EQ(driven.problem, "");
  EXPECT_EQ(driven.result, Hardship::expected(driven.number));
  check_history(driven.id, wf::definition_of<Hardship>().type());
  for (int round = 0; round < 2; ++round) {
    check_history(driven.id + "/" + std::to_string(round),
                  wf::definition_of<HardshipChild>().type());
  }
}

void HardshipTest::check_history(const std::string& id,
                                 const std::shared_ptr<wf::WorkflowType>& type) {
  const auto history = client_->workflow(id).history();
  ASSERT_TRUE(history.ok()) << id << ": " << history.status().text();
  EXPECT_EQ(check_replays(*history, type), "") << id << "\n" << events_of(**history);
  histories_.push_back(*history);
}

int HardshipTest::count(const std::string& event) const {
  int count = 0;
  for (const auto& history : histories_) {
    count += occurrences(events_of(*history), " " + event + "\n");
  }
  return count;
}

}  // namespace temporal::testing
