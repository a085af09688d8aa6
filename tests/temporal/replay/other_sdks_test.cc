// What Go and Java write otherwise replays with a port, and only with the right one.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "temporal/replay/replayer.h"
#include "temporal/workflow/workflow.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using nlohmann::json;
using temporal::replay::IdPolicy;
namespace wf = temporal::wf;

std::string base64(const std::string& text) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += kDigits[bits >> (count - 6) & 63];
  }
  if (count > 0) out += kDigits[bits << (6 - count) & 63];
  return out;
}

json marker(const std::string& name, const json& details, const json& failure = nullptr) {
  json attributes = {{"markerName", name}};
  for (const auto& [key, value] : details.items()) {
    attributes["details"][key]["payloads"] = {
        {{"metadata", {{"encoding", base64("json/plain")}}}, {"data", base64(value.dump())}}};
  }
  if (!failure.is_null()) attributes["failure"] = failure;
  return {{"eventType", "MarkerRecorded"}, {"markerRecordedEventAttributes", attributes}};
}
json go_activity(const std::string& id, const std::string& type, int result) {
  return marker("LocalActivity", {{"data",
                                   {{"ActivityID", id},
                                    {"ActivityType", type},
                                    {"ReplayTime", "2022-12-13T22:51:53.643822049Z"},
                                    {"Attempt", 1},
                                    {"Backoff", 0}}},
                                  {"result", result}});
}
json timer(int id) {
  return {{"eventType", "TimerStarted"},
          {"timerStartedEventAttributes", {{"timerId", std::to_string(id)}}}};
}
json timer_canceled(int id) {
  return {
      {"eventType", "TimerCanceled"},
      {"timerCanceledEventAttributes", {{"timerId", std::to_string(id)}, {"startedEventId", id}}}};
}

// The problem of a run whose first task sent these, from event 5 on, and ended the workflow.
template <class W>
std::string replay(const std::vector<json>& commands, IdPolicy ids = IdPolicy::IgnoreAutoIds) {
  json events = {{{"eventType", "WorkflowExecutionStarted"},
                  {"workflowExecutionStartedEventAttributes",
                   {{"workflowType", {{"name", wf::definition_of<W>().type()->name}}}}}},
                 {{"eventType", "WorkflowTaskScheduled"}},
                 {{"eventType", "WorkflowTaskStarted"}},
                 {{"eventType", "WorkflowTaskCompleted"}}};
  for (const json& command : commands) events.push_back(command);
  events.push_back({{"eventType", "WorkflowExecutionCompleted"}});
  for (std::size_t i = 0; i < events.size(); ++i) events[i]["eventId"] = i + 1;
  const auto history = temporal::replay::history_from_json(json{{"events", events}}.dump());
  temporal::replay::Replayer replayer(ids);
  const auto failure = replayer.add<W>().replay(*history);
  return failure ? failure->text() : "";
}

bool nondeterministic(const std::string& problem) {
  return problem.find("[TMPRL1100]") != std::string::npos;
}

constexpr wf::Activity<int(int)> kEcho{"Echo"};
constexpr wf::Activity<int()> kOther{"Other"};

struct ThreeLocals {
  wf::Task<> run() {
    const auto options = wf::LocalActivityOptions().timeout(1min);
    auto first = kEcho.start_local(1, options);
    auto other = kOther.start_local(options);
    auto second = kEcho.start_local(2, options);
    const wf::Outcome<int> one = co_await first;
    const wf::Outcome<int> two = co_await second;
    const wf::Outcome<int> three = co_await other;
    seen = std::to_string(one.value()) + std::to_string(two.value()) +
           (three.ok() ? std::to_string(three.value()) : three.failure().text());
  }
  static wf::Definition<ThreeLocals> definition() { return wf::define("L", &ThreeLocals::run); }
  static inline std::string seen;
};

TEST(OtherSdks, LocalActivitiesOfGoAreFoundByTheirNumber) {
  EXPECT_EQ(replay<ThreeLocals>({go_activity("3", "Echo", 3), go_activity("2", "Other", 2),
                                 go_activity("1", "Echo", 1)}),
            "");
  EXPECT_EQ(ThreeLocals::seen, "132");
  EXPECT_TRUE(nondeterministic(replay<ThreeLocals>({go_activity("1", "Echo", 1)})));
  EXPECT_TRUE(nondeterministic(replay<ThreeLocals>(
      {go_activity("1", "Echo", 1), go_activity("2", "Echo", 1), go_activity("3", "Echo", 1)})));
}

