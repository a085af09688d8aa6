// Runs that are open replay with today's workflows: histories of every workflow, recorded from a
// real server.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "temporal/replay/replayer.h"
#include "workflows/reconcile.h"

namespace almanac {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

temporal::replay::Replayer replayer() {
  temporal::replay::Replayer replayer;
  replayer.add<Run>();
  replayer.add<Backfill>();
  replayer.add<Pass>();
  replayer.add<Reconcile>();
  return replayer;
}

std::set<std::filesystem::path> recorded() {
  std::set<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(ALMANAC_SOURCE_DIR "/tests/workflows/histories")) {
    paths.insert(entry.path());
  }
  return paths;
}

TEST(Histories, OfRealRunsReplay) {
  std::set<std::string> types;
  for (const auto& path : recorded()) {
    const auto history = temporal::replay::history_from_json(text_of(path));
    ASSERT_TRUE(history.ok()) << path << ": " << history.status().text();
    const auto failure = replayer().replay(*history);
    EXPECT_FALSE(failure) << path << ": " << failure->text();
    types.insert(
        (*history)->events(0).workflow_execution_started_event_attributes().workflow_type().name());
  }
  EXPECT_EQ(types, (std::set<std::string>{"Backfill", "Pass", "Reconcile", "Run"}));
}

TEST(Histories, OfAnotherVersionAreTold) {
  for (const auto& path : recorded()) {
    std::string text = text_of(path);
    const auto found = text.find("\"name\": \"begin\"");
    if (found == std::string::npos) continue;
    text.replace(found, 15, "\"name\": \"start\"");
    const auto history = temporal::replay::history_from_json(text);
    ASSERT_TRUE(history.ok()) << history.status().text();
    const auto failure = replayer().replay(*history);
    ASSERT_TRUE(failure) << path;
    EXPECT_NE(failure->text().find("TMPRL1100"), std::string::npos) << failure->text();
    return;
  }
  FAIL() << "no history has the step begin";
}

}  // namespace
}  // namespace almanac
