// A child workflow that is canceled in each of its states, in each mode; and what comes too late.
#include "temporal/workflow/workflow.h"
#include "tests/temporal/replay/script.h"

namespace replay_test {
namespace {

constexpr wf::Child<std::string()> kChild{"Child"};

struct OneChild {
  std::optional<wf::ChildHandle<std::string>> child;
  std::string heard;
  bool ended = false;

  wf::Task<> listen_to_start() {
    auto mine = child->started();
    wf::Outcome<> outcome = co_await mine;
    heard += outcome.ok() ? "started " : "not started ";
  }
  wf::Task<> listen() {
    auto mine = *child;
    wf::Outcome<std::string> outcome = co_await mine;
    heard += outcome.ok() ? outcome.value() : outcome.failure().text();
  }
  wf::Task<std::string> run(int mode, bool at_once) {
    child = kChild.start(wf::ChildOptions().id("c").on_cancel(static_cast<wf::OnCancel>(mode)));
    if (at_once) child->cancel();
    wf::Task<> starting = listen_to_start();
    wf::Task<> listening = listen();
    auto end = wf::until([this] { return ended; });
    co_await end;
    co_return heard;
  }
  void cancel() { child->cancel(); }
  void end() { ended = true; }
  std::string log() const { return heard; }
  static wf::Definition<OneChild> definition() {
    return wf::define("OneChild", &OneChild::run)
        .signal("cancel", &OneChild::cancel)
        .signal("end", &OneChild::end)
        .query("log", &OneChild::log);
  }
};

enum Mode { kTry, kWait, kAbandon };
constexpr std::int64_t kInitiated = 5;
const std::string kCanceled = "child workflow Child: child workflow canceled: canceled";

Script initiated(Mode mode) {
  Script script = Script::of<OneChild>(static_cast<int>(mode), false);
  EXPECT_EQ(script.task(), "child c");
  return script;
}
void started(Script& script) {
  auto& attributes = *script.add(EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED)
                          .mutable_child_workflow_execution_started_event_attributes();
  attributes.set_initiated_event_id(kInitiated);
  attributes.mutable_workflow_execution()->set_run_id("child run");
}
void not_started(Script& script) {
  auto& attributes = *script.add(EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED)
                          .mutable_start_child_workflow_execution_failed_event_attributes();
  attributes.set_initiated_event_id(kInitiated);
  attributes.set_cause(START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS);
}
void completed(Script& script) {
  auto& attributes = *script.add(EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED)
                          .mutable_child_workflow_execution_completed_event_attributes();
  attributes.set_initiated_event_id(kInitiated);
  *attributes.mutable_result() = temporal::encode_all(std::string("value"));
}
void failed(Script& script) {
  auto& attributes = *script.add(EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED)
                          .mutable_child_workflow_execution_failed_event_attributes();
  attributes.set_initiated_event_id(kInitiated);
  *attributes.mutable_failure() = Failure("broken").proto();
}
void canceled(Script& script) {
  script.add(EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED)
      .mutable_child_workflow_execution_canceled_event_attributes()
      ->set_initiated_event_id(kInitiated);
}
void timed_out(Script& script) {
  script.add(EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT)
      .mutable_child_workflow_execution_timed_out_event_attributes()
      ->set_initiated_event_id(kInitiated);
}
void terminated(Script& script) {
  script.add(EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED)
      .mutable_child_workflow_execution_terminated_event_attributes()
      ->set_initiated_event_id(kInitiated);
}
void end(Script& script) {
  const std::string commands = script.signal("end").task();
  EXPECT_EQ(commands, "completed \"" + script.log() + "\"");
  EXPECT_EQ(script.replay(), "");
}

TEST(ChildCanceled, BeforeItWasAskedForItNeverIs) {
  for (const Mode mode : {kTry, kWait, kAbandon}) {
    Script script = Script::of<OneChild>(static_cast<int>(mode), true);
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log(), "not started " + kCanceled);
    end(script);
  }
}

// There is nobody to ask before it has started.
TEST(ChildCanceled, BeforeItStartedTheRequestWaitsForTheStart) {
  for (const Mode mode : {kTry, kWait}) {
    Script script = initiated(mode);
    EXPECT_EQ(script.signal("cancel").task(), "");
    EXPECT_EQ(script.log(), mode == kTry ? "not started " + kCanceled : "");
    started(script);
    EXPECT_EQ(script.task(), "cancel c");
    canceled(script);
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log(), (mode == kTry ? "not started " : "started ") + kCanceled);
    end(script);
  }
}

