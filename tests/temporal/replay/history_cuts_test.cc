// Where a history is cut into workflow tasks, whatever pages it comes in.
#include <gtest/gtest.h>

#include "temporal/replay/commands.h"
#include "temporal/replay/history.h"

namespace {

using namespace temporal::api::enums::v1;  // NOLINT(google-build-using-namespace)
using temporal::replay::Event;
using temporal::replay::EventType;
using temporal::replay::History;
using temporal::replay::HistoryProto;

constexpr auto kRunStarted = EVENT_TYPE_WORKFLOW_EXECUTION_STARTED;
constexpr auto kScheduled = EVENT_TYPE_WORKFLOW_TASK_SCHEDULED;
constexpr auto kStarted = EVENT_TYPE_WORKFLOW_TASK_STARTED;
constexpr auto kCompleted = EVENT_TYPE_WORKFLOW_TASK_COMPLETED;
constexpr auto kFailed = EVENT_TYPE_WORKFLOW_TASK_FAILED;
constexpr auto kTimedOut = EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT;
constexpr auto kTimer = EVENT_TYPE_TIMER_STARTED;
constexpr auto kMarker = EVENT_TYPE_MARKER_RECORDED;
constexpr auto kSignal = EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED;
constexpr auto kNew = static_cast<EventType>(9999);
constexpr auto kTerminated = EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED;

std::shared_ptr<HistoryProto> page(const std::vector<EventType>& types, std::int64_t first = 1) {
  auto page = std::make_shared<HistoryProto>();
  for (const EventType type : types) {
    page->add_events()->set_event_type(type);
    page->mutable_events(page->events_size() - 1)->set_event_id(first++);
  }
  return page;
}

// "1-3 ahead 5-6; 4-9 last": the cuts that can be made now.
std::string cuts_of(History& history) {
  std::string text;
  while (const auto cut = history.next()) {
    const auto range = [](const std::vector<const Event*>& events) {
      return std::to_string(events.front()->event_id()) + "-" +
             std::to_string(events.back()->event_id());
    };
    text += (text.empty() ? "" : "; ") + range(cut->events);
    if (!cut->ahead.empty()) text += " ahead " + range(cut->ahead);
    if (cut->last) text += " last";
  }
  return text;
}
std::string cuts_of(const std::vector<EventType>& types) {
  History history;
  EXPECT_EQ(history.add(page(types), false), std::nullopt);
  return cuts_of(history);
}

TEST(HistoryCuts, EndAtTasksThatStartedAndLookAheadToTheirCommands) {
  EXPECT_EQ(cuts_of({kRunStarted, kScheduled, kStarted}), "1-3 last");
  EXPECT_EQ(cuts_of({kRunStarted, kScheduled, kStarted, kCompleted}), "1-3");
  EXPECT_EQ(cuts_of({kRunStarted, kScheduled, kStarted, kCompleted, kTimer, kMarker, kSignal,
                     kScheduled, kStarted}),
            "1-3 ahead 5-6; 4-9 last");
}

TEST(HistoryCuts, LostTasksAreNone) {
  for (const EventType lost : {kFailed, kTimedOut, kTerminated}) {
    EXPECT_EQ(cuts_of({kRunStarted, kScheduled, kStarted, lost, kScheduled, kStarted}), "1-6 last");
  }
  EXPECT_EQ(cuts_of({kRunStarted, kScheduled, kStarted, kFailed}), "");
  EXPECT_EQ(cuts_of({kRunStarted, kScheduled}), "");
  EXPECT_EQ(cuts_of({kRunStarted, kTerminated}), "");
}

// What a newer service adds may stand anywhere; what it stands between is found all the same.
TEST(HistoryCuts, EventsThatMayBeIgnoredEndNothing) {
  const auto history =
      page({kRunStarted, kScheduled, kStarted, kNew, kCompleted, kTimer, kNew, kMarker, kSignal,
            kScheduled, kStarted, kNew, kTimedOut, kScheduled, kStarted});
  for (auto& event : *history->mutable_events()) {
    if (event.event_type() == kNew) event.set_worker_may_ignore(true);
  }
  History cuts;
  EXPECT_EQ(cuts.add(history, false), std::nullopt);
  EXPECT_EQ(cuts_of(cuts), "1-3 ahead 6-8; 4-15 last");
}

// A page that ends behind a start does not say yet whether that task was lost, nor one that ends
// within commands what the code must find known.
TEST(HistoryCuts, PagesSplitAnywhereGiveTheSame) {
  const std::vector<EventType> types = {kRunStarted, kScheduled, kStarted,  kFailed,    kScheduled,
                                        kStarted,    kCompleted, kTimer,    kMarker,    kSignal,
                                        kScheduled,  kStarted,   kTimedOut, kScheduled, kStarted,
                                        kCompleted,  kMarker,    kSignal,   kScheduled, kStarted};
  const std::string whole = cuts_of(types);
  EXPECT_EQ(whole, "1-6 ahead 8-9; 7-15 ahead 17-17; 16-20 last");
  const auto part = [&](std::size_t from, std::size_t to) {
    const auto at = [&](std::size_t n) { return types.begin() + static_cast<std::ptrdiff_t>(n); };
    return page({at(from), at(to)}, static_cast<std::int64_t>(from) + 1);
  };
  for (std::size_t first = 0; first <= types.size(); ++first) {
    for (std::size_t second = first; second <= types.size(); ++second) {
      History history;
      std::string text;
      const auto add = [&](std::size_t from, std::size_t to, bool more) {
        ASSERT_EQ(history.add(part(from, to), more), std::nullopt);
        const std::string cuts = cuts_of(history);
        if (!cuts.empty()) text += (text.empty() ? "" : "; ") + cuts;
        history.release();
      };
      add(0, first, true);
      add(first, second, true);
      add(second, types.size(), false);
      ASSERT_EQ(text, whole) << first << " " << second;
    }
  }
}

TEST(HistoryCuts, RestIsWhatIsBehindTheLast) {
  History history;
  static_cast<void>(
      history.add(page({kRunStarted, kScheduled, kStarted, kCompleted, kTimer, kSignal}), false));
  EXPECT_EQ(cuts_of(history), "1-3 ahead 5-5");
  EXPECT_EQ(history.rest().size(), 3u);
  EXPECT_TRUE(history.rest().empty());
}

TEST(HistoryGaps, AreFound) {
  History history;
  EXPECT_EQ(history.add(page({kRunStarted, kScheduled}), true), std::nullopt);
  EXPECT_EQ(history.add(page({kStarted}, 4), false),
            "the history is not whole: expected event 3, found 4");
  EXPECT_EQ(History().add(page({kScheduled}, 2), false),
            "the history is not whole: expected event 1, found 2");
  EXPECT_EQ(history.add(page({kStarted}, 2), false),
            "the history is not whole: expected event 3, found 2");
}

// A task in which nothing was done is taken back with its events: their ids come again.
TEST(HistoryGaps, RewindExpectsTheTakenBackIdsAgain) {
  History history;
  EXPECT_EQ(history.add(page({kRunStarted, kScheduled, kStarted}), false), std::nullopt);
  EXPECT_EQ(cuts_of(history), "1-3 last");
  history.rewind(1);
  EXPECT_EQ(history.next_event_id(), 2);
  EXPECT_EQ(history.add(page({kSignal, kScheduled, kStarted}, 2), false), std::nullopt);
  EXPECT_EQ(cuts_of(history), "2-4 last");
}

// What the task before had done came with the one that is taken back. It comes again, and must not
// be worked through twice.
TEST(HistoryGaps, RewindPassesOverWhatWasBeforeTheTaskTakenBack) {
  History history;
  EXPECT_EQ(history.add(page({kRunStarted, kScheduled, kStarted}), false), std::nullopt);
  EXPECT_EQ(cuts_of(history), "1-3 last");
  EXPECT_EQ(history.add(page({kCompleted, kTimer, kScheduled, kStarted}, 4), false), std::nullopt);
  EXPECT_EQ(cuts_of(history), "4-7 last");
  history.rewind(3);
  EXPECT_EQ(history.next_event_id(), 4);
  EXPECT_EQ(history.add(page({kCompleted, kTimer, kSignal, kScheduled, kStarted}, 4), false),
            std::nullopt);
  EXPECT_EQ(cuts_of(history), "6-8 last");
}

}  // namespace
