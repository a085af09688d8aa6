// Ports of the workflows whose histories other SDKs recorded.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "temporal/workflow/workflow.h"

namespace recorded {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
namespace wf = temporal::wf;
using nlohmann::json;

inline constexpr wf::Activity<std::string(std::string)> say_hello{"say_hello"};

struct SayHello {
  wf::Task<std::string> run(json input) {
    auto hello =
        say_hello.start(input["name"].get<std::string>(), wf::ActivityOptions().total(60s));
    wf::Outcome<std::string> said = co_await hello;
    const bool differ = input["should_cause_nondeterminism"].get<bool>() && wf::replaying();
    if (differ) co_await wf::sleep(100ms);
    co_return said.value();
  }
  static wf::Definition<SayHello> definition() {
    return wf::define("SayHelloWorkflow", &SayHello::run);
  }
};

// Signals, a timer, an activity and an update, each of which logs before and after it waits.
struct Tracing {
  std::vector<std::string> log;
  bool ready = false;

  bool is_ready() const { return ready; }
  wf::Task<> steps(std::string name) {
    log.push_back(name + "-sync");
    auto gate = wf::until(*this, &Tracing::is_ready);
    co_await gate;
    log.push_back(name + "-1");
    auto always = wf::until([] { return true; });
    co_await always;
    log.push_back(name + "-2");
  }
  wf::Task<> dosig(std::string name) { return steps("sig-" + name); }
  wf::Task<> doupdate(std::string name) { return steps("update-" + name); }
  wf::Task<> timer() {
    log.push_back("timer-sync");
    co_await wf::sleep(100ms);
    auto gate = wf::until(*this, &Tracing::is_ready);
    co_await gate;
    log.push_back("timer-1");
    auto always = wf::until([] { return true; });
    co_await always;
    log.push_back("timer-2");
  }
  wf::Task<> activity() {
    log.push_back("act-sync");
    auto hello = say_hello.start("Enchi", wf::ActivityOptions().total(5s));
    ready = true;
    wf::Outcome<std::string> said = co_await hello;
    said.value();
    log.push_back("act-1");
    auto always = wf::until([] { return true; });
    co_await always;
    log.push_back("act-2");
  }
  wf::Task<std::vector<std::string>> run() {
    std::vector<wf::Task<>> both;
    both.push_back(timer());
    both.push_back(activity());
    auto all = wf::all(both);
    co_await all;
    co_return log;
  }
  static wf::Definition<Tracing> definition() {
    return wf::define("SignalsActivitiesTimersUpdatesTracingWorkflow", &Tracing::run)
        .signal("dosig", &Tracing::dosig)
        .update("doupdate", &Tracing::doupdate);
  }
};

struct WorkerDown {
  std::vector<std::string> log;
  int counter = 0;

  void dosig(std::string name) {
    log.push_back("sig-" + name);
    ++counter;
  }
  wf::Task<> activity(std::string queue) {
    log.push_back("act-start");
    auto hello = say_hello.start("Enchi", wf::ActivityOptions().total(60s).queue(queue));
    wf::Outcome<std::string> said = co_await hello;
    said.value();
    ++counter;
    log.push_back("act-done");
  }
  wf::Task<std::vector<std::string>> run(std::string queue) {
    auto act = activity(queue);
    auto two = wf::until([this] { return counter >= 2; });
    co_await two;
    log.push_back("counter-" + std::to_string(counter));
    co_await act;
    co_return log;
  }
  static wf::Definition<WorkerDown> definition() {
    return wf::define("ActivityAndSignalsWhileWorkflowDown", &WorkerDown::run)
        .signal("dosig", &WorkerDown::dosig);
  }
};

inline constexpr wf::Activity<std::string(std::string)> some_activity{"SomeActivity"};

struct TwoTerminals {
  bool go = false, done = false;