TEST(ChildCanceled, BeforeItStartedAndThenItCannotBeStarted) {
  for (const Mode mode : {kTry, kWait, kAbandon}) {
    Script script = initiated(mode);
    EXPECT_EQ(script.signal("cancel").task(), "");
    not_started(script);
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log().find("running or may not be started again") != std::string::npos,
              mode == kWait);
    end(script);
  }
}

TEST(ChildCanceled, WhenItRunsItIsAskedOnce) {
  const std::pair<void (*)(Script&), std::string> ends[] = {
      {completed, "value"},
      {failed, "child workflow Child: child workflow failed: broken"},
      {canceled, kCanceled},
      {timed_out, "child workflow Child: child workflow failed: timed out (start to close)"},
      {terminated, "child workflow Child: child workflow failed: terminated"}};
  for (const Mode mode : {kTry, kWait, kAbandon}) {
    for (const auto& [ended, log] : ends) {
      Script script = initiated(mode);
      started(script);
      EXPECT_EQ(script.task(), "");
      EXPECT_EQ(script.signal("cancel").task(), mode == kAbandon ? "" : "cancel c");
      EXPECT_EQ(script.signal("cancel").task(), "");
      EXPECT_EQ(script.log(), mode == kWait ? "started " : "started " + kCanceled);
      ended(script);
      EXPECT_EQ(script.task(), "");
      EXPECT_EQ(script.log(), "started " + (mode == kWait ? log : kCanceled));
      end(script);
    }
  }
}

TEST(ChildCanceled, InTheTaskThatBringsItsEndNothingIsAsked) {
  for (const Mode mode : {kTry, kWait, kAbandon}) {
    Script script = initiated(mode);
    started(script);
    script.signal("cancel");
    completed(script);
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log(), "started value");
    end(script);
  }
}

// The wish for its cancellation was there before; start and end come together.
TEST(ChildCanceled, StartAndEndInOneTaskTakeTheRequestBack) {
  for (const Mode mode : {kTry, kWait}) {
    Script script = initiated(mode);
    EXPECT_EQ(script.signal("cancel").task(), "");
    started(script);
    completed(script);
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log(), mode == kTry ? "not started " + kCanceled : "started value");
    end(script);
  }
}

// The answer to the request comes when the child is over, or says that it is.
TEST(ChildCanceled, AnswersToTheRequestMayComeLate) {
  for (const bool delivered : {true, false}) {
    Script script = initiated(kWait);
    started(script);
    EXPECT_EQ(script.signal("cancel").task(), "cancel c");
    const std::int64_t request = script.last();
    completed(script);
    EXPECT_EQ(script.task(), "");
    if (delivered) {
      script.add(EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED)
          .mutable_external_workflow_execution_cancel_requested_event_attributes()
          ->set_initiated_event_id(request);
    } else {
      script.add(EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED)
          .mutable_request_cancel_external_workflow_execution_failed_event_attributes()
          ->set_initiated_event_id(request);
    }
    EXPECT_EQ(script.task(), "");
    EXPECT_EQ(script.log(), "started value");
    end(script);
  }
}

TEST(ChildEvents, EndBeforeTheStartIsNotPossible) {
  Script script = initiated(kTry);
  completed(script);
  EXPECT_NE(script.task().find("not possible for child workflow c"), std::string::npos);
}

}  // namespace
}  // namespace replay_test
