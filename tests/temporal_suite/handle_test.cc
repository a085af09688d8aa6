// How workflows are started and followed through their runs, and what handles give.
#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using client::ResultOptions;
using client::StartOptions;
using client::UpdateOptions;
using client::WorkflowStatus;
using temporal::testing::WorldTest;

constexpr wf::Activity<int(int)> outside{"outside"};

// Counts until it is told to stop; then it says what it has, or goes on in a new run.
struct Counter {
  int count = 0;
  bool stopped = false, renewed = false, broken = false;

  void add(int amount) { count += amount; }
  void stop() { stopped = true; }
  void renew() { renewed = true; }
  void fail() { broken = true; }
  int value() const { return count; }
  int set(int amount) { return std::exchange(count, amount); }
  wf::Verdict small(int amount) const {
    return amount > 100 ? wf::reject("too large") : wf::accept();
  }
  wf::Task<int> run(int from) {
    count += from;
    auto end = wf::until([this] { return stopped || renewed || broken; });
    co_await end;
    if (renewed) wf::continue_as_new(&Counter::run, count);
    if (broken) co_return wf::fail("broken", "Broken");
    co_return count;
  }
  static wf::Definition<Counter> definition() {
    return wf::define("Counter", &Counter::run)
        .signal("add", &Counter::add)
        .signal("stop", &Counter::stop)
        .signal("renew", &Counter::renew)
        .signal("fail", &Counter::fail)
        .query("value", &Counter::value)
        .update("set", &Counter::set, &Counter::small);
  }
};

// Fails until its third attempt.
struct Stubborn {
  wf::Task<int> run() {
    if (wf::info().attempt < 3) throw FailureError(Failure("not yet"));
    co_return wf::info().attempt;
  }
  static wf::Definition<Stubborn> definition() { return wf::define("Stubborn", &Stubborn::run); }
};

struct Cleanup {
  wf::Task<> run() {
    auto forever = wf::sleep(1h);
    auto end = wf::settled(forever);
    co_await end;
    throw FailureError(Failure::canceled("cleaned up"));
  }
  static wf::Definition<Cleanup> definition() { return wf::define("Cleanup", &Cleanup::run); }
};

struct Delegating {
  wf::Task<std::string> run() {
    auto call = outside.start(1, wf::ActivityOptions().id("a1").timeout(30s).attempts(2).retry(
                                     RetryPolicy().initial_interval(1ms).max_attempts(2)));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.ok() ? std::to_string(outcome.value()) : outcome.failure().text();
  }
  static wf::Definition<Delegating> definition() {
    return wf::define("Delegating", &Delegating::run);
  }
};

class Handles : public WorldTest {
 protected:
  void serve() {
    start_worker([this](worker::Worker& worker) {
      worker.add<Counter>().add<Stubborn>().add<Cleanup>().add<Delegating>().add(
          outside, [this](worker::ActivityContext& context, int) {
            context.complete_later();
            ++taken_;
            return 0;
          });
    });
  }
  client::Client in_space(const std::string& space) {
    return {world_->service(), world_->executor(), world_->client_options().space(space)};
  }
  bool taken(int times) {
    return world_->wait_for([&] { return taken_ >= times; });
  }
  std::atomic<int> taken_ = 0;
};

