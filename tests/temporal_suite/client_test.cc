// What a client can ask of the service.
#include <set>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using client::IdConflict;
using client::IdReuse;
using client::WorkflowStatus;
using temporal::testing::WorldTest;

class Clients : public WorldTest {};

struct Adding {
  int sum = 0;
  bool closed = false;
  void add(int n) { sum += n; }
  void close() { closed = true; }
  wf::Task<int> run() {
    auto end = wf::until([this] { return closed; });
    co_await end;
    co_return sum;
  }
  static wf::Definition<Adding> definition() {
    return wf::define("Adding", &Adding::run)
        .signal("add", &Adding::add)
        .signal("close", &Adding::close);
  }
};

void add_adding(worker::Worker& worker) {
  worker.add<Adding>();
}

TEST_F(Clients, DescribeWhatRunsAndWhatHasEnded) {
  start_worker(add_adding);
  const auto run = start_with(start_options().memo("who", "me"), &Adding::run);
  const auto running = run.describe();
  ASSERT_TRUE(running.ok()) << running.status().text();
  EXPECT_EQ(running->type, "Adding");
  EXPECT_EQ(running->queue, queue_);
  EXPECT_EQ(running->status, WorkflowStatus::Running);
  EXPECT_FALSE(running->close);
  EXPECT_EQ(decode<std::string>(running->memo.at("who")), "me");
  EXPECT_TRUE(run.signal(&Adding::close).ok());
  EXPECT_TRUE(run.result<int>()->ok());
  const auto ended = run.describe();
  EXPECT_EQ(ended->status, WorkflowStatus::Completed);
  EXPECT_TRUE(ended->close);
  EXPECT_GT(ended->history_length, 4);
}

TEST_F(Clients, DescribeWhoServesAQueue) {
  const auto described = [&](client::TaskKind kind) {
    return client_->describe_queue(queue_, kind).value();
  };
  const auto run = start_with(start_options(), &Adding::run);
  EXPECT_TRUE(run.describe()->task_waits);
  EXPECT_TRUE(described(client::TaskKind::Workflow).pollers.empty());
  EXPECT_EQ(described(client::TaskKind::Workflow).waiting, 1);
  start_worker(options().identity("somebody"), add_adding);
  const std::set<std::string> expected{"somebody"};
  EXPECT_TRUE(
      world_->wait_for([&] { return described(client::TaskKind::Workflow).pollers == expected; }));
  EXPECT_TRUE(described(client::TaskKind::Activity).pollers.empty());
  EXPECT_TRUE(run.signal(&Adding::close).ok());
  EXPECT_TRUE(run.result<int>()->ok());
  EXPECT_FALSE(run.describe()->task_waits);
  // A service counts now and then.
  EXPECT_TRUE(world_->wait_for([&] { return described(client::TaskKind::Workflow).waiting == 0; }));
}

TEST_F(Clients, WhatIsNotThereIsNotFound) {
  const auto nobody = client_->workflow("nobody-is-called-so");
  EXPECT_EQ(nobody.describe().status().code, Code::NotFound);
  EXPECT_EQ(nobody.signal("add", 1).code, Code::NotFound);
  EXPECT_EQ(nobody.result<int>().status().code, Code::NotFound);
  EXPECT_EQ(nobody.cancel().code, Code::NotFound);
  EXPECT_EQ(nobody.terminate().code, Code::NotFound);
  EXPECT_EQ(nobody.query<int>("sum").status().code, Code::NotFound);
}

TEST_F(Clients, OneWorkflowRunsUnderAnId) {
  start_worker(add_adding);
  const auto options = start_options();
  const auto run = start_with(options, &Adding::run);
  const auto second = client_->start(&Adding::run, options);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code, Code::AlreadyExists);
  auto existing = options;
  const auto same = client_->start(&Adding::run, existing.id_conflict(IdConflict::UseExisting));
  ASSERT_TRUE(same.ok()) << same.status().text();
  EXPECT_EQ(same->run_id(), run.run_id());
  EXPECT_TRUE(run.signal(&Adding::close).ok());
  EXPECT_TRUE(run.result<int>()->ok());
  auto once = options;
  const auto again = client_->start(&Adding::run, once.id_reuse(IdReuse::RejectDuplicate));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.status().code, Code::AlreadyExists);
}

