// Workflows that ask for all that there is, and a history of theirs to begin from.
#pragma once

#include <string>
#include <vector>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/replay/script.h"

namespace fuzz {

namespace wf = temporal::wf;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

inline constexpr wf::Activity<std::string(int)> kWork{"work"};
inline constexpr wf::Child<std::string()> kChild{"Child"};

// What it does next is what the signals say.
struct Everything {
  std::vector<int> steps;
  std::vector<wf::Task<>> tasks;
  std::string heard;

  wf::Task<> step(int what) {
    const auto mode = static_cast<wf::OnCancel>(what / 10 % 3);
    const wf::Scope scope;
    if (what % 7 == 0) {
      auto call = kWork.start(1, wf::ActivityOptions().timeout(1min).on_cancel(mode).scope(scope));
      const wf::Outcome<std::string> outcome = co_await call;
      heard += outcome.ok() ? outcome.value() : outcome.failure().text();
    } else if (what % 7 == 1) {
      auto call = kWork.start_local(2, wf::LocalActivityOptions().timeout(1min).on_cancel(mode));
      const wf::Outcome<std::string> outcome = co_await call;
      heard += outcome.ok() ? outcome.value() : outcome.failure().text();
    } else if (what % 7 == 2) {
      auto child = kChild.start(wf::ChildOptions().id("child").on_cancel(mode));
      auto told = child.signal("hello", what);
      const wf::Outcome<> delivered = co_await told;
      const wf::Outcome<std::string> outcome = co_await child;
      heard += delivered.ok() && outcome.ok() ? outcome.value() : "not ";
    } else if (what % 7 == 3) {
      heard += wf::patched("p" + std::to_string(what)) ? "new" : "old";
      wf::deprecate_patch("q");
    } else if (what % 7 == 4) {
      auto gate = wf::until([this] { return steps.size() > 5; }, 1min, scope);
      const bool held = co_await gate;
      heard += held ? "held" : "expired";
    } else if (what % 7 == 5) {
      auto timer = wf::sleep(1h, scope);
      auto work = kWork.start(1, wf::ActivityOptions().timeout(1min).scope(scope));
      auto first = wf::any(timer, work);
      const std::size_t index = co_await first;
      heard += std::to_string(index);
      scope.cancel();
    } else {
      wf::upsert(wf::SearchAttributes().integer("n", what));
      auto told = wf::ExternalWorkflow("other").cancel();
      const wf::Outcome<> delivered = co_await told;
      heard += delivered.ok() ? "told" : delivered.failure().text();
    }
  }
  wf::Task<std::string> run(std::optional<int> first) {
    if (first) tasks.push_back(step(*first));
    auto enough = wf::until([this] { return steps.size() > 20; });
    co_await enough;
    co_return heard;
  }
  wf::Task<> go(int what) {
    steps.push_back(what);
    co_await step(what);
  }
  wf::Task<std::string> update(int what) {
    steps.push_back(what);
    co_await step(what);
    co_return heard;
  }
  wf::Verdict check(int what) const { return what < 0 ? wf::reject("below") : wf::accept(); }
  void stop() { wf::Scope::workflow().cancel(); }
  std::string log() const { return heard; }

  static wf::Definition<Everything> definition() {
    return wf::define("Everything", &Everything::run)
        .signal("go", &Everything::go)
        .signal("stop", &Everything::stop)
        .update("update", &Everything::update, &Everything::check)
        .query("log", &Everything::log);
  }
};

// One task for each step, and then the cancellation of all.
inline temporal::replay::HistoryProto valid_history() {
  auto script = replay_test::Script::of<Everything>(std::optional<int>(0));
  script.local = [](const auto& tasks) {
    std::vector<replay_test::LocalActivityEnd> ends;
    for (const auto& task : tasks) {
      auto& end = ends.emplace_back();
      end.seq = task.seq;
      end.attempt = task.attempt;
      end.outcome = temporal::encode_all(std::string("local"));
      if (task.attempt == 1 && task.seq > 3) end.backoff = 2min;
    }
    return ends;
  };
  for (int step = 1; step < 14; ++step) {
    script.signal("go", step);
    script.task();
  }
  script.request_cancel();
  script.task();
  return script.history();
}

}  // namespace fuzz
