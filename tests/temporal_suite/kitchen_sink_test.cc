// A workflow that does what its input says, with random inputs: whatever it does, every history of
// it replays, and can be taken over at every task.
#include <rapidcheck.h>

#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using nlohmann::json;
using temporal::testing::WorldTest;

constexpr wf::Activity<int(int)> echo{"echo"};

struct KitchenSink {
  int signals = 0;
  int updates = 0;

  void poke() { ++signals; }
  int count() const { return signals; }
  wf::Task<int> nudge(int n) {
    auto call = echo.start(n, wf::ActivityOptions().timeout(10s).attempts(1));
    wf::Outcome<int> outcome = co_await call;
    updates += outcome.ok() ? 1 : 0;
    co_return updates;
  }

  // An action is {"do": kind, "n": number, "of": [actions]}.
  wf::Task<int> act(json action, wf::Scope scope) {
    const std::string kind = action["do"];
    const int n = action["n"];
    const json of = action.value("of", json::array());
    int sum = 0;
    if (kind == "activity") {
      auto call =
          echo.start(n, wf::ActivityOptions().timeout(10s).attempts(2).scope(scope).on_cancel(
                            static_cast<wf::OnCancel>(n % 3)));
      wf::Outcome<int> outcome = co_await call;
      sum = outcome.ok() ? outcome.value() : -1;
    } else if (kind == "local") {
      auto call = echo.start_local(
          n, wf::LocalActivityOptions().timeout(10s).attempts(2).scope(scope).on_cancel(
                 static_cast<wf::OnCancel>(n % 3)));
      wf::Outcome<int> outcome = co_await call;
      sum = outcome.ok() ? outcome.value() : -1;
    } else if (kind == "timer") {
      auto timer = wf::sleep(std::chrono::milliseconds(n), scope);
      auto over = wf::settled(timer);
      co_await over;
    } else if (kind == "wait") {
      auto gate = wf::until([this, n] { return signals >= n; }, 30ms, wf::Scope::detached());
      const bool held = co_await gate;
      sum = held ? n : 0;
    } else if (kind == "patch") {
      sum = wf::patched("patch-" + std::to_string(n % 3)) ? 1 : 0;
    } else if (kind == "random") {
      wf::Random random;
      sum = static_cast<int>(random() % 100);
      auto timer = wf::sleep(std::chrono::milliseconds(sum % 5));
      co_await timer;
    } else if (kind == "memo") {
      wf::upsert_memo("n", encode(n));
    } else if (kind == "child") {
      auto child = wf::child(&KitchenSink::run)
                       .start(of.empty() ? json{{"do", "timer"}, {"n", n}} : of[0],
                              wf::ChildOptions().scope(scope));
      wf::Outcome<int> outcome = co_await child;
      sum = outcome.ok() ? outcome.value() : -1;
    } else if (kind == "cancel") {
      const wf::Scope inner = scope.child();
      std::vector<wf::Task<int>> tasks;
      for (const json& one : of) tasks.push_back(act(one, inner));
      auto timer = wf::sleep(std::chrono::milliseconds(n));
      co_await timer;
      inner.cancel();
      auto all = wf::all(tasks);
      std::vector<int> values = co_await all;
      for (const int value : values) sum += value;
    } else if (kind == "race") {
      std::vector<wf::Task<int>> tasks;
      for (const json& one : of) tasks.push_back(act(one, scope));
      if (!tasks.empty()) {
        auto first = wf::any(tasks);
        const std::size_t which = co_await first;
        sum = static_cast<int>(which);
        // Those that lost run on; their frames are destroyed with the vector.
        auto rest = wf::all(tasks);
        if (n % 2 == 0) co_await rest;
      }
    } else if (kind == "together") {
      std::vector<wf::Task<int>> tasks;
      for (const json& one : of) tasks.push_back(act(one, scope));
      auto all = wf::all(tasks);
      std::vector<int> values = co_await all;
      for (const int value : values) sum += value;
    } else {
      for (const json& one : of) {
        const int value = co_await act(one, scope);
        sum += value;
      }
    }
    co_return sum;
  }

  wf::Task<int> run(json action) {
    const int sum = co_await act(action, wf::Scope::workflow());
    auto idle = wf::until(wf::handlers_finished);
    co_await idle;
    co_return sum;
  }
  static wf::Definition<KitchenSink> definition() {
    return wf::define("KitchenSink", &KitchenSink::run)
        .signal("poke", &KitchenSink::poke)
        .query("count", &KitchenSink::count)
        .update("nudge", &KitchenSink::nudge);
  }
};

rc::Gen<json> action(int depth) {
  const auto leaf = rc::gen::map(
      rc::gen::pair(rc::gen::element<std::string>("activity", "local", "timer", "wait", "patch",
                                                  "random", "memo"),
                    rc::gen::inRange(0, 12)),
      [](const std::pair<std::string, int>& p) { return json{{"do", p.first}, {"n", p.second}}; });
  if (depth == 0) return leaf;
  const auto inner = rc::gen::mapcat(
      rc::gen::pair(
          rc::gen::element<std::string>("sequence", "together", "race", "cancel", "child"),
          rc::gen::inRange(0, 12)),
      [depth](const std::pair<std::string, int>& p) {
        return rc::gen::map(
            rc::gen::resize(6, rc::gen::container<std::vector<json>>(action(depth - 1))),
            [p](const std::vector<json>& of) {
              return json{{"do", p.first}, {"n", p.second}, {"of", of}};
            });
      });
  return rc::gen::weightedOneOf<json>({{1, leaf}, {2, inner}});
}

class KitchenSinks : public WorldTest {};

TEST_F(KitchenSinks, AnyHistoryReplays) {
  std::atomic<int> calls = 0;
  start_worker([&](worker::Worker& worker) {
    worker.add<KitchenSink>().add(echo, [&](int n) -> Outcome<int> {
      // Every seventh fails, and is tried again.
      if (++calls % 7 == 0) return Failure("the seventh").next_retry_delay(10ms);
      return n;
    });
  });
  EXPECT_TRUE(rc::check([&] {
    const json tree = *action(4);
    const auto run = start(&KitchenSink::run, tree);
    for (int i = 0; i < 3; ++i) RC_ASSERT(run.signal("poke").code != Code::Internal);
    (void)run.update<int>("nudge", 1);
    (void)run.query<int>("count");
    const auto result = run.result<int>();
    RC_ASSERT(result.ok());
    RC_ASSERT(result->ok());
    const auto history = run.history();
    const std::string differs =
        temporal::testing::check_replays(*history, wf::definition_of<KitchenSink>().type());
    RC_LOG(differs);
    RC_ASSERT(differs.empty());
  }));
}

}  // namespace