TEST_F(Handles, StartOptionsReachTheService) {
  const auto run =
      client_->start(&Counter::run,
                     start_options()
                         .execution_timeout(1h)
                         .run_timeout(30min)
                         .task_timeout(7s)
                         .delay(1s)
                         .retry(RetryPolicy().max_attempts(4))
                         .memo("note", std::string("hello"))
                         .search_attributes(SearchAttributes().keyword("Colour", "red")),
                     1);
  ASSERT_TRUE(run.ok()) << run.status().text();
  EXPECT_TRUE(run->newly_started());
  const auto description = run->describe();
  ASSERT_TRUE(description.ok()) << description.status().text();
  EXPECT_EQ(description->id, run->id());
  EXPECT_EQ(description->run_id, run->run_id());
  EXPECT_EQ(description->type, "Counter");
  EXPECT_EQ(description->queue, queue_);
  EXPECT_EQ(description->status, WorkflowStatus::Running);
  EXPECT_FALSE(description->close);
  EXPECT_EQ(decode<std::string>(description->memo.at("note")), "hello");
  EXPECT_EQ(description->search_attributes.get<std::string>("Colour"), "red");
  const auto history = run->history();
  ASSERT_TRUE(history.ok());
  const auto& started = (*history)->events(0).workflow_execution_started_event_attributes();
  EXPECT_EQ(started.workflow_execution_timeout().seconds(), 3600);
  EXPECT_EQ(started.workflow_run_timeout().seconds(), 1800);
  EXPECT_EQ(started.workflow_task_timeout().seconds(), 7);
  EXPECT_EQ(started.first_workflow_task_backoff().seconds(), 1);
  EXPECT_EQ(started.retry_policy().maximum_attempts(), 4);
  EXPECT_TRUE(run->terminate().ok());
}

TEST_F(Handles, AnIdIsMadeWhereNoneIsGiven) {
  serve();
  const auto first = client_->start(&Counter::run, StartOptions("", queue_), 1);
  const auto second = client_->start(&Counter::run, StartOptions("", queue_), 1);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_FALSE(first->id().empty());
  EXPECT_NE(first->id(), second->id());
  EXPECT_TRUE(first->terminate().ok());
  EXPECT_TRUE(second->terminate().ok());
}

TEST_F(Handles, OneIdRunsOnceAtATime) {
  serve();
  const auto options = start_options();
  const auto first = client_->start(&Counter::run, options, 1);
  ASSERT_TRUE(first.ok());
  const auto refused = client_->start(&Counter::run, options, 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code, Code::AlreadyExists);

  const auto same = client_->start(
      &Counter::run, StartOptions(options).id_conflict(client::IdConflict::UseExisting), 1);
  ASSERT_TRUE(same.ok()) << same.status().text();
  EXPECT_EQ(same->run_id(), first->run_id());
  EXPECT_FALSE(same->newly_started());

  const auto other = client_->start(
      &Counter::run, StartOptions(options).id_conflict(client::IdConflict::TerminateExisting), 2);
  ASSERT_TRUE(other.ok()) << other.status().text();
  EXPECT_NE(other->run_id(), first->run_id());
  EXPECT_EQ(first->result<int>()->failure().kind(), FailureKind::Terminated);
  EXPECT_TRUE(other->signal(&Counter::stop).ok());
  EXPECT_EQ(other->result<int>()->value(), 2);
}

TEST_F(Handles, AnIdIsUsedAgainAsItsPolicySays) {
  serve();
  const auto options = start_options();
  auto run = client_->start(&Counter::run, options, 1);
  ASSERT_TRUE(run.ok());
  EXPECT_TRUE(run->signal(&Counter::stop).ok());
  EXPECT_EQ(run->result<int>()->value(), 1);
  for (const auto policy :
       {client::IdReuse::RejectDuplicate, client::IdReuse::AllowDuplicateFailedOnly}) {
    const auto refused = client_->start(&Counter::run, StartOptions(options).id_reuse(policy), 1);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.status().code, Code::AlreadyExists);
  }
  run = client_->start(&Counter::run,
                       StartOptions(options).id_reuse(client::IdReuse::AllowDuplicate), 1);
  ASSERT_TRUE(run.ok());
  EXPECT_TRUE(run->signal(&Counter::fail).ok());
  EXPECT_EQ(run->result<int>()->failure().type(), "Broken");
  run = client_->start(
      &Counter::run, StartOptions(options).id_reuse(client::IdReuse::AllowDuplicateFailedOnly), 3);
  ASSERT_TRUE(run.ok()) << run.status().text();
  EXPECT_TRUE(run->terminate().ok());
}

