// What a worker answers to tasks as no good service gives them.
#include "tests/temporal/worker/worker_fixture.h"

namespace temporal::worker {
namespace {

TEST_F(WorkerTest, HistoriesWithoutTheStartOfTheTaskAreNotAnsweredAsIfTheyHadOne) {
  start(options());
  begin();
  history_.mutable_events()->RemoveLast();
  give(task(3, 0));
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 0);
  const auto failed = desk_.made<Rpc::RespondWorkflowTaskFailed>();
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].failure().message(),
            "the history is not whole: expected event 3, which starts the task, as the last; "
            "found event 2");
  EXPECT_EQ(worker_->cached_runs(), 0);
}

TEST_F(WorkerTest, HistoriesThatEndWithAnEarlierTaskAreNotAnsweredToo) {
  start(options());
  begin();
  add(EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
  give(task(7, 3));
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 0);
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskFailed>(), 1);
}

TEST_F(WorkerTest, ATaskThatWasStuckIsAnsweredOnce) {
  start(options());
  begin();
  give(task(3, 0));
  ASSERT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 1);
  add(EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
  auto& scheduled =
      *add(EVENT_TYPE_ACTIVITY_TASK_SCHEDULED).mutable_activity_task_scheduled_event_attributes();
  scheduled.set_activity_id("1");
  scheduled.mutable_activity_type()->set_name("work");
  add(EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
      .mutable_workflow_execution_signaled_event_attributes()
      ->set_signal_name("poke");
  add(EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
  add(EVENT_TYPE_WORKFLOW_TASK_STARTED);
  Patient::on_poke = [this] { executor_.advance(5s); };
  give(task(8, 3));
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskFailed>(), 1);
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 1) << log_;
  EXPECT_EQ(worker_->cached_runs(), 0);
}

TEST_F(WorkerTest, CodeThatIsStuckBehindALocalActivityIsFoundToo) {
  type_ = "Near";
  start(options());
  begin();
  give(task(3, 0));
  Patient::on_poke = [this] { executor_.advance(5s); };
  activities_.drain();
  executor_.drain();
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskFailed>(), 1);
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 0) << log_;
}

TEST_F(WorkerTest, EagerActivitiesAreThoseItHas) {
  const auto eager = [this] {
    return desk_.made<Rpc::RespondWorkflowTaskCompleted>()
        .back()
        .commands(0)
        .schedule_activity_task_command_attributes()
        .request_eager_execution();
  };
  start(options());
  begin();
  give(task(3, 0));
  EXPECT_TRUE(eager());
  stop();
  start(options(), /*activities=*/false);
  last_ = 0;
  begin();
  give(task(3, 0));
  EXPECT_FALSE(eager());
}

TEST_F(WorkerTest, WhatTheCodecRefusesDoesNotLeaveTheProcess) {
  start(options().codec(std::make_shared<Picky>("secret")));
  give_activity();
  activities_.drain();
  executor_.drain();
  EXPECT_EQ(count<Rpc::RespondActivityTaskCompleted>(), 0);
  ASSERT_EQ(count<Rpc::RespondActivityTaskFailed>(), 1);
  EXPECT_NE(desk_.made<Rpc::RespondActivityTaskFailed>()[0].failure().message().find("no key"),
            std::string::npos);
  begin();
  auto query = task(3, 0);
  query.mutable_query()->set_query_type("secret");
  give(query);
  const auto answers = desk_.made<Rpc::RespondQueryTaskCompleted>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].completed_type(), QUERY_RESULT_TYPE_FAILED);
  EXPECT_EQ(answers[0].ShortDebugString().find("\"secret\""), std::string::npos);
  EXPECT_FALSE(answers[0].has_query_result());
}

TEST_F(WorkerTest, TextsOfDefectsPassTheCodec) {
  Patient::on_poke = [] { throw std::runtime_error("secret"); };
  start(options().codec(std::make_shared<Turning>()));
  begin();
  poke_first();
  give(task(3, 0));
  const auto failed = desk_.made<Rpc::RespondWorkflowTaskFailed>();
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].failure().message(), "Encoded failure");
  EXPECT_EQ(failed[0].ShortDebugString().find("secret"), std::string::npos);
  EXPECT_NE(failed[0].ShortDebugString().find("terces"), std::string::npos);
}

TEST_F(WorkerTest, TextsOfQueriesPassTheCodec) {
  start(options().codec(std::make_shared<Turning>()));
  begin();
  WorkflowTask query = task(3, 0);
  query.mutable_query()->set_query_type("secret thing");
  give(std::move(query));
  const auto answers = desk_.made<Rpc::RespondQueryTaskCompleted>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].error_message(), "Encoded failure");
  EXPECT_EQ(answers[0].ShortDebugString().find("secret thing"), std::string::npos);
  EXPECT_NE(answers[0].ShortDebugString().find("gniht terces"), std::string::npos);
}