  wf::Task<> erroring(bool wait) {
    go = true;
    if (wait) {
      auto finished = wf::until([this] { return done; });
      co_await finished;
    }
    throw temporal::FailureError(wf::fail("from signal"));
  }
  wf::Task<std::string> run() {
    auto gate = wf::until([this] { return go; });
    co_await gate;
    auto local = some_activity.start_local("in", wf::LocalActivityOptions().total(5s));
    wf::Outcome<std::string> said = co_await local;
    said.value();
    done = true;
    co_return "complete-workflow";
  }
  static wf::Definition<TwoTerminals> definition() {
    return wf::define("CoroutinesAfterCompleteWorkflow", &TwoTerminals::run)
        .signal("DoErroringSignal", &TwoTerminals::erroring);
  }
};

struct WaitOrder {
  std::vector<std::string> stages{"one"};

  wf::Task<> first() {
    auto changed = wf::until([this] { return stages.back() != "one"; });
    co_await changed;
    stages.push_back("three");
  }
  wf::Task<> then(std::string stage) {
    auto always = wf::until([] { return true; });
    co_await always;
    stages.push_back(stage);
  }
  wf::Task<std::vector<std::string>> run() {
    std::vector<wf::Task<>> three;
    three.push_back(first());
    three.push_back(then("two"));
    three.push_back(then("four"));
    auto all = wf::all(three);
    co_await all;
    co_return stages;
  }
  static wf::Definition<WaitOrder> definition() {
    return wf::define("MultiWaitConditionWorkflow", &WaitOrder::run);
  }
};

inline constexpr wf::Activity<void()> noop{"noopActivity"};

struct TimeoutScope {
  wf::Task<> run() {
    const wf::Scope scope;
    auto timeout = wf::sleep(10s, scope);
    auto work = noop.start(wf::ActivityOptions().total(10s).scope(scope));
    auto first = wf::any(work, timeout);
    co_await first;
    scope.cancel();
  }
  static wf::Definition<TimeoutScope> definition() {
    return wf::define("langFlagsReplayCorrectly", &TimeoutScope::run);
  }
};

inline constexpr wf::Activity<void(int, int)> fake_progress{"fakeProgress"};
inline constexpr wf::Activity<int(json)> query_own_workflow{"queryOwnWf"};
inline constexpr wf::Activity<std::string(std::string)> echo{"echo"};

struct Smorgasbord {
  bool started = false;
  void activity_started() { started = true; }

