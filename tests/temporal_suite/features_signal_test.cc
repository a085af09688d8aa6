// Temporal's feature tests: signal/.
#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;
using worker::ActivityContext;

class FeaturesSignal : public WorldTest {};

constexpr wf::Activity<int(int)> twice{"twice"};

// Waits for one signal, and gives what it brought.
struct Receiver {
  std::string got;
  void give(std::string text) { got = std::move(text); }
  wf::Task<std::string> run() {
    auto end = wf::until([this] { return !got.empty(); });
    co_await end;
    co_return got;
  }
  static wf::Definition<Receiver> definition() {
    return wf::define("Receiver", &Receiver::run).signal("give", &Receiver::give);
  }
};

TEST_F(FeaturesSignal, Basic) {
  start_worker([](worker::Worker& worker) { worker.add<Receiver>(); });
  const auto run = start(&Receiver::run);
  EXPECT_TRUE(run.signal(&Receiver::give, "arg").ok());
  EXPECT_EQ(run.result<std::string>()->value(), "arg");
}

struct Summing {
  int sum = 0, signals = 0;
  wf::Task<> add(int n) {
    ++signals;
    std::vector<wf::Handle<int>> calls;
    for (int i = 0; i < 5; ++i) {
      calls.push_back(twice.start(n + i, wf::ActivityOptions().timeout(10s)));
    }
    auto all = wf::all(calls);
    std::vector<wf::Outcome<int>> outcomes = co_await all;
    for (const auto& one : outcomes) sum += one.value();
  }
  wf::Task<int> run() {
    auto end = wf::until([this] { return signals == 2 && wf::handlers_finished(); });
    co_await end;
    co_return sum;
  }
  static wf::Definition<Summing> definition() {
    return wf::define("Summing", &Summing::run).signal("add", &Summing::add);
  }
};

TEST_F(FeaturesSignal, Activities) {
  start_worker([](worker::Worker& worker) {
    worker.add<Summing>().add(twice, [](int n) { return 2 * n; });
  });
  const auto run = start(&Summing::run);
  EXPECT_TRUE(run.signal(&Summing::add, 1).ok());
  EXPECT_TRUE(run.signal(&Summing::add, 10).ok());
  EXPECT_EQ(run.result<int>()->value(), 2 * (15 + 60));
}

struct SignalsChild {
  wf::Task<std::string> run() {
    auto child = wf::child(&Receiver::run).start();
    auto start = child.started();
    wf::Outcome<> started = co_await start;
    started.value();
    auto signal = child.signal(&Receiver::give, "unblock");
    wf::Outcome<> sent = co_await signal;
    sent.value();
    wf::Outcome<std::string> outcome = co_await child;
    co_return outcome.value();
  }
  static wf::Definition<SignalsChild> definition() {
    return wf::define("SignalsChild", &SignalsChild::run);
  }
};

TEST_F(FeaturesSignal, ChildWorkflow) {
  start_worker([](worker::Worker& worker) { worker.add<SignalsChild>().add<Receiver>(); });
  EXPECT_EQ(start(&SignalsChild::run).result<std::string>()->value(), "unblock");
}

TEST_F(FeaturesSignal, External) {
  start_worker([](worker::Worker& worker) { worker.add<Receiver>(); });
  const auto run = start(&Receiver::run);
  // Only the id is known to who sends it.
  EXPECT_TRUE(client_->workflow(run.id()).signal("give", "from outside").ok());
  EXPECT_EQ(run.result<std::string>()->value(), "from outside");
  EXPECT_EQ(run.signal(&Receiver::give, "late").code, Code::NotFound);
  EXPECT_EQ(client_->workflow(queue_ + "/nobody").signal("give", "x").code, Code::NotFound);
}

struct SignalsOther {
  wf::Task<bool> run(std::string id, std::string run_id) {
    auto signal = wf::ExternalWorkflow(id, run_id).signal(&Receiver::give, "from a workflow");
    wf::Outcome<> sent = co_await signal;
    co_return sent.ok();
  }
  static wf::Definition<SignalsOther> definition() {
    return wf::define("SignalsOther", &SignalsOther::run);
  }
};

TEST_F(FeaturesSignal, WorkflowToWorkflow) {
  start_worker([](worker::Worker& worker) { worker.add<SignalsOther>().add<Receiver>(); });
  const auto receiver = start(&Receiver::run);
  EXPECT_TRUE(start(&SignalsOther::run, receiver.id(), receiver.run_id()).result<bool>()->value());
  EXPECT_EQ(receiver.result<std::string>()->value(), "from a workflow");
  EXPECT_FALSE(start(&SignalsOther::run, receiver.id(), "").result<bool>()->value());
}

TEST_F(FeaturesSignal, SignalWithStart) {
  start_worker([](worker::Worker& worker) { worker.add<Receiver>(); });
  const auto run =
      client_->signal_with_start("Receiver", start_options(), std::tuple<>(), "give", "hello");
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->result<std::string>()->value(), "hello");
  EXPECT_EQ(events(*run).find("1 WorkflowExecutionStarted\n2 WorkflowExecutionSignaled\n"), 0U);
  // The one before has ended: another run.
  const auto again = client_->signal_with_start("Receiver", client::StartOptions(run->id(), queue_),
                                                std::tuple<>(), "give", "again");
  ASSERT_TRUE(again.ok());
  EXPECT_NE(again->run_id(), run->run_id());
  EXPECT_EQ(again->result<std::string>()->value(), "again");
}

// The signal reaches the service while the task that would end the run is at work: a local activity
// of that task sends it.
constexpr wf::Activity<int(int)> signal_own{"signal_own"};
struct Closing {
  int signals = 0;
  void signal() { ++signals; }
  wf::Task<int> run() {
    auto call = signal_own.start_local(1, wf::LocalActivityOptions().timeout(10s));
    wf::Outcome<int> outcome = co_await call;
    outcome.value();
    co_return signals;
  }
  static wf::Definition<Closing> definition() {
    return wf::define("Closing", &Closing::run).signal("signal", &Closing::signal);
  }
};

TEST_F(FeaturesSignal, PreventClose) {
  std::atomic<int> sent = 0;
  start_worker([&](worker::Worker& worker) {
    worker.add<Closing>().add(signal_own, [&](const ActivityContext& context, int) {
      if (sent++ == 0) {
        EXPECT_TRUE(client_->workflow(context.info().workflow_id).signal("signal").ok());
      }
      return 1;
    });
  });
  const auto run = start_with(start_options().task_timeout(5s), &Closing::run);
  EXPECT_EQ(run.result<int>()->value(), 1);
  const auto history = run.history();
  bool refused = false;
  for (const auto& event : (*history)->events()) {
    refused = refused || event.workflow_task_failed_event_attributes().cause() ==
                             api::enums::v1::WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;
  }
  EXPECT_TRUE(refused) << events(run);
}

}  // namespace