TEST_F(WorkerTest, AHeartbeatThatTheCodecRefusesIsLeftOut) {
  start(options().codec(std::make_shared<Picky>("secret")));
  work_ = [this](ActivityContext& context) {
    context.heartbeat(std::string("first"));
    context.heartbeat(std::string("secret"));
    executor_.advance(9s);
    context.heartbeat(std::string("last"));
    return std::string("done");
  };
  give_activity();
  activities_.drain();
  executor_.advance(10s);
  const auto beats = desk_.made<Rpc::RecordActivityTaskHeartbeat>();
  ASSERT_FALSE(beats.empty());
  for (const auto& beat : beats) {
    EXPECT_EQ(beat.ShortDebugString().find("secret"), std::string::npos);
  }
  EXPECT_EQ(count<Rpc::RespondActivityTaskCompleted>(), 1);
}

TEST_F(WorkerTest, WhatTheServiceWouldNotTakeIsMeasuredBehindTheCodec) {
  start(options().codec(std::make_shared<Growing>()));
  give_activity();
  activities_.drain();
  executor_.drain();
  EXPECT_EQ(count<Rpc::RespondActivityTaskCompleted>(), 0);
  EXPECT_EQ(count<Rpc::RespondActivityTaskFailed>(), 1);
  begin();
  give(task(3, 0));
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 0);
  const auto failed = desk_.made<Rpc::RespondWorkflowTaskFailed>();
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].cause(), WORKFLOW_TASK_FAILED_CAUSE_PAYLOADS_TOO_LARGE);
}

// The service would refuse the whole answer as Internal, again and again.
TEST_F(WorkerTest, TextThatIsNotUtf8FailsTheTaskWithTheFieldsName) {
  type_ = "Babbling";
  start(options());
  begin();
  give(task(3, 0));
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 0);
  const auto failed = desk_.made<Rpc::RespondWorkflowTaskFailed>();
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].failure().message(),
            "the workflow asks for something whose text is not UTF-8: "
            "commands.schedule_activity_task_command_attributes.activity_type.name");
}

TEST_F(WorkerTest, FewSlotsLeaveOneForNewRuns) {
  for (int slots = 1; slots < 6; ++slots) {
    start(options().workflow_slots(slots));
    int fresh = 0, cached = 0;
    for (const auto& poll : desk_.made<Rpc::PollWorkflowTaskQueue>()) {
      ++(poll.task_queue().kind() == TASK_QUEUE_KIND_STICKY ? cached : fresh);
    }
    EXPECT_GE(fresh, slots) << slots;  // one more each time
    EXPECT_GE(cached, slots) << slots;
    stop();
  }
}

TEST_F(WorkerTest, ALocalActivityCanceledBeforeItBeganIsTold) {
  bool told = false;
  work_ = [&](ActivityContext& context) {
    told = context.canceled();
    return std::string();
  };
  type_ = "Hasty";
  start(options());
  begin();
  give(task(3, 0));
  activities_.drain();
  executor_.drain();
  EXPECT_TRUE(told);
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 1);
}

TEST_F(WorkerTest, AFailureIsToldOfTheFirstAttemptAlone) {
  Patient::on_poke = [] { throw std::runtime_error("a defect"); };
  for (int attempt = 1; attempt < 4; ++attempt) {
    if (!worker_) start(options());
    last_ = 0;
    begin();
    poke_first();
    auto again = task(3, 0);
    again.set_attempt(attempt);
    give(again);
    EXPECT_EQ(count<Rpc::RespondWorkflowTaskFailed>(), 1);
    EXPECT_EQ(worker_->cached_runs(), 0);
  }
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 0);
}

TEST_F(WorkerTest, AnAnswerThatDoesNotArriveTakesTheRunOut) {
  for (const Code code : {Code::InvalidArgument, Code::NotFound, Code::PermissionDenied}) {
    desk_.accept(Rpc::RespondWorkflowTaskCompleted, {code, "UnhandledCommand"});
    if (!worker_) start(options());
    last_ = 0;
    begin();
    give(task(3, 0));
    EXPECT_EQ(worker_->cached_runs(), 0);
    EXPECT_EQ(count<Rpc::RespondWorkflowTaskFailed>(), 0);
  }
}

TEST_F(WorkerTest, AnAnswerThatIsTooLargeIsSaidOnce) {
  desk_.accept(Rpc::RespondWorkflowTaskCompleted,
               {Code::ResourceExhausted, "grpc: received message larger than max (5 vs. 4)"});
  start(options());
  begin();
  give(task(3, 0));
  executor_.advance(30s);
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 1);
  const auto failed = desk_.made<Rpc::RespondWorkflowTaskFailed>();
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].cause(), WORKFLOW_TASK_FAILED_CAUSE_GRPC_MESSAGE_TOO_LARGE);
  EXPECT_EQ(worker_->cached_runs(), 0);
}