TEST_F(Handles, AHandleGoesAlongWithTheRunsThatFollow) {
  serve();
  const auto run = start(&Counter::run, 1);
  EXPECT_TRUE(run.signal(&Counter::add, 10).ok());
  EXPECT_TRUE(run.signal(&Counter::renew).ok());
  const auto first = run.result<int>(ResultOptions().this_run_only());
  ASSERT_TRUE(first.ok()) << first.status().text();
  EXPECT_EQ(first->failure().type(), "ContinuedAsNew");
  EXPECT_TRUE(run.signal(&Counter::add, 100).ok());
  EXPECT_EQ(run.query(&Counter::value)->value(), 111);
  const auto description = run.describe();
  ASSERT_TRUE(description.ok());
  EXPECT_EQ(description->status, WorkflowStatus::Running);
  EXPECT_NE(description->run_id, run.run_id());
  const auto only_first = client_->workflow(run.id(), run.run_id());
  EXPECT_EQ(only_first.describe()->status, WorkflowStatus::ContinuedAsNew);
  EXPECT_EQ(only_first.signal(&Counter::add, 1).code, Code::NotFound);
  EXPECT_TRUE(run.signal(&Counter::stop).ok());
  EXPECT_EQ(run.result<int>()->value(), 111);
  EXPECT_EQ(only_first.result<int>()->value(), 111);
  EXPECT_EQ(client_->workflow(run.id()).result<int>()->value(), 111);
}

TEST_F(Handles, TheEndIsThatOfTheChain) {
  serve();
  const auto run = start(&Counter::run, 1);
  EXPECT_TRUE(run.signal(&Counter::renew).ok());
  EXPECT_TRUE(run.result<int>(ResultOptions().this_run_only()).ok());
  EXPECT_TRUE(run.terminate("enough").ok());
  const auto ended = run.result<int>();
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(ended->failure().kind(), FailureKind::Terminated);
  EXPECT_NE(ended->failure().message().find("enough"), std::string::npos);
}

TEST_F(Handles, ResultsAreThoseOfTheLastAttempt) {
  serve();
  const auto run = start_with(
      start_options().retry(RetryPolicy().initial_interval(10ms).max_attempts(5)), &Stubborn::run);
  EXPECT_EQ(run.result<int>()->value(), 3);
  EXPECT_EQ(run.result<int>(ResultOptions().this_run_only())->failure().message(), "not yet");
}

TEST_F(Handles, CronRunsFollowEachOther) {
  serve();
  const auto run = client_->start(&Counter::run, start_options().cron("@every 1s"), 5);
  ASSERT_TRUE(run.ok()) << run.status().text();
  EXPECT_TRUE(run->signal(&Counter::stop).ok());
  EXPECT_EQ(run->result<int>(ResultOptions().this_run_only())->value(), 5);
  EXPECT_TRUE(world_->wait_for([&] {
    const auto description = run->describe();
    return description.ok() && description->run_id != run->run_id();
  }));
  EXPECT_TRUE(run->terminate().ok());
  EXPECT_EQ(run->result<int>()->failure().kind(), FailureKind::Terminated);
}

TEST_F(Handles, WaitingEndsWhenItsTimeIsOver) {
  serve();
  const auto run = start(&Counter::run, 1);
  const auto late = run.result<int>(ResultOptions().within(300ms));
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.status().code, Code::DeadlineExceeded);
  EXPECT_NE(late.status().message.find("time that was given"), std::string::npos);
  EXPECT_TRUE(run.signal(&Counter::stop).ok());
  EXPECT_EQ(run.result<int>(ResultOptions().within(1h))->value(), 1);
}

TEST_F(Handles, UpdatesWithoutAWorkerWaitAsLongAsToldTo) {
  const auto run = client_->start("Counter", start_options(), 1);
  ASSERT_TRUE(run.ok());
  const auto late = run->update(UpdateOptions().within(300ms), &Counter::set, 3);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.status().code, Code::DeadlineExceeded);
  EXPECT_TRUE(run->terminate().ok());
}

