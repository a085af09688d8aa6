// A second opinion: what our workflows recorded on the real server replays in Temporal's own Python
// SDK, with the ports of them that are in second_opinion.py, and not with changed ones.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/temporal/support/world.h"
#include "tests/temporal_live/second_opinion_workflows.h"

namespace {

using namespace temporal;                    // NOLINT(google-build-using-namespace)
using namespace temporal::testing::opinion;  // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;
using worker::ActivityContext;
namespace fs = std::filesystem;

class SecondOpinion : public WorldTest {
 protected:
  void SetUp() override {
    // Where the build tree, and with it this program, is somewhere below the sources.
    for (fs::path at = fs::read_symlink("/proc/self/exe").parent_path(); at != at.root_path();
         at = at.parent_path()) {
      script_ = at / "tests/temporal_live/second_opinion.py";
      if (fs::exists(script_)) break;
    }
    if (!fs::exists(script_)) GTEST_SKIP() << "no " << script_ << " above the program";
    if (ask(false) == 77) GTEST_SKIP() << said_ << "; tools/test installs it";
    WorldTest::SetUp();
    folder_ = fs::temp_directory_path() / ("second_opinion_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override {
    WorldTest::TearDown();
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }

  void keep(const client::WorkflowHandle& run, const std::string& name) {
    const auto history = run.history();
    ASSERT_TRUE(history.ok()) << history.status().text();
    std::ofstream file(folder_ / (name + ".history"), std::ios::binary);
    ASSERT_TRUE((*history)->SerializeToOstream(&file));
  }
  // Gives the script's exit code; said_ is what it printed.
  int ask(bool changed) {
    const char* cache = std::getenv("ALMANAC_CACHE");
    const char* home = std::getenv("HOME");
    const fs::path packages =
        (cache ? fs::path(cache) : fs::path(home ? home : "/") / ".cache/almanac") / "python";
    const std::string command = "PYTHONPATH='" + packages.string() + "' " +
                                (changed ? "CHANGED=1 " : "") + "python3 -B '" + script_.string() +
                                "' '" + folder_.string() + "' 2>&1";
    said_.clear();
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) return -1;
    char part[4096];
    for (std::size_t n; (n = fread(part, 1, sizeof part, pipe)) > 0;) said_.append(part, n);
    return WEXITSTATUS(pclose(pipe));
  }

  fs::path script_, folder_;
  std::string said_;
};

void add_all(worker::Worker& worker) {
  worker.add<Activities>().add<Timers>().add<Messages>().add<Grandchild>().add<Family>();
  worker.add<Locals>().add<Patches>().add<Cleaning>().add<Counting>().add<Attributes>();
  worker.add(square, [](int n) { return n * n; });
  worker.add(fail, [](int) -> Outcome<int> { return Failure("no", "No"); });
  worker.add(flaky, [](const ActivityContext& context, int n) -> Outcome<int> {
    if (context.info().attempt < 2) return Failure("not yet");
    return n;
  });
  worker.add(never, [](ActivityContext& context, int) {
    context.complete_later();
    return 0;
  });
}

TEST_F(SecondOpinion, TemporalsOwnReplayerAgrees) {
  // With a cache and without: the tasks are cut in the same way, the commands must be the same.
  for (const int cached : {100, 0}) {
    const std::string how = cached > 0 ? ".cached" : ".replayed";
    stop_workers();
    start_worker(options().cached_runs(cached), add_all);
    const auto activities = start(&Activities::run, 4);
    const auto timers = start(&Timers::run);
    const auto family = start(&Family::run, queue_ + how);
    const auto locals = start(&Locals::run);
    const auto patches = start(&Patches::run);
    const auto counting = start(&Counting::run, 1);
    const auto attributes = start(&Attributes::run);
    const auto cleaning = start(&Cleaning::run);
    const auto messages = start(&Messages::run);
    EXPECT_TRUE(messages.signal(&Messages::add, 1).ok());
    EXPECT_TRUE(messages.signal(&Messages::add_later, 2).ok());
    EXPECT_TRUE(messages.update(&Messages::add_square, 3)->ok());
    EXPECT_FALSE(messages.update(&Messages::add_now, -4)->ok());
    EXPECT_TRUE(messages.update(&Messages::add_now, 4)->ok());
    EXPECT_TRUE(messages.signal(&Messages::finish).ok());
    ASSERT_TRUE(world_->wait_for([&] {
      return events(cleaning).find("ActivityTaskStarted") != std::string::npos ||
             !cleaning.describe()->pending_activities.empty();
    }));
    EXPECT_TRUE(cleaning.cancel().ok());
    EXPECT_EQ(activities.result<int>()->value(), 1014);
    EXPECT_EQ(timers.result<std::string>()->value(), "late");
    EXPECT_EQ(messages.result<int>()->value(), 16);
    EXPECT_EQ(family.result<int>()->value(), 1042);
    EXPECT_EQ(locals.result<int>()->value(), 10);
    EXPECT_EQ(patches.result<std::string>()->value(), "111");
    EXPECT_EQ(cleaning.result<void>()->failure().kind(), FailureKind::Canceled);
    EXPECT_EQ(counting.result<int>()->value(), 3);
    EXPECT_TRUE(attributes.result<void>()->ok());
    keep(activities, "Activities" + how);
    keep(timers, "Timers" + how);
    keep(messages, "Messages" + how);
    keep(family, "Family" + how);
    keep(client_->workflow(queue_ + how), "Grandchild" + how);
    keep(locals, "Locals" + how);
    keep(patches, "Patches" + how);
    keep(cleaning, "Cleaning" + how);
    keep(counting, "Counting" + how);
    keep(client_->workflow(counting.id()), "Counting.last" + how);
    keep(attributes, "Attributes" + how);
  }
  EXPECT_EQ(ask(false), 0) << said_;
  EXPECT_NE(said_.find("22 histories"), std::string::npos) << said_;
  EXPECT_EQ(ask(true), 0) << said_;
}

}  // namespace
