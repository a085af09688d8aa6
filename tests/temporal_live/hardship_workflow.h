// The workflow of the hardship tests: a little of everything, with a result that can be computed,
// so that whatever is lost or done twice shows.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "temporal/workflow/workflow.h"

namespace temporal::testing {

// Counts to five, slowly, and says how far it is.
inline constexpr wf::Activity<int(int)> count_up{"count_up"};
// Fails in its first two attempts.
inline constexpr wf::Activity<int(int)> stumble{"stumble"};
// Small enough to be local; the first attempt fails.
inline constexpr wf::Activity<int(int)> square{"square"};

inline wf::ActivityOptions hard_options() {
  using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
  return wf::ActivityOptions().timeout(2s).heartbeat(1s).retry(
      RetryPolicy().initial_interval(100ms).backoff(1));
}

inline wf::LocalActivityOptions hard_local_options() {
  using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
  return wf::LocalActivityOptions().timeout(1s).retry(
      RetryPolicy().initial_interval(50ms).backoff(1));
}

struct HardshipChild {
  wf::Task<int> run(int number) {
    co_await wf::sleep(std::chrono::milliseconds(100));
    auto call = stumble.start(number, hard_options());
    wf::Outcome<int> stumbled = co_await call;
    co_return stumbled.value() + 1;
  }
  static wf::Definition<HardshipChild> definition() {
    return wf::define("HardshipChild", &HardshipChild::run);
  }
};

struct Hardship {
  static constexpr int kSignals = 3, kUpdates = 2;
  // By key: a client that does not know whether its call arrived may repeat it.
  std::map<int, int> signals, updates;

  void add(int key, int value) { signals[key] = value; }
  wf::Task<int> put(int key, int value) {
    auto call = square.start_local(value, hard_local_options());
    wf::Outcome<int> squared = co_await call;
    co_await wf::sleep(std::chrono::milliseconds(50));
    updates[key] = squared.value();
    co_return squared.value();
  }
  bool complete() const {
    return signals.size() == kSignals && updates.size() == kUpdates && wf::handlers_finished();
  }

  wf::Task<std::string> run(int number) {
    std::string steps;
    int sum = 0;
    for (int round = 0; round < 2; ++round) {
      auto child = wf::child(&HardshipChild::run).start(number + round, child_options(round));
      std::vector<wf::Handle<int>> calls;
      calls.push_back(count_up.start(number, hard_options()));
      calls.push_back(stumble.start(round, hard_options()));
      auto every_call = wf::all(calls);
      std::vector<wf::Outcome<int>> outcomes = co_await every_call;
      for (const auto& outcome : outcomes) sum += outcome.value();
      steps += "c" + std::to_string(sum);
      auto local = square.start_local(round + 2, hard_local_options());
      wf::Outcome<int> squared = co_await local;
      sum += squared.value();
      co_await wf::sleep(std::chrono::milliseconds(100));
      wf::Outcome<int> grown = co_await child;
      sum += grown.value();
      steps += "g" + std::to_string(sum);
    }
    auto all_came = wf::until(*this, &Hardship::complete);
    co_await all_came;
    for (const auto& [key, value] : signals) sum += value;
    for (const auto& [key, value] : updates) sum += value;
    co_return steps + "=" + std::to_string(sum);
  }

  static wf::ChildOptions child_options(int round) {
    return wf::ChildOptions()
        .id(wf::info().workflow_id + "/" + std::to_string(round))
        .task_timeout(std::chrono::seconds(1));
  }
  static wf::Definition<Hardship> definition() {
    return wf::define("Hardship", &Hardship::run)
        .signal("add", &Hardship::add)
        .update("put", &Hardship::put);
  }

  // What a calm run gives, where signal and update `key` bring key + 1.
  static std::string expected(int number) {
    std::string steps;
    int sum = 0;
    for (int round = 0; round < 2; ++round) {
      sum += number + 5 + round;
      steps += "c" + std::to_string(sum);
      sum += (round + 2) * (round + 2) + number + round + 1;
      steps += "g" + std::to_string(sum);
    }
    for (int key = 0; key < kSignals; ++key) sum += key + 1;
    for (int key = 0; key < kUpdates; ++key) sum += (key + 1) * (key + 1);
    return steps + "=" + std::to_string(sum);
  }
};

}  // namespace temporal::testing
