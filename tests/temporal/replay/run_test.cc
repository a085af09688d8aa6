// A run and its code: eviction, what the code throws, histories that cannot be, and randomness.
#include "temporal/base/version.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/replay/script.h"

namespace replay_test {
namespace {

constexpr wf::Activity<int()> kWork{"work"};
std::string noted;  // by what is destroyed

// A local of a coroutine whose destructor asks for all that it can.
struct Cleaner {
  ~Cleaner() {
    noted += wf::evicting() ? "evicted " : "left ";
    if (!wf::evicting()) return;
    auto work = kWork.start(wf::ActivityOptions().timeout(1min));
    auto timer = wf::sleep(1min);
    auto child = wf::Child<int()>("C").start();
    static_cast<void>(wf::ExternalWorkflow("other").signal("s", 1));
    static_cast<void>(wf::ExternalWorkflow("other").cancel());
    wf::upsert(wf::SearchAttributes().keyword("k", "v"));
    wf::upsert_memo("k", temporal::encode(1));
    noted += work.done() && timer.done() && child.done() ? "nothing " : "something ";
    noted += wf::patched("p") ? "patched " : "";
    wf::Scope::workflow().cancel();
    timer.cancel();
  }
};

struct Suspended {
  wf::Task<int> inner() {
    const Cleaner cleaner;
    co_await wf::sleep(1h);
    co_return 1;
  }
  wf::Task<> on_signal() {
    const Cleaner cleaner;
    co_await wf::sleep(2h);
  }
  wf::Task<int> run() {
    const Cleaner cleaner;
    wf::Task<int> task = inner();
    co_return co_await task;
  }
  static wf::Definition<Suspended> definition() {
    return wf::define("Suspended", &Suspended::run).signal("s", &Suspended::on_signal);
  }
};

TEST(Eviction, RunsDestructorsWhichAskForNothing) {
  noted.clear();
  {
    Script script = Script::of<Suspended>();
    EXPECT_EQ(script.signal("s").task(), "timer 1, timer 2");
    noted.clear();  // of the run that replayed
    script.evict();
    EXPECT_EQ(noted, "evicted nothing evicted nothing evicted nothing ");
  }
  noted.clear();
}

// What the code throws where no coroutine of its own is: the task fails, and comes again.
struct Throws {
  bool asked = false;
  Throws() {
    if (in_constructor) throw std::runtime_error("constructor");
  }
  wf::Task<> run() {
    auto gate = wf::until([this] { return holds(); });
    co_await gate;
  }
  bool holds() const {
    if (asked) throw std::runtime_error("predicate");
    return false;
  }
  void ask() { asked = true; }
  static wf::Definition<Throws> definition() {
    return wf::define("Throws", &Throws::run).signal("ask", &Throws::ask);
  }
  static inline bool in_constructor = false;
};

TEST(CodeThatThrows, InAPredicateFailsTheTask) {
  Script script = Script::of<Throws>();
  EXPECT_EQ(script.task(), "");
  EXPECT_EQ(script.signal("ask").task(), "problem: predicate");
}

TEST(CodeThatThrows, InItsConstructorFailsTheTask) {
  Throws::in_constructor = true;
  EXPECT_EQ(Script::of<Throws>().task(), "problem: constructor");
  Throws::in_constructor = false;
}

TEST(CodeThatThrows, ArgumentsThatCannotBeReadFailTheTask) {
  Script script(wf::definition_of<Suspended>().type(), temporal::encode_all(1));
  EXPECT_EQ(script.task(), "timer 1");  // too many are ignored
  struct Takes {
    wf::Task<> run(int) { co_return; }
    static wf::Definition<Takes> definition() { return wf::define("Takes", &Takes::run); }
  };
  EXPECT_EQ(Script::of<Takes>().task(), "problem: arguments: expected 1, found 0");
}

// Histories that no service gives: a problem, and nothing worse.
TEST(ImpossibleHistories, SecondStart) {
  noted.clear();
  Script script = Script::of<Suspended>();
  EXPECT_EQ(script.signal("s").task(), "timer 1, timer 2");
  script.add(EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
  EXPECT_NE(script.task().find("expected WorkflowExecutionStarted as the first event"),
            std::string::npos);
}

TEST(ImpossibleHistories, AnyOtherEventFirst) {
  for (const auto type :
       {EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED, EVENT_TYPE_WORKFLOW_TASK_STARTED,
        EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED, EVENT_TYPE_TIMER_STARTED}) {
    Script script = Script::of<Suspended>();
    auto& first = *script.history().mutable_events(0);
    first.set_event_type(type);
    first.mutable_workflow_execution_signaled_event_attributes()->set_signal_name("s");
    EXPECT_NE(script.task().find("problem: "), std::string::npos);
  }
}

TEST(ImpossibleHistories, CommandsThatFollowNoTask) {
  Script script = Script::of<Suspended>();
  script.add(EVENT_TYPE_TIMER_STARTED);
  EXPECT_NE(script.task().find("does not follow the completion of a workflow task"),
            std::string::npos);
}

// What was asked for on replay has no command that could be sent.
TEST(ImpossibleHistories, TaskThatNeverCompletedBeforeTheNext) {
  Script script = Script::of<Suspended>();
  script.add(EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
  script.add(EVENT_TYPE_WORKFLOW_TASK_STARTED);
  script.signal("s");
  EXPECT_NE(script.task().find("the workflow asks for TimerStarted of timer 1"), std::string::npos);
}

TEST(ImpossibleHistories, GapsAndTimesThatNoClockShows) {
  Script gap = Script::of<Suspended>();
  gap.add(EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED).set_event_id(5);
  EXPECT_NE(gap.task().find("expected event 2, found 5"), std::string::npos);
  Script late = Script::of<Suspended>();
  late.history().mutable_events(0)->mutable_event_time()->set_seconds(1LL << 60);
  late.history()
      .mutable_events(0)
      ->mutable_workflow_execution_started_event_attributes()
      ->mutable_workflow_run_timeout()
      ->set_seconds(-(1LL << 60));
  EXPECT_EQ(late.task(), "timer 1");
}

TEST(UnknownEvents, ArePassedOverWhereTheServiceSaysSo) {
  for (const bool ignorable : {true, false}) {
    Script script = Script::of<Suspended>();
    auto& event = script.add(static_cast<temporal::replay::EventType>(9999));
    event.set_worker_may_ignore(ignorable);
    const std::string done = script.task();
    if (ignorable) {
      EXPECT_EQ(done, "timer 1");
    } else {
      EXPECT_NE(done.find("problem: the history has event 2 of unknown type 9999"),
                std::string::npos)
          << done;
    }
  }
}

TEST(Flags, OfOursThatAreNotKnownFailAndThoseOfOthersDoNot) {
  for (const char* name : {"temporal-go", temporal::kSdkName}) {
    Script script = Script::of<Suspended>();
    EXPECT_EQ(script.task(), "timer 1");
    for (auto& event : *script.history().mutable_events()) {
      if (event.event_type() != EVENT_TYPE_WORKFLOW_TASK_COMPLETED) continue;
      auto& metadata =
          *event.mutable_workflow_task_completed_event_attributes()->mutable_sdk_metadata();
      metadata.set_sdk_name(name);
      metadata.add_lang_used_flags(7);
    }
    const std::string problem = script.replay();
    if (name == temporal::kSdkName) {
      EXPECT_NE(problem.find("the run depends on flag 7"), std::string::npos) << problem;
    } else {
      EXPECT_EQ(problem, "");
    }
  }
}

struct Goes {
  wf::Task<> run() {
    wf::continue_as_new(&Goes::run);
    co_return;
  }
  static wf::Definition<Goes> definition() { return wf::define("Goes", &Goes::run); }
};

TEST(NextRun, IsOfTheTypeThatTheHistoryHas) {
  Script script = Script::of<Goes>();
  EXPECT_EQ(script.task(), "COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION");
  EXPECT_EQ(script.replay(), "");
  script.history()
      .mutable_events(4)
      ->mutable_workflow_execution_continued_as_new_event_attributes()
      ->mutable_workflow_type()
      ->set_name("Other");
  EXPECT_NE(script.replay().find("has type 'Other'"), std::string::npos);
}

struct Dice {
  wf::Task<> run() {
    auto never = wf::until([] { return false; });
    co_await never;
  }
  void roll() { heard += std::to_string(wf::Random()()) + " " + wf::uuid() + "\n"; }
  std::string log() const { return heard; }
  std::string heard;
  static wf::Definition<Dice> definition() {
    return wf::define("Dice", &Dice::run).signal("roll", &Dice::roll).query("log", &Dice::log);
  }
};

TEST(Randomness, IsTheSameOnReplayAndGoesOn) {
  Script script = Script::of<Dice>();
  script.signal("roll").task();
  const std::string first = script.log();
  script.signal("roll").task();
  const std::string both = script.log();
  EXPECT_EQ(both.substr(0, first.size()), first);
  EXPECT_NE(both.substr(first.size()), first);
  script.evict();
  script.task();
  EXPECT_EQ(script.log(), both);
}

// Two runs that a reset has made of one do not go on with the same numbers.
TEST(Randomness, IsAnotherAfterAReset) {
  std::string logs[2];
  for (const bool reset : {false, true}) {
    Script script = Script::of<Dice>();
    if (reset) {
      script.add(EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
      script.add(EVENT_TYPE_WORKFLOW_TASK_STARTED);
      auto& failed = *script.add(EVENT_TYPE_WORKFLOW_TASK_FAILED)
                          .mutable_workflow_task_failed_event_attributes();
      failed.set_cause(WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW);
      failed.set_new_run_id("another");
    }
    script.signal("roll").task();
    logs[reset] = script.log();
    script.evict();
    script.task();
    EXPECT_EQ(script.log(), logs[reset]);
  }
  EXPECT_NE(logs[0], logs[1]);
}

TEST(Queries, AreAnsweredByName) {
  Script script = Script::of<Dice>();
  script.task();
  EXPECT_EQ(script.log(), "");
  EXPECT_EQ(script.run().query("none", {}).failure().message(),
            "unknown query 'none': workflow Dice answers log");
}

constexpr wf::Activity<int()> kAsked{"asked"};

// Asks in places that are for reading only.
struct Curious {
  std::string heard;
  static void ask(const std::string& what) {
    if (what == "activity") kAsked.start(wf::ActivityOptions().timeout(1s));
    if (what == "local") kAsked.start_local(wf::LocalActivityOptions().timeout(1s));
    if (what == "timer") static_cast<void>(wf::sleep(1s));
    if (what == "signal") wf::ExternalWorkflow("w").signal("s");
    if (what == "cancel") wf::ExternalWorkflow("w").cancel();
    if (what == "patch") wf::patched("p");
    if (what == "memo") wf::upsert_memo("key", temporal::encode(1));
    if (what == "attribute") wf::upsert(temporal::SearchAttributes().integer("a", 1));
    if (what == "random") wf::uuid();
  }
  wf::Task<> run() {
    auto never = wf::until([] { return false; });
    co_await never;
  }
  int query(std::string what) const {
    ask(what);
    return 1;
  }
  void update(std::string) {}
  wf::Verdict check(std::string what) const {
    ask(what);
    return wf::accept();
  }
  static wf::Definition<Curious> definition() {
    return wf::define("Curious", &Curious::run)
        .query("query", &Curious::query)
        .update("update", &Curious::update, &Curious::check);
  }
};

TEST(Reading, QueriesAndValidatorsAskForNothing) {
  for (const std::string what :
       {"activity", "local", "timer", "signal", "cancel", "patch", "memo", "attribute", "random"}) {
    Script script = Script::of<Curious>();
    EXPECT_EQ(script.task(), "");
    const auto answer = script.run().query("query", temporal::encode_all(what));
    ASSERT_FALSE(answer.ok()) << what;
    EXPECT_NE(answer.failure().message().find("may only look at the workflow, but "),
              std::string::npos)
        << answer.failure().message();
    Message message;
    message.set_id("u/request");
    message.set_protocol_instance_id("u");
    message.set_event_id(script.last());
    temporal::api::update::v1::Request request;
    request.mutable_meta()->set_update_id("u");
    request.mutable_input()->set_name("update");
    *request.mutable_input()->mutable_args() = temporal::encode_all(what);
    message.mutable_body()->PackFrom(request);
    EXPECT_EQ(script.task({message}), "") << what;
    ASSERT_EQ(script.sent().size(), 1u);
    EXPECT_EQ(script.sent()[0].id(), "u/reject");
    EXPECT_TRUE(script.run().to_run().empty());
  }
}

}  // namespace
}  // namespace replay_test
