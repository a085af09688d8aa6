// The workflows that second_opinion.py has ports of: together they give every kind of command.
#pragma once

#include <string>
#include <vector>

#include "temporal/workflow/workflow.h"

namespace temporal::testing::opinion {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

inline constexpr wf::Activity<int(int)> square{"square"};
inline constexpr wf::Activity<int(int)> fail{"fail"};
inline constexpr wf::Activity<int(int)> flaky{"flaky"};
inline constexpr wf::Activity<int(int)> never{"never"};

struct Activities {
  wf::Task<int> run(int count) {
    std::vector<wf::Handle<int>> calls;
    for (int i = 0; i < count; ++i) {
      calls.push_back(square.start(i, wf::ActivityOptions().timeout(10s)));
    }
    auto all = wf::all(calls);
    std::vector<wf::Outcome<int>> outcomes = co_await all;
    int total = 0;
    for (const auto& one : outcomes) total += one.value();
    auto bad = fail.start(total, wf::ActivityOptions().timeout(10s).attempts(1));
    wf::Outcome<int> outcome = co_await bad;
    co_return outcome.ok() ? total : total + 1000;
  }
  static wf::Definition<Activities> definition() {
    return wf::define("Activities", &Activities::run);
  }
};

struct Timers {
  wf::Task<std::string> run() {
    auto late = wf::sleep(60s);
    auto soon = wf::sleep(20ms);
    auto first = wf::any(late, soon);
    co_await first;
    late.cancel();
    co_await wf::sleep(10ms);
    auto held = wf::until([] { return false; }, 10ms);
    const bool holds = co_await held;
    co_return holds ? "held" : "late";
  }
  static wf::Definition<Timers> definition() { return wf::define("Timers", &Timers::run); }
};

struct Messages {
  int total = 0;
  bool done = false;
  void add(int n) { total += n; }
  wf::Task<> add_later(int n) {
    co_await wf::sleep(10ms);
    total += n;
  }
  void finish() { done = true; }
  wf::Task<int> add_square(int n) {
    auto call = square.start(n, wf::ActivityOptions().timeout(10s));
    wf::Outcome<int> outcome = co_await call;
    total += outcome.value();
    co_return total;
  }
  int add_now(int n) { return total += n; }
  wf::Verdict check(int n) const { return n < 0 ? wf::reject("negative") : wf::accept(); }
  wf::Task<int> run() {
    auto end = wf::until([this] { return done && wf::handlers_finished(); });
    co_await end;
    co_return total;
  }
  static wf::Definition<Messages> definition() {
    return wf::define("Messages", &Messages::run)
        .signal("add", &Messages::add)
        .signal("add_later", &Messages::add_later)
        .signal("finish", &Messages::finish)
        .update("add_square", &Messages::add_square)
        .update("add_now", &Messages::add_now, &Messages::check);
  }
};

struct Grandchild {
  bool open = false;
  void unlock() { open = true; }
  wf::Task<int> run(int n) {
    auto gate = wf::until([this] { return open; });
    co_await gate;
    co_return n * 2;
  }
  static wf::Definition<Grandchild> definition() {
    return wf::define("Grandchild", &Grandchild::run).signal("unlock", &Grandchild::unlock);
  }
};

struct Family {
  wf::Task<int> run(std::string id) {
    auto child = wf::child(&Grandchild::run).start(21, wf::ChildOptions().id(id));
    auto start = child.started();
    wf::Outcome<> started = co_await start;
    started.value();
    auto unlock = child.signal(&Grandchild::unlock);
    wf::Outcome<> sent = co_await unlock;
    sent.value();
    wf::Outcome<int> outcome = co_await child;
    auto nobody = wf::ExternalWorkflow("nobody-is-called-so").signal("x");
    wf::Outcome<> lost = co_await nobody;
    co_return outcome.value() + (lost.ok() ? 0 : 1000);
  }
  static wf::Definition<Family> definition() { return wf::define("Family", &Family::run); }
};

struct Locals {
  wf::Task<int> run() {
    std::vector<wf::Handle<int>> calls;
    for (int i = 0; i < 3; ++i) {
      calls.push_back(square.start_local(i, wf::LocalActivityOptions().timeout(10s)));
    }
    auto all = wf::all(calls);
    std::vector<wf::Outcome<int>> outcomes = co_await all;
    int total = 0;
    for (const auto& one : outcomes) total += one.value();
    co_await wf::sleep(10ms);
    // Its first attempt fails, and the pause is spent in a timer.
    auto last =
        flaky.start_local(total, wf::LocalActivityOptions().timeout(10s).timer_above(5ms).retry(
                                     wf::RetryPolicy().initial_interval(20ms)));
    wf::Outcome<int> outcome = co_await last;
    co_return total + outcome.value();
  }
  static wf::Definition<Locals> definition() { return wf::define("Locals", &Locals::run); }
};

struct Patches {
  wf::Task<std::string> run() {
    const bool first = wf::patched("first");
    co_await wf::sleep(10ms);
    const bool second = wf::patched("second");
    const bool again = wf::patched("first");
    wf::deprecate_patch("third");
    co_await wf::sleep(10ms);
    co_return std::string(first ? "1" : "0") + (second ? "1" : "0") + (again ? "1" : "0");
  }
  static wf::Definition<Patches> definition() { return wf::define("Patches", &Patches::run); }
};

struct Cleaning {
  wf::Task<> run() {
    auto timer = wf::sleep(60s);
    auto call = never.start(1, wf::ActivityOptions().timeout(30s));
    auto both = wf::settled(timer, call);
    co_await both;
    auto cleanup = square.start(3, wf::ActivityOptions().timeout(10s).scope(wf::Scope::detached()));
    wf::Outcome<int> cleaned = co_await cleanup;
    cleaned.value();
    wf::throw_if_canceled();
  }
  static wf::Definition<Cleaning> definition() { return wf::define("Cleaning", &Cleaning::run); }
};

struct Counting {
  wf::Task<int> run(int n) {
    co_await wf::sleep(10ms);
    if (n < 3) wf::continue_as_new(&Counting::run, n + 1);
    co_return n;
  }
  static wf::Definition<Counting> definition() { return wf::define("Counting", &Counting::run); }
};

struct Attributes {
  wf::Task<> run() {
    wf::upsert(wf::SearchAttributes().keyword("Colour", "red"));
    wf::upsert_memo("note", encode(std::string("hello")));
    co_await wf::sleep(10ms);
  }
  static wf::Definition<Attributes> definition() {
    return wf::define("Attributes", &Attributes::run);
  }
};

}  // namespace temporal::testing::opinion