TEST_F(Handles, AnUpdateIdIsOneUpdate) {
  serve();
  const auto run = start(&Counter::run, 1);
  EXPECT_EQ(run.query(&Counter::value)->value(), 1);  // it has begun
  auto first = run.start_update(UpdateOptions().id("u"), &Counter::set, 7);
  ASSERT_TRUE(first.ok()) << first.status().text();
  EXPECT_EQ(first->id(), "u");
  EXPECT_EQ(first->result<int>()->value(), 1);
  const auto again = run.update(UpdateOptions().id("u"), &Counter::set, 8);
  EXPECT_EQ(again->value(), 1);
  EXPECT_EQ(run.update_of("u").result<int>()->value(), 1);
  EXPECT_EQ(run.query(&Counter::value)->value(), 7);
  auto rejected = run.start_update(&Counter::set, 1000);
  ASSERT_TRUE(rejected.ok()) << rejected.status().text();
  EXPECT_EQ(rejected->result<int>()->failure().message(), "too large");
  EXPECT_TRUE(run.signal(&Counter::stop).ok());
  EXPECT_EQ(run.result<int>()->value(), 7);
}

TEST_F(Handles, SignalWithStartIsTyped) {
  serve();
  const auto options = start_options();
  const auto first =
      client_->signal_with_start(&Counter::run, options, std::tuple(1), &Counter::add, 10);
  ASSERT_TRUE(first.ok()) << first.status().text();
  EXPECT_TRUE(first->newly_started());
  const auto second =
      client_->signal_with_start(&Counter::run, options, std::tuple(1), &Counter::stop);
  ASSERT_TRUE(second.ok()) << second.status().text();
  EXPECT_FALSE(second->newly_started());
  EXPECT_EQ(second->result<int>()->value(), 11);
}

TEST_F(Handles, CanceledWorkflowsCleanUpFirst) {
  serve();
  const auto run = start(&Cleanup::run);
  ASSERT_TRUE(
      world_->wait_for([&] { return events(run).find("TimerStarted") != std::string::npos; }));
  EXPECT_TRUE(run.cancel("not needed").ok());
  const auto ended = run.result<void>();
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(ended->failure().kind(), FailureKind::Canceled);
  EXPECT_EQ(run.describe()->status, WorkflowStatus::Canceled);
}

TEST_F(Handles, AResetGoesBackAndTakesTheSignalsAlong) {
  serve();
  const auto run = start(&Counter::run, 1);
  EXPECT_EQ(run.query(&Counter::value)->value(), 1);
  EXPECT_TRUE(run.signal(&Counter::add, 10).ok());
  EXPECT_TRUE(run.signal(&Counter::stop).ok());
  EXPECT_EQ(run.result<int>()->value(), 11);
  const auto history = run.history();
  ASSERT_TRUE(history.ok());
  std::int64_t completed = 0;
  for (const auto& event : (*history)->events()) {
    if (completed == 0 && event.has_workflow_task_completed_event_attributes()) {
      completed = event.event_id();
    }
  }
  const auto again = run.reset(completed, client::ResetOptions().reason("once more"));
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_NE(again->run_id(), run.run_id());
  EXPECT_EQ(again->result<int>()->value(), 11);

  const auto without = run.reset(completed, client::ResetOptions().without_signals());
  ASSERT_TRUE(without.ok()) << without.status().text();
  EXPECT_EQ(without->query(&Counter::value)->value(), 1);
  EXPECT_TRUE(without->signal(&Counter::stop).ok());
  EXPECT_EQ(without->result<int>()->value(), 1);
}