TEST_F(WorkerTest, NondeterminismFailsTheTaskOrTheWorkflow) {
  for (const bool workflow : {false, true}) {
    start(options().nondeterminism_fails_workflow(workflow));
    last_ = 0;
    begin();
    add(EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
    add(EVENT_TYPE_TIMER_STARTED);
    add(EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
    add(EVENT_TYPE_WORKFLOW_TASK_STARTED);
    give(task(7, 3));
    stop();
  }
  const auto failed = desk_.made<Rpc::RespondWorkflowTaskFailed>();
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].cause(), WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR);
  const auto answers = desk_.made<Rpc::RespondWorkflowTaskCompleted>();
  ASSERT_EQ(answers.size(), 1u);
  const std::string& text =
      answers[0].commands(0).fail_workflow_execution_command_attributes().failure().message();
  for (const char* part : {"[TMPRL1100]", "event 5 TimerStarted",
                           "ActivityTaskScheduled of activity 1", "worker_fixture.h:"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_NE(failed[0].failure().message().find(part), std::string::npos);
  }
}

// A token may lead to an empty page, and that to another.
TEST_F(WorkerTest, HistoriesInPages) {
  start(options());
  begin();
  history_.mutable_events()->RemoveLast();
  history_.mutable_events()->RemoveLast();
  auto first = task(3, 0);
  first.set_next_page_token("a");
  last_ = 1;
  give_page({}, "b");
  give_page({EVENT_TYPE_WORKFLOW_TASK_SCHEDULED}, "c");
  give_page({EVENT_TYPE_WORKFLOW_TASK_STARTED}, "");
  give(first);
  const auto asked = desk_.made<Rpc::GetWorkflowExecutionHistory>();
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_EQ(asked[0].next_page_token() + asked[1].next_page_token() + asked[2].next_page_token(),
            "abc");
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 1);
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskFailed>(), 0);
}

// What is stored ends before the task's own events, or goes on where others have come since.
TEST_F(WorkerTest, TheEventsOfATaskAreTheEndOfTheStoredHistory) {
  start(options());
  for (const bool longer : {false, true}) {
    last_ = 0;
    begin();
    service::Reply<Rpc::GetWorkflowExecutionHistory> stored;
    for (int i = 0; i < (longer ? 2 : 1); ++i)
      *stored.mutable_history()->add_events() = history_.events(i);
    auto tail = task(3, 0);
    tail.mutable_workflow_execution()->set_run_id(longer ? "run" : "another");
    tail.mutable_history()->mutable_events()->DeleteSubrange(0, 1);
    desk_.answer<Rpc::GetWorkflowExecutionHistory>(std::move(stored));
    give(tail);
  }
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 2) << log_;
  EXPECT_EQ(worker_->cached_runs(), 2);
}

TEST_F(WorkerTest, ARunThatHasOutgrownTheCacheGoesWithItsTask) {
  start(options().cached_bytes(1000));
  for (const std::int64_t bytes : {1000, 1001}) {
    last_ = 0;
    begin();
    history_.mutable_events(2)
        ->mutable_workflow_task_started_event_attributes()
        ->set_history_size_bytes(bytes);
    give(task(3, 0));
    EXPECT_EQ(worker_->cached_runs(), bytes <= 1000 ? 1 : 0) << bytes;
  }
  EXPECT_EQ(count<Rpc::RespondWorkflowTaskCompleted>(), 2) << log_;
}

TEST_F(WorkerTest, AnswersSayWhoAnswersAndWhatItCan) {
  start(options());
  begin();
  give(task(3, 0));
  const auto first = desk_.made<Rpc::RespondWorkflowTaskCompleted>().back();
  EXPECT_EQ(first.sdk_metadata().sdk_name(), "temporal-cpp");
  EXPECT_NE(first.sdk_metadata().sdk_version(), "");
  EXPECT_TRUE(first.capabilities().discard_speculative_workflow_task_with_events());
  EXPECT_TRUE(first.return_new_workflow_task());
  EXPECT_FALSE(first.force_create_new_workflow_task());
  EXPECT_EQ(first.sticky_attributes().worker_task_queue().normal_name(), "q");
  EXPECT_EQ(first.sticky_attributes().schedule_to_start_timeout().seconds(), 10);
  const auto poll = desk_.made<Rpc::PollWorkflowTaskQueue>().back();
  EXPECT_NE(poll.worker_instance_key(), "");
  EXPECT_EQ(first.worker_instance_key(), poll.worker_instance_key());
}

}  // namespace
}  // namespace temporal::worker
