// An activity that is canceled in each of its states, in each mode; and what comes too late.
#include "temporal/workflow/workflow.h"
#include "tests/temporal/replay/script.h"

namespace replay_test {
namespace {

constexpr wf::Activity<std::string(int)> kWork{"work"};

// Starts an activity; "cancel" asks it to stop, "end" ends the workflow.
struct OneActivity {
  std::optional<wf::Handle<std::string>> call;
  std::string heard;
  bool ended = false;

  wf::Task<> listen() {
    auto work = *call;
    wf::Outcome<std::string> outcome = co_await work;
    heard += outcome.ok() ? outcome.value() : outcome.failure().text();
  }
  wf::Task<std::string> run(int mode, bool at_once) {
    call = kWork.start(
        1, wf::ActivityOptions().timeout(1min).on_cancel(static_cast<wf::OnCancel>(mode)));
    if (at_once) call->cancel();
    wf::Task<> listening = listen();
    auto end = wf::until([this] { return ended; });
    co_await end;
    co_return heard;
  }
  void cancel() { call->cancel(); }
  void end() { ended = true; }
  std::string log() const { return heard; }
  static wf::Definition<OneActivity> definition() {
    return wf::define("OneActivity", &OneActivity::run)
        .signal("cancel", &OneActivity::cancel)
        .signal("end", &OneActivity::end)
        .query("log", &OneActivity::log);
  }
};

enum Mode { kTry, kWait, kAbandon };
constexpr std::int64_t kScheduled = 5;  // the event of the activity
constexpr char kCanceled[] = "activity work: activity canceled: canceled";

Script started(Mode mode) {
  Script script = Script::of<OneActivity>(static_cast<int>(mode), false);
  EXPECT_EQ(script.task(), "activity 1");
  return script;
}
void begun(Script& script) {
  script.add(EVENT_TYPE_ACTIVITY_TASK_STARTED)
      .mutable_activity_task_started_event_attributes()
      ->set_scheduled_event_id(kScheduled);
}
void completed(Script& script) {
  begun(script);
  auto& attributes = *script.add(EVENT_TYPE_ACTIVITY_TASK_COMPLETED)
                          .mutable_activity_task_completed_event_attributes();
  attributes.set_scheduled_event_id(kScheduled);
  *attributes.mutable_result() = temporal::encode_all(std::string("value"));
}
void failed(Script& script) {
  auto& attributes =
      *script.add(EVENT_TYPE_ACTIVITY_TASK_FAILED).mutable_activity_task_failed_event_attributes();
  attributes.set_scheduled_event_id(kScheduled);
  *attributes.mutable_failure() = Failure("broken").proto();
}
void timed_out(Script& script) {
  auto& attributes = *script.add(EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT)
                          .mutable_activity_task_timed_out_event_attributes();
  attributes.set_scheduled_event_id(kScheduled);
  attributes.mutable_failure()->mutable_timeout_failure_info()->set_timeout_type(
      TIMEOUT_TYPE_START_TO_CLOSE);
  attributes.mutable_failure()->set_message("late");
}
void canceled(Script& script) {
  script.add(EVENT_TYPE_ACTIVITY_TASK_CANCELED)
      .mutable_activity_task_canceled_event_attributes()
      ->set_scheduled_event_id(kScheduled);
}
std::string end(Script& script) {
  const std::string done = script.signal("end").task();
  EXPECT_EQ(script.replay(), "");
  return done;
}

TEST(ActivityCanceled, BeforeItWasAskedForInEveryModeItNeverIs) {
  for (const Mode mode : {kTry, kWait, kAbandon}) {
    Script script = Script::of<OneActivity>(static_cast<int>(mode), true);
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log(), kCanceled);
    EXPECT_EQ(end(script), "completed \"" + std::string(kCanceled) + "\"");
  }
}

TEST(ActivityCanceled, TryAsksAndGoesOnAtOnce) {
  for (const auto late : {completed, failed, timed_out, canceled}) {
    Script script = started(kTry);
    EXPECT_EQ(script.signal("cancel").task(), "cancel activity 5");
    EXPECT_EQ(script.log(), kCanceled);
    late(script);
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log(), kCanceled);
    end(script);
  }
}

TEST(ActivityCanceled, WaitGoesOnWithHowItEnded) {
  const std::pair<void (*)(Script&), const char*> ends[] = {
      {completed, "value"},
      {failed, "activity work: activity failed: broken"},
      {timed_out, "activity work: activity failed: late (start to close)"},
      {canceled, kCanceled}};
  for (const auto& [ended, log] : ends) {
    Script script = started(kWait);
    begun(script);
    EXPECT_EQ(script.signal("cancel").task(), "cancel activity 5");
    EXPECT_EQ(script.log(), "");
    EXPECT_EQ(script.signal("cancel").task(), "") << "asked once";
    ended(script);
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log(), log);
    end(script);
  }
}

TEST(ActivityCanceled, AbandonAsksForNothing) {
  for (const auto late : {completed, failed, timed_out, canceled}) {
    Script script = started(kAbandon);
    EXPECT_EQ(script.signal("cancel").task(), "");
    EXPECT_EQ(script.log(), kCanceled);
    EXPECT_EQ(script.signal("cancel").task(), "");
    late(script);
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log(), kCanceled);
    end(script);
  }
}

// Both came with one workflow task; the events are delivered first, whatever their order.
TEST(ActivityCanceled, InTheTaskThatBringsItsEndNothingIsAsked) {
  for (const Mode mode : {kTry, kWait, kAbandon}) {
    for (const bool signal_first : {true, false}) {
      Script script = started(mode);
      if (signal_first) script.signal("cancel");
      completed(script);
      if (!signal_first) script.signal("cancel");
      EXPECT_EQ(script.task(), "") << mode << signal_first;
      EXPECT_EQ(script.log(), "value");
      end(script);
    }
  }
}

// A command that was given in a task that was lost has left nothing behind.
TEST(ActivityCanceled, InATaskThatWasLostIsAskedAgain) {
  Script script = started(kTry);
  script.signal("cancel").lose_task();
  script.evict();
  EXPECT_EQ(script.task(), "cancel activity 5");
  end(script);
}

TEST(ActivityCanceled, ScopeIsCanceledWithTheWorkflow) {
  Script script = started(kWait);
  EXPECT_EQ(script.request_cancel().task(), "cancel activity 5, canceled");
}

TEST(ActivityEvents, SecondEndIsNotPossible) {
  Script script = started(kTry);
  completed(script);
  EXPECT_EQ(script.task(), "");
  failed(script);
  EXPECT_NE(script.task().find("problem: [TMPRL1100]"), std::string::npos);
}

TEST(ActivityEvents, EndOfAnotherKindOfThingIsNotPossible) {
  Script script = started(kTry);
  script.add(EVENT_TYPE_TIMER_FIRED)
      .mutable_timer_fired_event_attributes()
      ->set_started_event_id(kScheduled);
  EXPECT_NE(script.task().find("not possible for activity 1"), std::string::npos);
}

}  // namespace
}  // namespace replay_test
