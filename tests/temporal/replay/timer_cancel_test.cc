// A timer that is canceled in each of its states, and fires at the same time.
#include "temporal/workflow/workflow.h"
#include "tests/temporal/replay/script.h"

namespace replay_test {
namespace {

struct OneTimer {
  std::optional<wf::Timer> timer;
  std::string heard;
  bool ended = false;

  wf::Task<> listen() {
    auto mine = *timer;
    try {
      co_await mine;
      heard += "fired";
    } catch (const wf::FailureError& e) {
      heard += e.what();
    }
  }
  wf::Task<std::string> run(bool at_once) {
    timer = wf::sleep(1h);
    if (at_once) timer->cancel();
    wf::Task<> listening = listen();
    auto end = wf::until([this] { return ended; }, wf::Scope::detached());
    co_await end;
    co_return heard;
  }
  void cancel() { timer->cancel(); }
  void end() { ended = true; }
  std::string log() const { return heard; }
  static wf::Definition<OneTimer> definition() {
    return wf::define("OneTimer", &OneTimer::run)
        .signal("cancel", &OneTimer::cancel)
        .signal("end", &OneTimer::end)
        .query("log", &OneTimer::log);
  }
};

Script started() {
  Script script = Script::of<OneTimer>(false);
  EXPECT_EQ(script.task(), "timer 1");
  return script;
}
void fired(Script& script) {
  auto& attributes = *script.add(EVENT_TYPE_TIMER_FIRED).mutable_timer_fired_event_attributes();
  attributes.set_started_event_id(5);
  attributes.set_timer_id("1");
}

TEST(TimerCanceled, BeforeItWasAskedForItNeverIs) {
  Script script = Script::of<OneTimer>(true);
  EXPECT_EQ(script.task(), "");
  EXPECT_EQ(script.signal("end").task(), "completed \"canceled\"");
}

TEST(TimerCanceled, IsCanceledOnce) {
  Script script = started();
  EXPECT_EQ(script.signal("cancel").signal("cancel").task(), "cancel timer 1");
  EXPECT_EQ(script.log(), "canceled");
  EXPECT_EQ(script.signal("end").task(), "completed \"canceled\"");
  EXPECT_EQ(script.replay(), "");
}

TEST(TimerCanceled, ScopeOfTheWorkflowCancelsIt) {
  Script script = started();
  EXPECT_EQ(script.request_cancel().task(), "cancel timer 1");
  EXPECT_EQ(script.log(), "canceled");
}

// The event settles it before the code runs that would cancel it.
TEST(TimerCanceled, InTheTaskThatBringsItsFiringNothingIsAsked) {
  for (const bool signal_first : {true, false}) {
    Script script = started();
    if (signal_first) script.signal("cancel");
    fired(script);
    if (!signal_first) script.signal("cancel");
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log(), "fired");
    EXPECT_EQ(script.signal("end").task(), "completed \"fired\"");
    EXPECT_EQ(script.replay(), "");
  }
}

// Cancellation requests are events, too: in the order of the history the first decides, and the
// command that the firing makes void is taken back.
TEST(TimerCanceled, ByARequestAndFiredInOneTaskTheFirstDecides) {
  Script first_canceled = started();
  first_canceled.request_cancel();
  fired(first_canceled);
  EXPECT_EQ(first_canceled.task(), "");
  EXPECT_EQ(first_canceled.log(), "canceled");
  EXPECT_EQ(first_canceled.signal("end").task(), "completed \"canceled\"");
  EXPECT_EQ(first_canceled.replay(), "");

  Script first_fired = started();
  fired(first_fired);
  first_fired.request_cancel();
  EXPECT_EQ(first_fired.task(), "");
  EXPECT_EQ(first_fired.log(), "fired");
}

TEST(TimerEvents, WhatDoesNotFitIsFound) {
  Script twice = started();
  fired(twice);
  EXPECT_EQ(twice.task(), "");
  fired(twice);
  EXPECT_NE(twice.task().find("asked for nothing that is open"), std::string::npos);

  Script other = started();
  fired(other);
  other.history().mutable_events(5)->mutable_timer_fired_event_attributes()->set_timer_id("2");
  EXPECT_NE(other.task().find("not possible for timer 1"), std::string::npos);

  Script late = started();
  EXPECT_EQ(late.signal("cancel").task(), "cancel timer 1");
  fired(late);
  EXPECT_NE(late.task().find("asked for nothing that is open"), std::string::npos);
}

// Nobody but what is open in it knows the scope any more.
struct Forgetful {
  wf::Timer begin() {
    const wf::Scope outer;
    const wf::Scope inner = outer.child();
    return wf::sleep(1h, inner);
  }
  wf::Task<> run() {
    auto timer = begin();
    co_await timer;
  }
  static wf::Definition<Forgetful> definition() { return wf::define("Forgetful", &Forgetful::run); }
};

TEST(TimerCanceled, ScopeOfTheWorkflowReachesScopesThatNobodyHolds) {
  Script script = Script::of<Forgetful>();
  EXPECT_EQ(script.task(), "timer 1");
  EXPECT_EQ(script.request_cancel().task(), "cancel timer 1, canceled");
}

}  // namespace
}  // namespace replay_test
