// Temporal's feature tests: update/.
#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using service::Rpc;
using temporal::testing::WorldTest;
using worker::ActivityContext;

constexpr wf::Activity<int(int)> twice{"twice"};
constexpr wf::Activity<int(std::string)> update_workflow{"update_workflow"};

// What code of another version, or a hand, changes while a run is open.
std::atomic<bool> strict;
std::atomic<int> breaks;

struct Register {
  std::vector<int> values;
  bool done = false, open = false;

  int sum() const {
    int all = 0;
    for (const int value : values) all += value;
    return all;
  }
  int add(int value) {
    values.push_back(value);
    return sum();
  }
  wf::Verdict check(int value) const {
    if (strict) return wf::reject("nothing is good enough");
    if (value == 0) throw std::runtime_error("the validator broke");
    return value < 0 ? wf::reject("negative") : wf::accept();
  }
  wf::Task<int> add_all(int count) {
    std::vector<wf::Handle<int>> calls;
    for (int i = 1; i <= count; ++i) {
      calls.push_back(twice.start(i, wf::ActivityOptions().timeout(30s)));
    }
    auto all = wf::all(calls);
    std::vector<wf::Outcome<int>> outcomes = co_await all;
    for (const auto& one : outcomes) values.push_back(one.value());
    co_return sum();
  }
  wf::Task<int> when_open(bool fails) {
    auto gate = wf::until([this] { return open; });
    co_await gate;
    if (fails) co_return wf::fail("not this time", "Refused");
    co_return add(1);
  }
  int break_first(int value) {
    if (breaks-- > 0) throw std::runtime_error("breaks the task");
    if (value < 0) throw FailureError(Failure("fails the update", "Refused"));
    return add(value);
  }
  void unlock() { open = true; }
  void finish() { done = true; }
  wf::Task<int> run(bool updates_itself) {
    if (updates_itself) {
      auto call = update_workflow.start(wf::info().workflow_id, wf::ActivityOptions().timeout(10s));
      wf::Outcome<int> outcome = co_await call;
      outcome.value();
      co_return sum();
    }
    auto end = wf::until([this] { return done && wf::handlers_finished(); });
    co_await end;
    co_return sum();
  }
  static wf::Definition<Register> definition() {
    return wf::define("Register", &Register::run)
        .signal("unlock", &Register::unlock)
        .signal("finish", &Register::finish)
        .query("sum", &Register::sum)
        .update("add", &Register::add, &Register::check)
        .update("add_all", &Register::add_all)
        .update("when_open", &Register::when_open)
        .update("break_first", &Register::break_first);
  }
};

class FeaturesUpdate : public WorldTest {
 protected:
  void SetUp() override {
    strict = false;
    breaks = 0;
    WorldTest::SetUp();
  }
  void begin() {
    start_worker([this](worker::Worker& worker) {
      worker.add<Register>()
          .add(twice, [](int n) { return 2 * n; })
          .add(update_workflow, [this](const std::string& id) {
            return client_->workflow(id).update<int>("add", 5)->value();
          });
    });
  }
  int finish(const client::WorkflowHandle& run) {
    EXPECT_TRUE(run.signal(&Register::finish).ok());
    return run.result<int>()->value();
  }
};

TEST_F(FeaturesUpdate, Basic) {
  begin();
  const auto run = start(&Register::run, false);
  EXPECT_EQ(run.update(&Register::add, -1)->failure().message(), "negative");
  EXPECT_EQ(run.query(&Register::sum)->value(), 0);
  EXPECT_EQ(run.update(&Register::add, 3)->value(), 3);
  EXPECT_EQ(run.query(&Register::sum)->value(), 3);
  EXPECT_EQ(finish(run), 3);
}

TEST_F(FeaturesUpdate, BasicAsync) {
  begin();
  const auto run = start(&Register::run, false);
  auto rejected = run.start_update("add", -1);
  ASSERT_TRUE(rejected.ok()) << rejected.status().text();
  EXPECT_EQ(rejected->result<int>()->failure().message(), "negative");
  auto accepted = run.start_update("add", 4);
  ASSERT_TRUE(accepted.ok());
  EXPECT_EQ(accepted->result<int>()->value(), 4);
  EXPECT_EQ(finish(run), 4);
}

