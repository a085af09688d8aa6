// Commands meet their events in order; each way in which they do not is named.
#include "temporal/replay/commands.h"

#include <gtest/gtest.h>

#include "temporal/api/command/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"

namespace {

using namespace temporal::api::enums::v1;  // NOLINT(google-build-using-namespace)
using temporal::replay::CommandProto;
using temporal::replay::Commands;
using temporal::replay::Event;
using temporal::replay::EventType;

// Matches events whose id is what it is told.
class Fake final : public temporal::replay::MachineOf<temporal::replay::Silent> {
 public:
  Fake(std::string name, std::int64_t matches) : name_(std::move(name)), matches_(matches) {}
  std::string recorded(const Event& event) override {
    return event.event_id() == matches_ ? "" : "is another";
  }
  bool on(const Event& event) override {
    heard.push_back(event.event_id());
    return event.event_id() < 100;
  }
  std::string name() const override { return name_; }
  std::vector<std::int64_t> heard;

 private:
  std::string name_;
  std::int64_t matches_;
};
using Ref = temporal::wf::Ref<Fake>;

Ref fake(const std::string& name, std::int64_t matches) {
  return Ref(new Fake(name, matches));
}
Event event(std::int64_t id, EventType type = EVENT_TYPE_TIMER_STARTED) {
  Event event;
  event.set_event_id(id);
  event.set_event_type(type);
  return event;
}
void send(Commands& commands, const Ref& machine, bool optional = false,
          EventType type = EVENT_TYPE_TIMER_STARTED) {
  commands.send(*machine, type, std::make_unique<CommandProto>(), optional);
}

TEST(CommandOrder, MatchesInTheOrderTheyWereSent) {
  Commands commands;
  send(commands, fake("a", 5));
  send(commands, fake("b", 6));
  EXPECT_EQ(commands.recorded(event(5)), std::nullopt);
  EXPECT_NE(commands.missing(4), std::nullopt);
  EXPECT_EQ(commands.recorded(event(6)), std::nullopt);
  EXPECT_EQ(commands.missing(4), std::nullopt);
}

TEST(CommandOrder, OneTooManyOneTooFewAndAnotherAreNamed) {
  Commands none;
  EXPECT_EQ(*none.recorded(event(5)),
            "the history has event 5 TimerStarted, but the workflow asks for nothing there");
  Commands another;
  send(another, fake("a", 5));
  EXPECT_NE(another.recorded(event(5, EVENT_TYPE_MARKER_RECORDED))
                ->find("event 5 MarkerRecorded, but the workflow asks for TimerStarted of a"),
            std::string::npos);
  Commands differs;
  send(differs, fake("a", 5));
  EXPECT_NE(differs.recorded(event(6))->find("event 6 TimerStarted does not match: a"),
            std::string::npos);
  Commands missing;
  send(missing, fake("a", 5));
  EXPECT_NE(missing.missing(4)->find("no such event after event 4 WorkflowTaskCompleted"),
            std::string::npos);
}

TEST(CommandOrder, UnknownTypesOfEventsHaveAName) {
  Commands none;
  EXPECT_NE(none.recorded(event(5, static_cast<EventType>(9999)))->find("of unknown type 9999"),
            std::string::npos);
}

TEST(OptionalCommands, ArePassedOverWhereTheHistoryLacksThem) {
  Commands commands;
  send(commands, fake("old", 1), /*optional=*/true);
  send(commands, fake("old", 2), /*optional=*/true);
  send(commands, fake("a", 5));
  send(commands, fake("old", 3), /*optional=*/true);
  EXPECT_EQ(commands.recorded(event(5)), std::nullopt);
  EXPECT_EQ(commands.missing(4), std::nullopt);
  EXPECT_TRUE(commands.empty());
}

TEST(OptionalCommands, AreTakenWhereTheHistoryHasThem) {
  Commands commands;
  send(commands, fake("old", 5), /*optional=*/true);
  send(commands, fake("a", 6));
  EXPECT_EQ(commands.recorded(event(5)), std::nullopt);
  EXPECT_EQ(commands.recorded(event(6)), std::nullopt);
}

TEST(WithdrawnCommands, AreNotSentAndTheirMachineLives) {
  Commands commands;
  const Ref a = fake("a", 5), b = fake("b", 6);
  send(commands, a);
  send(commands, b);
  EXPECT_FALSE(commands.withdraw(*a, EVENT_TYPE_TIMER_CANCELED));
  EXPECT_TRUE(commands.withdraw(*a, EVENT_TYPE_TIMER_STARTED));
  EXPECT_FALSE(commands.withdraw(*a, EVENT_TYPE_TIMER_STARTED));
  EXPECT_EQ(commands.to_send().size(), 1u);
  EXPECT_EQ(commands.recorded(event(6)), std::nullopt);
}

TEST(OpenCommands, AnswersGoToTheOneThatAskedUntilItIsForgotten) {
  Commands commands;
  const Ref a = fake("a", 5);
  commands.expect(5, *a);
  EXPECT_EQ(commands.answered(5, event(9)), std::nullopt);
  EXPECT_EQ(a->heard, (std::vector<std::int64_t>{9}));
  EXPECT_NE(commands.answered(5, event(100))->find("not possible for a"), std::string::npos);
  EXPECT_NE(commands.answered(6, event(10))->find("asked for nothing that is open"),
            std::string::npos);
  commands.forget(5);
  EXPECT_EQ(commands.open(), "");
  EXPECT_NE(commands.answered(5, event(11)), std::nullopt);
}

}  // namespace
