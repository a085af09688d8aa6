// Histories as JSON, in all the spellings in which they were ever saved.
#include <gtest/gtest.h>

#include "temporal/replay/replayer.h"
#include "temporal/workflow/workflow.h"

namespace {

using namespace temporal::api::enums::v1;  // NOLINT(google-build-using-namespace)
using temporal::replay::history_from_json;
using temporal::replay::HistoryProto;
namespace wf = temporal::wf;

HistoryProto read(const std::string& events) {
  const auto history = history_from_json(R"({"events": [)" + events + "]}");
  return history.ok() ? **history : HistoryProto();
}

TEST(HistoryJson, ShortNamesOfEnumValuesAreTheFullOnes) {
  const auto history = read(R"(
    {"eventId": "1", "eventType": "WorkflowExecutionStarted",
     "workflowExecutionStartedEventAttributes":
       {"taskQueue": {"kind": "Normal"}, "initiator": "CronSchedule"}},
    {"eventId": 2, "eventType": "EVENT_TYPE_ACTIVITY_TASK_FAILED",
     "activity_task_failed_event_attributes": {"retry_state": "MaximumAttemptsReached"}},
    {"eventId": 3, "eventType": 9,
     "workflowTaskFailedEventAttributes":
       {"cause": "ResetWorkflow",
        "failure": {"cause": {"timeoutFailureInfo": {"timeoutType": "StartToClose"}}}}})");
  ASSERT_EQ(history.events_size(), 3);
  EXPECT_EQ(history.events(0).event_type(), EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
  const auto& started = history.events(0).workflow_execution_started_event_attributes();
  EXPECT_EQ(started.task_queue().kind(), TASK_QUEUE_KIND_NORMAL);
  EXPECT_EQ(started.initiator(), CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE);
  EXPECT_EQ(history.events(1).event_type(), EVENT_TYPE_ACTIVITY_TASK_FAILED);
  EXPECT_EQ(history.events(1).activity_task_failed_event_attributes().retry_state(),
            RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED);
  const auto& failed = history.events(2).workflow_task_failed_event_attributes();
  EXPECT_EQ(failed.cause(), WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW);
  EXPECT_EQ(failed.failure().cause().timeout_failure_info().timeout_type(),
            TIMEOUT_TYPE_START_TO_CLOSE);
}

TEST(HistoryJson, TextOfUsersIsLeftAlone) {
  const auto history = read(R"(
    {"eventId": 1, "eventType": "WorkflowExecutionSignaled",
     "workflowExecutionSignaledEventAttributes":
       {"signalName": "Normal", "header": {"fields": {"kind": {"data": "Tm9ybWFs"}}}}})");
  ASSERT_EQ(history.events_size(), 1);
  const auto& signaled = history.events(0).workflow_execution_signaled_event_attributes();
  EXPECT_EQ(signaled.signal_name(), "Normal");
  EXPECT_EQ(signaled.header().fields().at("kind").data(), "Normal");
}

TEST(HistoryJson, BytesMayHaveBitsToSpare) {
  for (const std::string text : {"eA==", "eA", "eB", "eP=="}) {
    const auto history = read(R"(
      {"eventId": 1, "eventType": "MarkerRecorded", "markerRecordedEventAttributes":
         {"details": {"d": {"payloads": [{"data": ")" +
                              text + R"("}]}}}})");
    ASSERT_EQ(history.events_size(), 1) << text;
    const auto& details = history.events(0).marker_recorded_event_attributes().details();
    EXPECT_EQ(details.at("d").payloads(0).data(), "x") << text;
  }
}

TEST(HistoryJson, WhatIsNoneIsSaid) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  for (const std::string& text :
       {std::string("[]"), std::string("{"), std::string("\xff"), deep, std::string("7")}) {
    const auto history = history_from_json(text);
    ASSERT_FALSE(history.ok());
    EXPECT_EQ(history.status().message.find("history: expected"), 0u);
  }
}

struct Nothing {
  wf::Task<> run() { co_return; }
  static wf::Definition<Nothing> definition() { return wf::define("Nothing", &Nothing::run); }
};

// A name that is not known has no number by which it could be told from others.
TEST(HistoryJson, EventsOfUnknownTypeAreIgnoredOnlyIfTheyMayBe) {
  const auto replay = [](const std::string& unknown) {
    const auto history = history_from_json(R"({"events": [
      {"eventId": 1, "eventType": "WorkflowExecutionStarted",
       "workflowExecutionStartedEventAttributes": {"workflowType": {"name": "Nothing"}}},
      {"eventId": 2, "eventType": "WorkflowTaskScheduled"},
      {"eventId": 3, "eventType": "WorkflowTaskStarted"},
      {"eventId": 4, "eventType": "WorkflowTaskCompleted"},
      )" + unknown + R"(,
      {"eventId": 6, "eventType": "WorkflowExecutionCompleted"}]})");
    const auto failure = temporal::replay::Replayer().add<Nothing>().replay(*history);
    return failure ? failure->text() : "";
  };
  EXPECT_EQ(replay(R"({"eventId": 5, "eventType": "Newer", "workerMayIgnore": true})"), "");
  EXPECT_EQ(replay(R"({"eventId": 5, "eventType": 9999, "workerMayIgnore": true})"), "");
  for (const std::string type : {R"("Newer")", R"("EVENT_TYPE_NEWER")", "9999"}) {
    EXPECT_NE(replay(R"({"eventId": 5, "eventType": )" + type + "}").find("does not know"),
              std::string::npos)
        << type;
  }
}

}  // namespace