TEST_F(Handles, ActivitiesAreCompletedById) {
  serve();
  const auto run = start(&Delegating::run);
  ASSERT_TRUE(taken(1));
  const auto activity = client_->activity(run.id(), "", "a1");
  const auto heard = activity.heartbeat(3);
  ASSERT_TRUE(heard.ok()) << heard.status().text();
  EXPECT_FALSE(heard->cancel_requested);
  const auto description = run.describe();
  ASSERT_EQ(description->pending_activities.size(), 1U);
  EXPECT_EQ(description->pending_activities[0].id, "a1");
  EXPECT_EQ(description->pending_activities[0].type, "outside");
  EXPECT_EQ(description->pending_activities[0].attempt, 1);
  EXPECT_TRUE(description->pending_activities[0].started);
  EXPECT_EQ(decode_result<int>(description->pending_activities[0].heartbeat), 3);
  EXPECT_TRUE(activity.complete(5).ok());
  EXPECT_EQ(run.result<std::string>()->value(), "5");
  EXPECT_EQ(activity.complete(5).code, Code::NotFound);
  EXPECT_EQ(activity.heartbeat(4).status().code, Code::NotFound);
}

TEST_F(Handles, ActivitiesFailByIdAndAreTriedAgain) {
  serve();
  const auto run = start(&Delegating::run);
  ASSERT_TRUE(taken(1));
  const auto activity = client_->activity(run.id(), run.run_id(), "a1");
  EXPECT_TRUE(activity.fail(Failure("lost", "Lost")).ok());
  ASSERT_TRUE(taken(2));
  const auto description = run.describe();
  ASSERT_EQ(description->pending_activities.size(), 1U);
  ASSERT_TRUE(description->pending_activities[0].last_failure);
  EXPECT_EQ(description->pending_activities[0].last_failure->type(), "Lost");
  EXPECT_TRUE(activity.fail(Failure("lost again", "Lost").non_retryable()).ok());
  const auto text = run.result<std::string>();
  EXPECT_NE(text->value().find("lost again"), std::string::npos);
}

TEST_F(Handles, WhatIsNotThereIsSaid) {
  const auto nobody = client_->workflow(queue_ + "/nobody");
  EXPECT_EQ(nobody.signal("stop").code, Code::NotFound);
  EXPECT_EQ(nobody.describe().status().code, Code::NotFound);
  EXPECT_EQ(nobody.result<int>().status().code, Code::NotFound);
  EXPECT_EQ(nobody.history().status().code, Code::NotFound);
  EXPECT_EQ(nobody.cancel().code, Code::NotFound);
  EXPECT_EQ(nobody.terminate().code, Code::NotFound);
  EXPECT_EQ(nobody.query<int>("value").status().code, Code::NotFound);
  EXPECT_EQ(nobody.update<int>("set", 1).status().code, Code::NotFound);
  EXPECT_EQ(nobody.reset(4).status().code, Code::NotFound);
  EXPECT_FALSE(client_->activity("no token").complete(1).ok());
}

TEST_F(Handles, AMissingNamespaceIsSaid) {
  EXPECT_TRUE(client_->check().ok());
  auto elsewhere = in_space("nowhere");
  const Status missing = elsewhere.check();
  EXPECT_EQ(missing.code, Code::NotFound);
  EXPECT_NE(missing.message.find("nowhere"), std::string::npos) << missing.message;
  const auto run = elsewhere.start("Counter", start_options(), 1);
  ASSERT_FALSE(run.ok());
  EXPECT_NE(run.status().message.find("nowhere"), std::string::npos) << run.status().message;
}

TEST_F(Handles, ValuesThatCannotTravelAreSaid) {
  serve();
  const std::string no_utf8 = "\xff\xfe";
  const auto refused = client_->start("Counter", start_options(), no_utf8);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code, Code::InvalidArgument);
  const auto run = start(&Counter::run, 1);
  EXPECT_EQ(run.signal("add", no_utf8).code, Code::InvalidArgument);
  EXPECT_TRUE(run.signal(&Counter::stop).ok());
  EXPECT_EQ(run.result<std::string>().status().code, Code::DataLoss);
  EXPECT_EQ(run.result<int>()->value(), 1);
}

}  // namespace