TEST(OtherSdks, LocalActivitiesOfJavaComeInTheOrderOfTheirType) {
  const auto java = [](const std::string& type, const json& result, const json& failure = nullptr) {
    json details = {{"activityId", "62d81181-eec4"},
                    {"type", type},
                    {"time", 1722026026363},
                    {"meta", {{"firstSkd", 1722026026368}, {"atpt", 2}, {"backoff", nullptr}}},
                    {"input", 10}};
    if (!result.is_null()) details["result"] = result;
    return marker("LocalActivity", details, failure);
  };
  const json failure = {
      {"message", "Local Activity task failed"},
      {"activityFailureInfo", {{"activityType", {{"name", "Other"}}}}},
      {"cause", {{"message", "simulated"}, {"applicationFailureInfo", {{"type", "IO"}}}}}};
  EXPECT_EQ(
      replay<ThreeLocals>({java("Echo", 1), java("Other", nullptr, failure), java("Echo", 2)}), "");
  EXPECT_EQ(ThreeLocals::seen.find("12"), 0u);
  EXPECT_NE(ThreeLocals::seen.find("simulated"), std::string::npos);
  EXPECT_EQ(ThreeLocals::seen.find("task failed"), std::string::npos);
  EXPECT_TRUE(nondeterministic(
      replay<ThreeLocals>({java("Echo", 1), java("Echo", 2), java("Unknown", 1)})));
}

TEST(OtherSdks, LocalActivitiesOfSwiftCountFromZero) {
  const auto swift = [](int seq, const char* type) {
    return marker("core_local_activity", {{"data",
                                           {{"seq", seq},
                                            {"attempt", 1},
                                            {"activity_id", std::to_string(seq)},
                                            {"activity_type", type},
                                            {"complete_time", nullptr},
                                            {"backoff", nullptr}}},
                                          {"result", seq}});
  };
  EXPECT_EQ(replay<ThreeLocals>({swift(2, "Echo"), swift(1, "Other"), swift(0, "Echo")}), "");
  EXPECT_EQ(ThreeLocals::seen, "021");
  EXPECT_TRUE(nondeterministic(
      replay<ThreeLocals>({swift(1, "Echo"), swift(2, "Other"), swift(0, "Echo")})));
}

struct Versions {
  wf::Task<> run() {
    seen = wf::patched("a");
    seen = seen && !wf::patched("b");
    co_return;
  }
  static wf::Definition<Versions> definition() { return wf::define("V", &Versions::run); }
  static inline bool seen;
};

TEST(OtherSdks, VersionsAreOfPatches) {
  for (const char* detail : {"change-id", "changeId"}) {
    const auto version = [&](const char* id, int number) {
      return marker("Version", {{detail, id}, {"version", number}});
    };
    Versions::seen = false;
    EXPECT_EQ(replay<Versions>({version("a", 2)}), "");
    EXPECT_TRUE(Versions::seen);
    EXPECT_EQ(replay<Versions>({version("a", 1), version("b", -1)}), "");
    EXPECT_TRUE(nondeterministic(replay<Versions>({version("a", 1), version("c", 1)})));
    EXPECT_TRUE(nondeterministic(replay<Versions>({version("a", 1)}, IdPolicy::Strict)));
  }
}

struct Canceled {
  wf::Task<> run() {
    const wf::Scope scope;
    auto timer = wf::sleep(1h, scope);
    scope.cancel();
    co_return;
  }
  static wf::Definition<Canceled> definition() { return wf::define("C", &Canceled::run); }
};

TEST(OtherSdks, WhatGoAsksForAndCancelsInOneTaskIsNone) {
  EXPECT_EQ(replay<Canceled>({timer(5), timer_canceled(5)}), "");
  EXPECT_EQ(replay<Canceled>({}), "");
  EXPECT_TRUE(nondeterministic(replay<Canceled>({timer(5)})));
  EXPECT_TRUE(nondeterministic(replay<Canceled>({timer(5), timer(6), timer_canceled(5)})));
  EXPECT_TRUE(nondeterministic(replay<Canceled>({timer(5), timer_canceled(5)}, IdPolicy::Strict)));
}

TEST(OtherSdks, SideEffectsLeaveNothingToCompare) {
  const json side = marker("SideEffect", {{"side-effect-id", 1}, {"data", "x"}});
  const json again = marker("MutableSideEffect", {{"side-effect-id", "id"}, {"data", "x"}});
  EXPECT_EQ(
      replay<Versions>({side, marker("Version", {{"change-id", "a"}, {"version", 1}}), again}), "");
}

// Markers of which nothing can be made stay what they are.
TEST(OtherSdks, MarkersThatCannotBeReadMatchNothing) {
  for (const char* name : {"Version", "LocalActivity", "Unheard"}) {
    for (const json& details : {json::object(), json{{"change-id", 1}, {"data", 1}},
                                json{{"changeId", "a"}, {"version", "x"}, {"type", "Echo"}}}) {
      EXPECT_TRUE(nondeterministic(replay<Canceled>({marker(name, details)}))) << name << details;
    }
  }
}

}  // namespace