TEST_F(Clients, TheSameRequestStartsOnce) {
  const auto options = start_options().request_id("request-1");
  const auto first = client_->start(&Adding::run, options);
  const auto second = client_->start(&Adding::run, options);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->run_id(), second->run_id());
  EXPECT_TRUE(first->terminate().ok());
}

TEST_F(Clients, ListAndCount) {
  start_worker(add_adding);
  for (int i = 0; i < 3; ++i) start(&Adding::run);
  EXPECT_TRUE(started_[0].handle.signal(&Adding::close).ok());
  EXPECT_TRUE(started_[0].handle.result<int>()->ok());
  const std::string mine = "TaskQueue = '" + queue_ + "'";
  const std::string open = mine + " AND ExecutionStatus = 'Running'";
  // What is found follows what happens after a moment.
  ASSERT_TRUE(world_->wait_for([&] {
    const auto all = client_->count(mine), running = client_->count(open);
    return all.ok() && running.ok() && *all == 3 && *running == 2;
  }));
  std::set<std::string> ids;
  EXPECT_TRUE(client_
                  ->list(mine,
                         [&](const client::WorkflowDescription& one) {
                           ids.insert(one.id);
                           return true;
                         })
                  .ok());
  EXPECT_EQ(ids.size(), 3U);
  int seen = 0;
  EXPECT_TRUE(client_->list(mine, [&](const auto&) { return ++seen < 2; }).ok());
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(client_->count("Nonsense ~ 3").status().code, Code::InvalidArgument);
  for (int i = 1; i < 3; ++i) {
    EXPECT_TRUE(started_[static_cast<std::size_t>(i)].handle.terminate().ok());
  }
}

TEST_F(Clients, TerminationAndTimeoutsAreOutcomes) {
  start_worker(add_adding);
  const auto terminated = start(&Adding::run);
  EXPECT_TRUE(terminated.terminate("for a reason").ok());
  const auto outcome = terminated.result<int>();
  EXPECT_EQ(outcome->failure().kind(), FailureKind::Terminated);
  EXPECT_NE(outcome->failure().message().find("for a reason"), std::string::npos);
  const auto late = start_with(start_options().execution_timeout(1s), &Adding::run);
  EXPECT_EQ(late.result<int>()->failure().kind(), FailureKind::Timeout);
}

// Back to before the second signal was seen; what had come later is not lost.
TEST_F(Clients, ResetGoesBackAndKeepsSignals) {
  start_worker(add_adding);
  const auto run = start(&Adding::run);
  ASSERT_TRUE(world_->wait_for(
      [&] { return events(run).find("WorkflowTaskCompleted") != std::string::npos; }));
  EXPECT_TRUE(run.signal(&Adding::add, 1).ok());
  ASSERT_TRUE(world_->wait_for([&] {
    const std::string text = events(run);
    return text.find("WorkflowTaskCompleted") != text.rfind("WorkflowTaskCompleted");
  })) << events(run);
  const auto history = run.history();
  std::int64_t last_completed = 0;
  for (const auto& event : (*history)->events()) {
    if (event.has_workflow_task_completed_event_attributes()) last_completed = event.event_id();
  }
  EXPECT_TRUE(run.signal(&Adding::add, 2).ok());
  const auto again = run.reset(last_completed, client::ResetOptions().reason("again"));
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_TRUE(again->signal("close").ok());
  EXPECT_EQ(again->result<int>()->value(), 3);
  EXPECT_EQ(client_->workflow(run.id(), run.run_id()).describe()->status,
            WorkflowStatus::Terminated);
  EXPECT_EQ(temporal::testing::check_replays(*again->history(), wf::definition_of<Adding>().type()),
            "");
}

}  // namespace
