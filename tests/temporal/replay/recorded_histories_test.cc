// Histories that other SDKs recorded replay with a port of the workflow they are of.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "temporal/replay/replayer.h"
#include "tests/temporal/replay/recorded_workflows.h"

namespace {

using temporal::replay::HistoryProto;
using temporal::replay::IdPolicy;
using temporal::replay::Replayer;

std::filesystem::path folder() {
  const char* set = std::getenv("ALMANAC_HISTORIES");
  return set ? std::filesystem::path(set)
             : std::filesystem::path(ALMANAC_SOURCE_DIR) / "../shared/data/histories";
}

class RecordedHistories : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder())) {
      GTEST_SKIP() << "no histories in " << folder()
                   << "; set ALMANAC_HISTORIES to the folder that has them";
    }
  }

  static std::shared_ptr<HistoryProto> load(const std::string& name) {
    std::ifstream file(folder() / (name + ".json"));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto history = temporal::replay::history_from_json(text);
    return std::make_shared<HistoryProto>(**history);
  }

  // Empty: the history replays.
  static std::string replay(const std::shared_ptr<const HistoryProto>& history, IdPolicy ids) {
    Replayer replayer(ids);
    replayer.add<recorded::SayHello>().add<recorded::Tracing>().add<recorded::WorkerDown>();
    replayer.add<recorded::TwoTerminals>().add<recorded::WaitOrder>();
    replayer.add<recorded::TimeoutScope>().add<recorded::Smorgasbord>();
    replayer.add<recorded::ChangeMarkers>().add<recorded::LocalEvicted>();
    replayer.add<recorded::TimerThenDone>().add<recorded::CleanupTimer>();
    replayer.add<recorded::DuplicateChild>().add<recorded::Counter>();
    replayer.add<recorded::ManyUpdates>();
    const auto failure = replayer.replay(history);
    return failure ? failure->text() : "";
  }
  static std::string replay(const std::string& name, IdPolicy ids = IdPolicy::Strict) {
    return replay(load(name), ids);
  }
};

TEST_F(RecordedHistories, Activity) {
  EXPECT_EQ(replay("01-py-activity-happy"), "");
}

TEST_F(RecordedHistories, ActivityThatIsFollowedByATimerOnlyOnReplay) {
  EXPECT_NE(replay("02-py-activity-NDE").find("[TMPRL1100]"), std::string::npos)
      << replay("02-py-activity-NDE");
}

TEST_F(RecordedHistories, SignalTimerActivityAndUpdate) {
  EXPECT_EQ(replay("03-py-signal-timer-activity-update-order"), "");
}

TEST_F(RecordedHistories, TwoSignalsBeforeTheStart) {
  EXPECT_EQ(replay("04-py-two-signals-before-start-order"), "");
}

TEST_F(RecordedHistories, ActivityAndSignalsInOneTask) {
  EXPECT_EQ(replay("05-py-activity-and-2-signals-worker-down"), "");
}

TEST_F(RecordedHistories, FirstOfTwoTerminalCommandsWins) {
  EXPECT_EQ(replay("07-net-two-terminals-complete-first"), "");
}

TEST_F(RecordedHistories, ConditionsAreFulfilledOneAtATime) {
  EXPECT_EQ(replay("09-net-wait-condition-order"), "");
}

TEST_F(RecordedHistories, ScopeCancelsItsTimerBeforeTheWorkflowCompletes) {
  EXPECT_EQ(replay("11-ts-timeout-scope-timer-cancel"), "");
}

TEST_F(RecordedHistories, EverythingAtOnceThenContinueAsNew) {
  EXPECT_EQ(replay("13-ts-smorgasbord-can"), "");
}

TEST_F(RecordedHistories, PatchMarkersOfTheOldForm) {
  EXPECT_EQ(replay("14-core-patch-markers"), "");
}

TEST_F(RecordedHistories, LocalActivityThroughTimeoutsAndHeartbeats) {
  const auto history = load("16-core-LA-evict-wft-timeouts");
  EXPECT_EQ(replay(history, IdPolicy::Strict), "");
  // The last tasks failed in the SDK that recorded it: as if they had gone well.
  auto& events = *history->mutable_events();
  events.DeleteSubrange(20, events.size() - 20);
  auto* completed = events.Add();
  completed->set_event_id(21);
  completed->set_event_type(temporal::api::enums::v1::EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
  completed->mutable_workflow_task_completed_event_attributes()->set_started_event_id(20);
  auto* end = events.Add();
  end->set_event_id(22);
  end->set_event_type(temporal::api::enums::v1::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED);
  end->mutable_workflow_execution_completed_event_attributes();
  EXPECT_EQ(replay(history, IdPolicy::Strict), "");
}

TEST_F(RecordedHistories, TaskThatFailedAndThenWentWell) {
  // Its timer ids count from 0.
  EXPECT_EQ(replay("17-core-wft-failed-then-ok", IdPolicy::IgnoreAutoIds), "");
  EXPECT_NE(replay("17-core-wft-failed-then-ok"), "");
}

TEST_F(RecordedHistories, CancellationAndFiredTimerInOneTask) {
  EXPECT_EQ(replay("19-go-unhandled-command-timer-cancel", IdPolicy::IgnoreAutoIds), "");
}

TEST_F(RecordedHistories, ChildThatIsSignaled) {
  EXPECT_EQ(replay("21-go-duplicate-child", IdPolicy::IgnoreAutoIds), "");
}

TEST_F(RecordedHistories, UpdateThatWasAdmittedByAReset) {
  EXPECT_EQ(replay("22-go-reset-update-admitted-accepted", IdPolicy::IgnoreAutoIds), "");
}

TEST_F(RecordedHistories, TenUpdatesInOneTask) {
  EXPECT_EQ(replay("24-go-multiple-updates", IdPolicy::IgnoreAutoIds), "");
}

// A history whose commands are others than the code's is never taken for the code's.
TEST_F(RecordedHistories, AnyOtherCommandIsFound) {
  const auto changed = load("13-ts-smorgasbord-can");
  changed->mutable_events(5)
      ->mutable_activity_task_scheduled_event_attributes()
      ->mutable_activity_type()
      ->set_name("other");
  EXPECT_NE(replay(changed, IdPolicy::Strict).find("has type 'other'"), std::string::npos);

  const auto other_id = load("13-ts-smorgasbord-can");
  other_id->mutable_events(6)->mutable_timer_started_event_attributes()->set_timer_id("7");
  EXPECT_NE(replay(other_id, IdPolicy::Strict).find("has id '7'"), std::string::npos);

  // An event that is left out: the workflow asks for one too many.
  const auto fewer = load("24-go-multiple-updates");
  auto& events = *fewer->mutable_events();
  events.DeleteSubrange(23, 1);
  for (int i = 23; i < events.size(); ++i) events[i].set_event_id(i + 1);
  EXPECT_NE(replay(fewer, IdPolicy::IgnoreAutoIds).find("but the history has no such event"),
            std::string::npos)
      << replay(fewer, IdPolicy::IgnoreAutoIds);
}

}  // namespace
