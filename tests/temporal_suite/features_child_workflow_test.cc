// Temporal's feature tests: child_workflow/. There is no way to wait until a child was asked to
// stop, but not until it has (cancel_wait_requested).
#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;

class FeaturesChild : public WorldTest {};

// Waits for the signal "go on", and does not mind being asked to stop.
struct Stubborn {
  bool unblocked = false;
  int asked = 0;
  void unblock() { unblocked = true; }
  int was_asked() const { return wf::info().cancel_requested ? 1 : 0; }
  wf::Task<std::string> run(std::string text) {
    auto end = wf::until([this] { return unblocked; }, wf::Scope::detached());
    co_await end;
    co_return text;
  }
  static wf::Definition<Stubborn> definition() {
    return wf::define("Stubborn", &Stubborn::run)
        .signal("unblock", &Stubborn::unblock)
        .query("was_asked", &Stubborn::was_asked);
  }
};

struct Failing {
  wf::Task<int> run() {
    co_await wf::sleep(1ms);
    co_return wf::fail("no, on attempt " + std::to_string(wf::info().attempt), "No");
  }
  static wf::Definition<Failing> definition() { return wf::define("Failing", &Failing::run); }
};

struct FailingAgain {
  wf::Task<int> run() {
    co_await wf::sleep(1ms);
    throw FailureError(Failure("attempt " + std::to_string(wf::info().attempt), "Again"));
  }
  static wf::Definition<FailingAgain> definition() {
    return wf::define("FailingAgain", &FailingAgain::run);
  }
};

// Starts the child named `id` and cancels it; says how that ended.
struct Canceler {
  wf::Task<std::string> run(std::string id, int mode) {
    const wf::Scope scope;
    auto child = wf::child(&Stubborn::run)
                     .start("done", wf::ChildOptions()
                                        .id(id)
                                        .scope(scope)
                                        .on_cancel(static_cast<wf::OnCancel>(mode))
                                        .on_parent_close(wf::ParentClose::Abandon));
    auto start = child.started();
    wf::Outcome<> started = co_await start;
    started.value();
    scope.cancel();
    wf::Outcome<std::string> outcome = co_await child;
    // So that the request is on its way before the run ends.
    co_await wf::sleep(10ms);
    if (outcome.ok()) co_return outcome.value();
    co_return outcome.failure().is_canceled() ? "canceled" : outcome.failure().text();
  }
  static wf::Definition<Canceler> definition() { return wf::define("Canceler", &Canceler::run); }
};

class FeaturesChildCancel : public FeaturesChild {
 protected:
  void SetUp() override {
    FeaturesChild::SetUp();
    if (world_) {
      start_worker([](worker::Worker& worker) { worker.add<Canceler>().add<Stubborn>(); });
    }
  }
  client::WorkflowHandle child() { return client_->workflow(queue_ + "/child"); }
  client::WorkflowHandle cancel(wf::OnCancel mode) {
    return start(&Canceler::run, queue_ + "/child", static_cast<int>(mode));
  }
  bool was_asked() {
    return world_->wait_for([&] {
      return events(child()).find("WorkflowExecutionCancelRequested") != std::string::npos;
    });
  }
};

TEST_F(FeaturesChildCancel, Abandon) {
  EXPECT_EQ(cancel(wf::OnCancel::Abandon).result<std::string>()->value(), "canceled");
  EXPECT_EQ(child().query(&Stubborn::was_asked)->value(), 0);
  EXPECT_TRUE(child().signal(&Stubborn::unblock).ok());
  EXPECT_EQ(child().result<std::string>()->value(), "done");
  EXPECT_EQ(events(child()).find("CancelRequested"), std::string::npos);
}

TEST_F(FeaturesChildCancel, TryCancel) {
  EXPECT_EQ(cancel(wf::OnCancel::Try).result<std::string>()->value(), "canceled");
  EXPECT_TRUE(was_asked());
  EXPECT_EQ(child().query(&Stubborn::was_asked)->value(), 1);
  EXPECT_TRUE(child().signal(&Stubborn::unblock).ok());
  EXPECT_EQ(child().result<std::string>()->value(), "done");
}

TEST_F(FeaturesChildCancel, WaitCompleted) {
  const auto parent = cancel(wf::OnCancel::Wait);
  EXPECT_TRUE(was_asked());
  EXPECT_EQ(parent.describe()->status, client::WorkflowStatus::Running);
  EXPECT_TRUE(child().signal(&Stubborn::unblock).ok());
  EXPECT_EQ(parent.result<std::string>()->value(), "done");  // it ignored what it was asked for
}