  wf::Task<> child(std::string id) {
    auto target = wf::Child<void()>("signalTarget").start(wf::ChildOptions().id(id));
    auto running = target.started();
    wf::Outcome<> up = co_await running;
    up.value();
    auto unblock = target.signal("unblock");
    wf::Outcome<> sent = co_await unblock;
    sent.value();
    wf::Outcome<> ended = co_await target;
    ended.value();
  }
  wf::Task<> signaled() {
    auto gate = wf::until([this] { return started; });
    co_await gate;
  }
  wf::Task<> run(std::optional<int> iteration) {
    auto progress = fake_progress.start(100, 10, wf::ActivityOptions().timeout(200s));
    auto own = query_own_workflow.start(json{{"type", "query"}, {"name", "step"}},
                                        wf::ActivityOptions().timeout(200s));
    auto second = wf::sleep(1s);
    auto kid = child("b7afb977-1dec-4709-91ed-99bb77bbce10");
    auto local = echo.start_local("local-activity", wf::LocalActivityOptions().timeout(10s));
    auto signal = signaled();
    auto all = wf::settled(progress, own, second, kid, local, signal);
    co_await all;
    const int next = iteration.value_or(0);
    if (next < 2) wf::continue_as_new(&Smorgasbord::run, std::optional<int>(next + 1));
  }
  static wf::Definition<Smorgasbord> definition() {
    return wf::define("smorgasbord", &Smorgasbord::run)
        .signal("activityStarted", &Smorgasbord::activity_started);
  }
};

struct ChangeMarkers {
  wf::Task<> run() {
    const bool first = wf::patched("integ_test_change_name");
    const auto before = first ? 100ms : 200ms;
    co_await wf::sleep(before);
    co_await wf::sleep(200ms);
    const bool second = wf::patched("integ_test_change_name");
    const auto after = second ? 100ms : 200ms;
    co_await wf::sleep(after);
  }
  static wf::Definition<ChangeMarkers> definition() {
    return wf::define("writes_change_markers", &ChangeMarkers::run);
  }
};

inline constexpr wf::Activity<json(std::string)> delay{"delay"};

struct LocalEvicted {
  wf::Task<> run() {
    auto local = delay.start_local(
        "hi!", wf::LocalActivityOptions().timeout(60s).attempts(4).timer_above(1s));
    wf::Outcome<json> first = co_await local;
    first.value();
    auto remote = delay.start("hi!", wf::ActivityOptions().timeout(60s));
    wf::Outcome<json> second = co_await remote;
    second.value();
  }
  static wf::Definition<LocalEvicted> definition() {
    return wf::define("evict_while_la_running_no_interference", &LocalEvicted::run);
  }
};

struct TimerThenDone {
  wf::Task<> run() { co_await wf::sleep(200ms); }
  static wf::Definition<TimerThenDone> definition() {
    return wf::define("fail_wf_task_PITR/89Y", &TimerThenDone::run);
  }
};

struct CleanupTimer {
  wf::Task<> run(std::int64_t nanoseconds) {
    auto timer = wf::sleep(temporal::Duration(nanoseconds));
    auto over = wf::settled(timer);
    co_await over;
    co_await wf::sleep(temporal::Duration(nanoseconds), wf::Scope::detached());
  }
  static wf::Definition<CleanupTimer> definition() {
    return wf::define("TimerWf", &CleanupTimer::run);
  }
};

struct DuplicateChild {
  wf::Task<> run() {
    const auto options = wf::ChildOptions().id("ABC-SIMPLE-CHILD-WORKFLOW-ID");
    auto first = wf::Child<void()>("ChildWorkflowWaitOnSignal").start(options);
    auto up = first.started();
    wf::Outcome<> started = co_await up;
    started.value();
    co_await wf::sleep(1s);
    co_await wf::sleep(1s);
    auto unblock = wf::ExternalWorkflow("ABC-SIMPLE-CHILD-WORKFLOW-ID").signal("unblock", nullptr);
    wf::Outcome<> sent = co_await unblock;
    sent.value();
    wf::Outcome<> ended = co_await first;
    ended.value();
  }
  static wf::Definition<DuplicateChild> definition() {
    return wf::define("DuplicateChildWorkflow", &DuplicateChild::run);
  }
};

struct Counter {
  int counter = 0;
  bool finished = false;

  void done() { finished = true; }
  wf::Verdict check(int i) const {
    return i < 0 ? wf::reject("addend must be non-negative") : wf::accept();
  }
  wf::Task<int> fetch_and_add(int i) {
    const int before = counter;
    counter += i;
    co_await wf::sleep(1s);
    co_return before;
  }
  wf::Task<int> run() {
    auto gate = wf::until([this] { return finished; });
    co_await gate;
    co_return counter;
  }
  static wf::Definition<Counter> definition() {
    return wf::define("CounterWorkflow", &Counter::run)
        .signal("done", &Counter::done)
        .update("fetch_and_add", &Counter::fetch_and_add, &Counter::check);
  }
};

inline constexpr wf::Activity<int(int, int)> go_echo{"Echo"};

struct ManyUpdates {
  int inflight = 0, handled = 0;

  wf::Task<> echo() {
    ++inflight;
    auto call = go_echo.start(1, 1, wf::ActivityOptions().total(10s));
    wf::Outcome<int> back = co_await call;
    back.value();
    --inflight;
    ++handled;
  }
  wf::Task<> sleep() {
    ++inflight;
    co_await wf::sleep(1s);
    --inflight;
    ++handled;
  }
  void empty() { ++handled; }
  wf::Task<int> run() {
    auto begun = wf::until([this] { return handled > 0 || inflight > 0; });
    co_await begun;
    auto idle = wf::until([this] { return inflight == 0; });
    co_await idle;
    co_return handled;
  }
  static wf::Definition<ManyUpdates> definition() {
    return wf::define("MultipleUpdateWorkflow", &ManyUpdates::run)
        .update("echo", &ManyUpdates::echo)
        .update("sleep", &ManyUpdates::sleep)
        .update("empty", &ManyUpdates::empty);
  }
};

}  // namespace recorded
