// Local activities by themselves: calls of the same number, one after the other was given up.
#include <gtest/gtest.h>

#include "temporal/base/virtual_executor.h"
#include "temporal/worker/local_activities.h"
#include "temporal/workflow/info.h"
#include "tests/temporal/worker/desk.h"

namespace temporal::worker {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

// A run that is replayed asks for what it has asked for before.
TEST(LocalCalls, OneThatWasGivenUpDoesNotTakeItsSuccessorAlong) {
  VirtualExecutor executor{TimePoint(1'000'000s)}, activities{TimePoint(1'000'000s)};
  Desk desk(executor);
  Setting setting{desk, {}, executor, activities, WorkerOptions("q").values(), {}, {}, {}};
  std::vector<bool> told;
  setting.registered.activities["work"] = [&](ActivityContext& context, const Payloads& input) {
    told.push_back(context.canceled());
    return Outcome<Payloads>(input);
  };
  const auto locals = std::make_shared<LocalActivities>(setting);
  replay::LocalActivityTask task;
  task.seq = 1;
  task.type = "work";
  task.options.start_to_close = 1min;
  wf::Info info;
  info.run_id = "run";
  locals->start(task, info, [](const replay::LocalActivityEnd&) { FAIL(); });
  locals->stop_all("run");
  int ends = 0;
  locals->start(task, info, [&](const replay::LocalActivityEnd&) { ++ends; });
  ASSERT_TRUE(activities.step());
  locals->stop("run", 1, LocalActivities::Stop::Wait);
  activities.drain();
  EXPECT_EQ(told, (std::vector{true, true}));
  EXPECT_EQ(ends, 1);
  EXPECT_EQ(locals->at_work(), 0);
}

}  // namespace
}  // namespace temporal::worker
