// The whole table of replay/patch.h, with histories that one version of the code wrote and another
// replays.
#include "temporal/replay/patch.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/replay/script.h"

namespace replay_test {
namespace {

constexpr wf::Activity<std::string()> kOld{"old"};
constexpr wf::Activity<std::string()> kNew{"new"};

wf::Handle<std::string> start(bool fresh) {
  return (fresh ? kNew : kOld).start(wf::ActivityOptions().timeout(1min));
}

// The code before the patch, with it, without its old branch, and without a trace of it.
struct Before {
  wf::Task<> run() {
    auto call = start(false);
    const wf::Outcome<std::string> ended = co_await call;
  }
  static wf::Definition<Before> definition() { return wf::define("P", &Before::run); }
};
struct Patched {
  wf::Task<> run() {
    const bool fresh = wf::patched("p");
    EXPECT_EQ(wf::patched("p"), fresh);
    auto call = start(fresh);
    const wf::Outcome<std::string> ended = co_await call;
  }
  static wf::Definition<Patched> definition() { return wf::define("P", &Patched::run); }
};
struct Deprecated {
  wf::Task<> run() {
    wf::deprecate_patch("p");
    auto call = start(true);
    const wf::Outcome<std::string> ended = co_await call;
  }
  static wf::Definition<Deprecated> definition() { return wf::define("P", &Deprecated::run); }
};
struct After {
  wf::Task<> run() {
    auto call = start(true);
    const wf::Outcome<std::string> ended = co_await call;
  }
  static wf::Definition<After> definition() { return wf::define("P", &After::run); }
};

template <class W>
Script written_by(const std::string& commands) {
  Script script = Script::of<W>();
  EXPECT_EQ(script.task(), commands);
  return script;
}
const std::string kWithMarker = "marker core_patch, upsert, activity 1";

bool nondeterministic(const std::string& problem) {
  return problem.find("[TMPRL1100]") != std::string::npos;
}

TEST(PatchTable, HistoryWithoutAMarker) {
  const Script old = written_by<Before>("activity 1");
  EXPECT_EQ(old.replay_with<Before>(), "");
  EXPECT_EQ(old.replay_with<Patched>(), "");
  EXPECT_TRUE(nondeterministic(old.replay_with<After>()));
  const Script fresh = written_by<After>("activity 1");
  EXPECT_EQ(fresh.replay_with<Deprecated>(), "");
  EXPECT_EQ(fresh.replay_with<After>(), "");
  EXPECT_TRUE(nondeterministic(fresh.replay_with<Patched>()));
}

TEST(PatchTable, HistoryWithAMarker) {
  const Script script = written_by<Patched>(kWithMarker);
  EXPECT_EQ(script.replay_with<Patched>(), "");
  EXPECT_EQ(script.replay_with<Deprecated>(), "");
  EXPECT_TRUE(nondeterministic(script.replay_with<After>()));
  EXPECT_TRUE(nondeterministic(script.replay_with<Before>()));
}

TEST(PatchTable, HistoryWithADeprecatedMarker) {
  const Script script = written_by<Deprecated>(kWithMarker);
  EXPECT_EQ(script.replay_with<Patched>(), "");
  EXPECT_EQ(script.replay_with<Deprecated>(), "");
  EXPECT_EQ(script.replay_with<After>(), "");
  EXPECT_TRUE(nondeterministic(script.replay_with<Before>()));
}

// Histories of before the search attribute was set with the marker.
TEST(PatchTable, MarkersWithoutTheSearchAttribute) {
  Script patched = written_by<Patched>(kWithMarker);
  Script deprecated = written_by<Deprecated>(kWithMarker);
  for (Script* script : {&patched, &deprecated}) {
    auto& events = *script->history().mutable_events();
    ASSERT_EQ(events[5].event_type(), EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES);
    events.DeleteSubrange(5, 1);
    events[5].set_event_id(6);
    EXPECT_EQ(script->replay_with<Patched>(), "");
    EXPECT_EQ(script->replay_with<Deprecated>(), "");
  }
  EXPECT_EQ(deprecated.replay_with<After>(), "");
}

TEST(PatchMarkers, AreReadInBothForms) {
  using temporal::replay::patch_marker;
  Event event;
  auto& details = *event.mutable_marker_recorded_event_attributes()->mutable_details();
  *details["patch-data"].add_payloads() =
      temporal::encode(nlohmann::json{{"id", "p"}, {"deprecated", true}});
  EXPECT_EQ(patch_marker(event).id, "p");
  EXPECT_TRUE(patch_marker(event).deprecated);
  details.clear();
  details["patch_id"].add_payloads()->set_data("q");
  details["deprecated"].add_payloads()->set_data(std::string("\1", 1));
  EXPECT_EQ(patch_marker(event).id, "q");
  EXPECT_TRUE(patch_marker(event).deprecated);
  for (const char* broken : {"", "[", "[1]", R"({"id":5,"deprecated":"yes"})", "\xff"}) {
    details.clear();
    details["patch-data"].add_payloads()->set_data(broken);
    EXPECT_EQ(patch_marker(event).id, "") << broken;
    EXPECT_FALSE(patch_marker(event).deprecated) << broken;
  }
  EXPECT_EQ(patch_marker(Event()).id, "");
}

TEST(PatchTable, TheProblemNamesThePatchAndThePlace) {
  const std::string problem = written_by<Patched>(kWithMarker).replay_with<Before>();
  EXPECT_NE(problem.find("MarkerRecorded (core_patch, id p)"), std::string::npos) << problem;
  EXPECT_NE(problem.find("ActivityTaskScheduled of activity 1 (old) at "), std::string::npos)
      << problem;
}

}  // namespace
}  // namespace replay_test