struct Starter {
  std::string child_run;
  std::string run_of_child() const { return child_run; }
  wf::Task<std::string> run(std::string id) {
    auto child = wf::child(&Stubborn::run).start("result", wf::ChildOptions().id(id));
    auto start = child.started();
    wf::Outcome<> started = co_await start;
    started.value();
    child_run = child.run_id();
    auto twin = wf::child(&Stubborn::run)
                    .start("x", wf::ChildOptions().id(id).id_reuse(wf::IdReuse::RejectDuplicate));
    auto twin_start = twin.started();
    wf::Outcome<> refused = co_await twin_start;
    wf::Outcome<std::string> outcome = co_await child;
    const std::string end = outcome.ok() ? outcome.value() : outcome.failure().text();
    co_return child.workflow_id() + "|" + end + "|" +
        (refused.ok() ? "started" : refused.failure().root().type());
  }
  static wf::Definition<Starter> definition() {
    return wf::define("Starter", &Starter::run).query("run_of_child", &Starter::run_of_child);
  }
};

// child_workflow/start, handle, result, signal and throws_on_start.
TEST_F(FeaturesChild, StartHandleResultAndThrowsOnStart) {
  start_worker([](worker::Worker& worker) { worker.add<Starter>().add<Stubborn>(); });
  const std::string id = queue_ + "/child";
  const auto run = start(&Starter::run, id);
  ASSERT_TRUE(world_->wait_for([&] {
    const auto known = run.query(&Starter::run_of_child);
    return known.ok() && known->ok() && !known->value().empty();
  }));
  const auto child = client_->workflow(id);
  EXPECT_EQ(child.describe()->run_id, run.query(&Starter::run_of_child)->value());
  EXPECT_EQ(child.describe()->parent_id, run.id());
  EXPECT_TRUE(child.signal(&Stubborn::unblock).ok());
  EXPECT_EQ(run.result<std::string>()->value(), id + "|result|ChildNotStarted");
}

TEST_F(FeaturesChild, ThrowsOnTermination) {
  start_worker([](worker::Worker& worker) { worker.add<Starter>().add<Stubborn>(); });
  const std::string id = queue_ + "/child";
  const auto run = start(&Starter::run, id);
  ASSERT_TRUE(world_->wait_for(
      [&] { return events(run).find("StartChildWorkflowExecutionFailed") != std::string::npos; }));
  const auto child = client_->workflow(id, run.query(&Starter::run_of_child)->value());
  EXPECT_TRUE(child.terminate("by hand").ok());
  const std::string text = run.result<std::string>()->value();
  EXPECT_NE(text.find("terminated"), std::string::npos) << text;
}

// Runs a child that fails in the way of its number.
struct Parent {
  wf::Task<std::string> run(int how) {
    if (how == 0) {
      auto child = wf::child(&Failing::run).start();
      wf::Outcome<int> outcome = co_await child;
      co_return outcome.failure().of() + ": " + outcome.failure().root().text();
    }
    if (how == 1) {
      auto child = wf::child(&FailingAgain::run)
                       .start(wf::ChildOptions().retry(
                           wf::RetryPolicy().initial_interval(1ms).max_attempts(3)));
      wf::Outcome<int> outcome = co_await child;
      co_return outcome.failure().root().text();
    }
    auto child = wf::child(&Stubborn::run)
                     .start("never", wf::ChildOptions().execution_timeout(1s).retry(
                                         wf::RetryPolicy().max_attempts(1)));
    wf::Outcome<std::string> outcome = co_await child;
    co_return outcome.failure().root().timeout() == TimeoutKind::StartToClose
        ? "timed out"
        : outcome.failure().text();
  }
  static wf::Definition<Parent> definition() { return wf::define("Parent", &Parent::run); }
};

class FeaturesChildEnds : public FeaturesChild {
 protected:
  std::string run(int how) {
    start_worker([](worker::Worker& worker) {
      worker.add<Parent>().add<Failing>().add<FailingAgain>().add<Stubborn>();
    });
    return start(&Parent::run, how).result<std::string>()->value();
  }
};

TEST_F(FeaturesChildEnds, ThrowsOnExecute) {
  EXPECT_EQ(run(0), "Failing: No: no, on attempt 1");
}
TEST_F(FeaturesChildEnds, Retry) {
  EXPECT_EQ(run(1), "Again: attempt 3");
}
TEST_F(FeaturesChildEnds, ThrowsOnTimeout) {
  EXPECT_EQ(run(2), "timed out");
}

}  // namespace
