// Timeouts that are longer than a clock can say: "no limit" is a Duration's longest.
#include <gtest/gtest.h>

#include "temporal/data/duration.h"
#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

const auto kEndless = temporal::to_proto(temporal::Duration::max());

TEST(FarTimes, ATimerThatNeverFiresHoldsUpNoOther) {
  World world;
  world.start();
  Command never = start_timer("never", 1s);
  *never.mutable_start_timer_command_attributes()->mutable_start_to_fire_timeout() = kEndless;
  world.complete(world.task(), {never, start_timer("soon", 1s)});
  world.executor.advance(1s);
  EXPECT_EQ(text_of(world.history(), 7),
            "7 TimerFired timer_id=soon started=6\n"
            "8 WorkflowTaskScheduled\n");
}

TEST(FarTimes, AnActivityWithoutALimitHoldsUpNoOther) {
  World world;
  world.start();
  Command endless = schedule_activity("a");
  auto& attributes = *endless.mutable_schedule_activity_task_command_attributes();
  *attributes.mutable_start_to_close_timeout() = kEndless;
  attributes.mutable_heartbeat_timeout()->set_seconds(10);
  attributes.mutable_retry_policy()->set_maximum_attempts(1);
  world.complete(world.task(), {endless});
  world.activity();
  world.executor.advance(9s);
  EXPECT_EQ(world.history().events_size(), 5);
  world.executor.advance(1s);
  EXPECT_NE(text_of(world.history(), 7).find("ActivityTaskTimedOut"), std::string::npos);
  EXPECT_EQ(world.history()
                .events(6)
                .activity_task_timed_out_event_attributes()
                .failure()
                .timeout_failure_info()
                .timeout_type(),
            temporal::api::enums::v1::TIMEOUT_TYPE_HEARTBEAT);
}

TEST(FarTimes, WhatHasAllTheTimeIsRetried) {
  World world;
  auto request = start_request();
  *request.mutable_workflow_execution_timeout() = kEndless;
  request.mutable_retry_policy()->set_maximum_attempts(2);
  world.start(request);
  Command endless = schedule_activity("a");
  auto& attributes = *endless.mutable_schedule_activity_task_command_attributes();
  *attributes.mutable_schedule_to_close_timeout() = kEndless;
  *attributes.mutable_retry_policy()->mutable_initial_interval() =
      temporal::to_proto(temporal::Duration::max() / 50);
  world.complete(world.task(), {endless});
  world.fail(world.activity());
  EXPECT_EQ(world.history().events_size(), 5) << "the activity backs off";
  world.signal("s");
  world.complete(world.task(), {fail_run()});
  world.executor.advance(1s);
  EXPECT_EQ(
      world.task().history().events(0).workflow_execution_started_event_attributes().attempt(), 2);
}

}  // namespace
