// Local activities: the order of the markers is the order of the outcomes, whoever asked first.
#include "temporal/workflow/workflow.h"
#include "tests/temporal/replay/script.h"

namespace replay_test {
namespace {

constexpr wf::Activity<std::string()> kLook{"look"};

// Starts as many as it is told; notes the ends as they come.
struct Locals {
  std::vector<wf::Handle<std::string>> calls;
  std::vector<wf::Task<>> listening;
  std::string heard;
  bool ended = false;

  wf::Task<> listen(wf::Handle<std::string> call, int number) {
    wf::Outcome<std::string> outcome = co_await call;
    heard += std::to_string(number) + ":" +
             (outcome.ok() ? outcome.value() : outcome.failure().text()) + " ";
  }
  wf::Task<std::string> run(int count, int mode) {
    for (int i = 1; i <= count; ++i) {
      calls.push_back(kLook.start_local(
          wf::LocalActivityOptions().timeout(1min).on_cancel(static_cast<wf::OnCancel>(mode))));
      listening.push_back(listen(calls.back(), i));
    }
    auto end = wf::until([this] { return ended; });
    co_await end;
    co_return heard;
  }
  void cancel() {
    for (auto& call : calls) call.cancel();
  }
  void end() { ended = true; }
  std::string log() const { return heard; }
  static wf::Definition<Locals> definition() {
    return wf::define("Locals", &Locals::run)
        .signal("cancel", &Locals::cancel)
        .signal("end", &Locals::end)
        .query("log", &Locals::log);
  }
};

LocalActivityEnd end_of(const LocalActivityTask& task, Outcome<Payloads> outcome) {
  LocalActivityEnd end;
  end.seq = task.seq;
  end.attempt = task.attempt;
  end.outcome = std::move(outcome);
  end.completed = task.scheduled + 5s;
  return end;
}
Payloads value(const std::string& text) {
  return temporal::encode_all(text);
}
void end(Script& script) {
  script.evict();
  const std::string commands = script.signal("end").task();
  EXPECT_EQ(commands, "completed \"" + script.log() + "\"");
  EXPECT_EQ(script.replay(), "");
}
const std::string kMarker = "marker core_local_activity";

TEST(LocalActivityMachines, OrderOfTheMarkersWinsOverTheOrderOfTheCalls) {
  Script script = Script::of<Locals>(3, 0);
  script.local = [](const auto& tasks) {
    std::vector<LocalActivityEnd> ends;
    for (auto task = tasks.rbegin(); task != tasks.rend(); ++task) {
      ends.push_back(end_of(*task, value("v" + std::to_string(task->seq))));
    }
    return ends;
  };
  EXPECT_EQ(script.task(), kMarker + ", " + kMarker + ", " + kMarker);
  EXPECT_EQ(script.log(), "3:v3 2:v2 1:v1 ");
  script.evict();
  script.signal("unknown");
  EXPECT_EQ(script.task(), "");
  EXPECT_EQ(script.log(), "3:v3 2:v2 1:v1 ");
  end(script);
}

// The marker holds the time of its end; the workflow's clock does not go back.
TEST(LocalActivityMachines, FailuresAreKeptInTheMarker) {
  Script script = Script::of<Locals>(1, 0);
  script.local = [](const auto& tasks) {
    std::vector<LocalActivityEnd> ends;
    for (const auto& task : tasks) ends.push_back(end_of(task, Failure("broken", "T")));
    return ends;
  };
  EXPECT_EQ(script.task(), kMarker);
  EXPECT_EQ(script.log(), "1:activity look: local activity failed: T: broken ");
  end(script);
}

TEST(LocalActivityMachines, CanceledGoesOnAtOnceAndStopsItInTheWorker) {
  Script script = Script::of<Locals>(1, 0);
  EXPECT_EQ(script.task(), "");
  EXPECT_TRUE(script.run().waits_for_local());
  EXPECT_EQ(script.signal("cancel").task(), kMarker);
  EXPECT_EQ(script.stopped, (std::vector<std::int64_t>{1}));
  EXPECT_EQ(script.log(), "1:activity look: local activity canceled: canceled ");
  EXPECT_FALSE(script.run().waits_for_local());
  end(script);
}

TEST(LocalActivityMachines, EndThatComesAfterItWasCanceledIsDropped) {
  Script script = Script::of<Locals>(1, 0);
  EXPECT_EQ(script.task(), "");
  EXPECT_EQ(script.signal("cancel").task(), kMarker);
  LocalActivityTask task;
  task.seq = 1;
  script.run().end_local(end_of(task, value("late")));
  script.signal("unknown");
  EXPECT_EQ(script.task(), "");
  EXPECT_EQ(script.log(), "1:activity look: local activity canceled: canceled ");
  end(script);
}

TEST(LocalActivityMachines, CanceledInWaitGoesOnWithItsEnd) {
  Script script = Script::of<Locals>(1, 1);
  EXPECT_EQ(script.task(), "");
  EXPECT_EQ(script.signal("cancel").task(), "");
  EXPECT_EQ(script.stopped, (std::vector<std::int64_t>{1}));
  EXPECT_EQ(script.log(), "");
  LocalActivityTask task;
  task.seq = 1;
  script.run().end_local(end_of(task, value("after all")));
  script.run().advance();
  EXPECT_EQ(script.log(), "1:after all ");
}

TEST(LocalActivityMachines, LongPauseIsATimerAndThenAnotherAttempt) {
  Script script = Script::of<Locals>(1, 0);
  script.local = [](const auto& tasks) {
    std::vector<LocalActivityEnd> ends;
    for (const auto& task : tasks) {
      ends.push_back(end_of(task, value("done at " + std::to_string(task.attempt))));
      if (task.attempt > 1) continue;
      ends.back().attempt = 3;  // the worker has made two others
      ends.back().outcome = Failure("again");
      ends.back().backoff = 2min;
    }
    return ends;
  };
  EXPECT_EQ(script.task(), kMarker + ", timer 1");
  EXPECT_EQ(script.log(), "");
  const std::int64_t timer = script.last();
  auto& fired = *script.add(EVENT_TYPE_TIMER_FIRED).mutable_timer_fired_event_attributes();
  fired.set_started_event_id(timer);
  fired.set_timer_id("1");
  EXPECT_EQ(script.task(), kMarker);
  EXPECT_EQ(script.log(), "1:done at 4 ");
  end(script);
}

TEST(LocalActivityMachines, CanceledInAPauseTakesTheTimerWithIt) {
  for (const int mode : {0, 1}) {
    Script script = Script::of<Locals>(1, mode);
    script.local = [](const auto& tasks) {
      std::vector<LocalActivityEnd> ends;
      for (const auto& task : tasks) {
        ends.push_back(end_of(task, Failure("again")));
        ends.back().backoff = 2min;
      }
      return ends;
    };
    EXPECT_EQ(script.task(), kMarker + ", timer 1");
    EXPECT_EQ(script.signal("cancel").task(), "cancel timer 1");
    EXPECT_EQ(script.log(), "1:activity look: local activity canceled: canceled ");
    end(script);
  }
}

// A pause of nothing is over at once: the next attempt must come.
TEST(LocalActivityMachines, PauseOfNothingIsAnotherAttemptAtOnce) {
  Script script = Script::of<Locals>(1, 0);
  script.local = [](const auto& tasks) {
    std::vector<LocalActivityEnd> ends;
    for (const auto& task : tasks) {
      ends.push_back(end_of(task, value("done")));
      if (task.attempt == 1) {
        ends.back().outcome = Failure("again");
        ends.back().backoff = temporal::Duration::zero();
      }
    }
    return ends;
  };
  EXPECT_EQ(script.task(), kMarker + ", " + kMarker);
  EXPECT_EQ(script.log(), "1:done ");
  end(script);
}

Event marker(const std::string& data) {
  Event event;
  auto& attributes = *event.mutable_marker_recorded_event_attributes();
  attributes.set_marker_name("core_local_activity");
  attributes.mutable_details()->operator[]("data").add_payloads()->set_data(data);
  return event;
}

TEST(LocalActivityMarkers, ThatCannotBeReadAreNone) {
  using temporal::replay::local_activity_end;
  EXPECT_TRUE(local_activity_end(marker(R"({"seq":1,"attempt":1})")));
  for (const char* data : {"", "[]", "{", "{}", R"({"seq":1})", R"({"seq":"1","attempt":1})",
                           R"({"seq":1,"attempt":1,"complete_time":5})",
                           R"({"seq":1,"attempt":1,"backoff":{"seconds":1}})"}) {
    EXPECT_FALSE(local_activity_end(marker(data))) << data;
  }
  EXPECT_FALSE(local_activity_end(Event()));
  const auto far = local_activity_end(
      marker(R"({"seq":1,"attempt":1,"complete_time":{"seconds":99999999999999,"nanos":5},)"
             R"("backoff":{"seconds":-99999999999999,"nanos":0}})"));
  ASSERT_TRUE(far);
  EXPECT_EQ(far->completed, temporal::TimePoint::max());
}

// What the workflow asks for is compared with the marker, whatever the marker holds.
TEST(LocalActivityMarkers, WithAnotherOrABrokenActivityAreFound) {
  for (const char* data :
       {R"({"seq":1,"attempt":1,"activity_type":5,"activity_id":"1"})",
        R"({"seq":1,"attempt":1,"activity_type":"look","activity_id":[]})",
        R"({"seq":1,"attempt":1,"activity_type":"other","activity_id":"1"})",
        R"({"seq":1,"attempt":2147483647,"backoff":{"seconds":60,"nanos":0}})"}) {
    Script script = Script::of<Locals>(1, 0);
    script.add(EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
    script.add(EVENT_TYPE_WORKFLOW_TASK_STARTED);
    script.add(EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
    *script.add(EVENT_TYPE_MARKER_RECORDED).mutable_marker_recorded_event_attributes() =
        marker(data).marker_recorded_event_attributes();
    EXPECT_NE(script.replay().find("[TMPRL1100]"), std::string::npos) << data;
  }
}

// What ends while the history of the next task is on its way waits for it: on replay, too, it comes
// behind the task's events.
TEST(LocalActivityMachines, EndThatComesBeforeTheRestOfTheHistoryWaits) {
  Script script = Script::of<Locals>(1, 0);
  EXPECT_EQ(script.task(), "");
  LocalActivityTask task;
  task.seq = 1;
  script.signal("unknown");
  auto page = std::make_shared<HistoryProto>();
  for (std::int64_t id = script.run().next_event_id(); id <= script.last(); ++id) {
    *page->add_events() = script.history().events(static_cast<int>(id) - 1);
  }
  script.run().add(page, /*more=*/true);
  script.run().end_local(end_of(task, value("early")));
  script.run().advance();
  EXPECT_EQ(script.log(), "");
  EXPECT_TRUE(script.run().commands().empty());
}

}  // namespace
}  // namespace replay_test