TEST_F(FeaturesUpdate, AsyncAccepted) {
  begin();
  const auto run = start(&Register::run, false);
  const auto good = run.start_update("when_open", false);
  const auto bad = run.start_update("when_open", true);
  ASSERT_TRUE(good.ok() && bad.ok());
  EXPECT_EQ(run.query(&Register::sum)->value(), 0);
  EXPECT_TRUE(run.signal(&Register::unlock).ok());
  // By whoever knows their ids.
  const auto other = client_->workflow(run.id());
  EXPECT_EQ(other.update_of(good->id()).result<int>()->value(), 1);
  EXPECT_EQ(other.update_of(bad->id()).result<int>()->failure().type(), "Refused");
  const auto none = other.update_of("nobody's").result<int>();
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.status().code, Code::NotFound) << none.status().text();
  EXPECT_EQ(finish(run), 1);
}

TEST_F(FeaturesUpdate, Activities) {
  begin();
  const auto run = start(&Register::run, false);
  EXPECT_EQ(run.update(&Register::add_all, 5)->value(), 30);
  EXPECT_EQ(finish(run), 30);
}

TEST_F(FeaturesUpdate, Deduplication) {
  begin();
  const auto run = start(&Register::run, false);
  const auto same = client::UpdateOptions().id("the same");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run.update(same, &Register::add_all, 2)->value(), 6);
  EXPECT_EQ(finish(run), 6);
}

TEST_F(FeaturesUpdate, NonDurableReject) {
  begin();
  const auto run = start(&Register::run, false);
  EXPECT_EQ(run.update(&Register::add, 1)->value(), 1);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(run.update(&Register::add, -1)->failure().message(), "negative");
  }
  EXPECT_EQ(run.update(&Register::add, 2)->value(), 3);
  EXPECT_EQ(finish(run), 3);
  const std::string all = events(run);
  int accepted = 0, tasks = 0;
  const auto history = run.history();
  for (const auto& event : (*history)->events()) {
    accepted += event.has_workflow_execution_update_accepted_event_attributes() ? 1 : 0;
    tasks += event.has_workflow_task_started_event_attributes() ? 1 : 0;
  }
  EXPECT_EQ(accepted, 2) << all;
  EXPECT_LE(tasks, 4) << all;
}

TEST_F(FeaturesUpdate, Self) {
  begin();
  EXPECT_EQ(start(&Register::run, true).result<int>()->value(), 5);
}

TEST_F(FeaturesUpdate, TaskFailure) {
  begin();
  breaks = 2;
  const auto run = start_with(start_options().task_timeout(1s), &Register::run, false);
  EXPECT_EQ(run.update(&Register::break_first, -1)->failure().type(), "Refused");
  EXPECT_LE(breaks, 0);
  // A validator that breaks has not said yes.
  const auto rejected = run.update(&Register::add, 0);
  ASSERT_TRUE(rejected.ok()) << rejected.status().text();
  ASSERT_FALSE(rejected->ok());
  EXPECT_NE(rejected->failure().text().find("the validator broke"), std::string::npos)
      << rejected->failure().text();
  EXPECT_EQ(finish(run), 0);
}

// The stricter validator of newer code says nothing about what the run has accepted before.
TEST_F(FeaturesUpdate, ValidationReplay) {
  begin();
  const auto run = start(&Register::run, false);
  EXPECT_EQ(run.update(&Register::add, 3)->value(), 3);
  strict = true;
  stop_workers();
  begin();
  EXPECT_EQ(run.query(&Register::sum)->value(), 3);
  EXPECT_EQ(run.update(&Register::add, 3)->failure().message(), "nothing is good enough");
  EXPECT_EQ(finish(run), 3);
  strict = false;  // the check at the test's end asks the validator where a worker took over
}

TEST_F(FeaturesUpdate, WorkerRestart) {
  begin();
  const auto run = start(&Register::run, false);
  auto update = run.start_update("when_open", false);
  ASSERT_TRUE(update.ok());
  stop_workers();
  EXPECT_TRUE(run.signal(&Register::unlock).ok());
  begin();
  EXPECT_EQ(update->result<int>()->value(), 1);
  EXPECT_EQ(finish(run), 1);
}

}  // namespace
