// Code and data that are wrong: each a clear error in the right place, and the run goes on when
// they are mended.
#include <atomic>
#include <thread>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;

class Defects : public WorldTest {
 protected:
  bool logged(const std::string& what) {
    return world_->wait_for([&] {
      const std::lock_guard lock(log_mutex_);
      for (const auto& line : log_) {
        if (line.find(what) != std::string::npos) return true;
      }
      return false;
    });
  }
};

struct Simple {
  wf::Task<int> run(int n) {
    co_await wf::sleep(10ms);
    co_return n;
  }
  static wf::Definition<Simple> definition() { return wf::define("Simple", &Simple::run); }
};

constexpr wf::Activity<int(int)> other{"other"};

TEST_F(Defects, UnknownWorkflowTypesWaitForAWorkerThatHasThem) {
  start_worker([](worker::Worker& worker) { worker.add<Simple>(); });
  const auto run = client_->start("Nowhere", start_options().task_timeout(1s), 1);
  ASSERT_TRUE(run.ok());
  EXPECT_TRUE(logged("workflow type 'Nowhere' is not known"));
  EXPECT_EQ(run->describe()->status, client::WorkflowStatus::Running);
  EXPECT_TRUE(run->terminate("enough").ok());
}

TEST_F(Defects, InputOfAnotherShapeFailsTheTaskNotTheRun) {
  start_worker([](worker::Worker& worker) { worker.add<Simple>(); });
  const auto run = client_->start("Simple", start_options().task_timeout(1s), "one");
  ASSERT_TRUE(run.ok());
  EXPECT_TRUE(logged("argument 1: payload: expected JSON of the shape of a int, found another"));
  EXPECT_EQ(run->describe()->status, client::WorkflowStatus::Running);
  EXPECT_TRUE(run->terminate().ok());
  EXPECT_EQ(run->result<int>()->failure().kind(), FailureKind::Terminated);
}

// A defect that is mended while the run waits.
std::atomic<bool> broken;
struct Breaking {
  wf::Task<int> run(int n) {
    if (broken) throw std::logic_error("a defect");
    co_await wf::sleep(10ms);
    co_return n;
  }
  static wf::Definition<Breaking> definition() { return wf::define("Breaking", &Breaking::run); }
};

TEST_F(Defects, ExceptionsFailTheTaskUntilTheCodeIsMended) {
  broken = true;
  start_worker([](worker::Worker& worker) { worker.add<Breaking>(); });
  const auto run = start_with(start_options().task_timeout(1s), &Breaking::run, 4);
  EXPECT_TRUE(logged("a defect"));
  broken = false;
  EXPECT_EQ(run.result<int>()->value(), 4);
  EXPECT_NE(events(run).find("WorkflowTaskFailed"), std::string::npos);
}

// Code that changed while the run was open.
std::atomic<int> version;
struct Changing {
  wf::Task<int> run(int n) {
    if (version == 1) {
      co_await wf::sleep(10ms);
    } else {
      auto call = other.start(n, wf::ActivityOptions().timeout(10s));
      wf::Outcome<int> outcome = co_await call;
      outcome.value();
    }
    co_await wf::sleep(500ms);
    co_return n;
  }
  static wf::Definition<Changing> definition() { return wf::define("Changing", &Changing::run); }
};

TEST_F(Defects, NondeterminismIsFoundAndMended) {
  version = 1;
  const auto small = options().cached_runs(0);
  start_worker(small, [](worker::Worker& worker) {
    worker.add<Changing>().add(other, [](int n) { return n; });
  });
  const auto run = start_with(start_options().task_timeout(1s), &Changing::run, 4);
  ASSERT_TRUE(
      world_->wait_for([&] { return events(run).find("TimerFired") != std::string::npos; }));
  version = 2;
  EXPECT_TRUE(logged("[TMPRL1100]"));
  version = 1;
  EXPECT_EQ(run.result<int>()->value(), 4);
  const auto history = run.history();
  bool found = false;
  for (const auto& event : (*history)->events()) {
    found = found || event.workflow_task_failed_event_attributes().cause() ==
                         api::enums::v1::WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR;
  }
  EXPECT_TRUE(found);
}

struct Large {
  wf::Task<int> run() {
    auto call = other.start(1, wf::ActivityOptions().timeout(10s));
    const std::string many(3 << 20, 'x');
    if (broken) wf::upsert_memo("much", encode(many));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.value();
  }
  static wf::Definition<Large> definition() { return wf::define("Large", &Large::run); }
};

TEST_F(Defects, PayloadsThatAreTooLargeAreNotSent) {
  broken = true;
  start_worker(
      [](worker::Worker& worker) { worker.add<Large>().add(other, [](int n) { return n; }); });
  const auto run = start_with(start_options().task_timeout(1s), &Large::run);
  EXPECT_TRUE(logged("[TMPRL1103]"));
  broken = false;
  EXPECT_EQ(run.result<int>()->value(), 1);
}

constexpr wf::Activity<std::string(int)> bulky{"bulky"};
struct Bulky {
  wf::Task<std::string> run() {
    auto call = bulky.start(1, wf::ActivityOptions().timeout(10s));
    wf::Outcome<std::string> outcome = co_await call;
    co_return outcome.failure().text();
  }
  static wf::Definition<Bulky> definition() { return wf::define("Bulky", &Bulky::run); }
};

TEST_F(Defects, ResultsThatAreTooLargeFailTheActivity) {
  start_worker([](worker::Worker& worker) {
    worker.add<Bulky>().add(bulky, [](int) { return std::string(3 << 20, 'x'); });
  });
  EXPECT_NE(start(&Bulky::run).result<std::string>()->value().find("[TMPRL1103]"),
            std::string::npos);
}

struct Unfinished {
  wf::Task<> linger() { co_await wf::sleep(60s); }
  wf::Task<int> run() {
    co_await wf::sleep(300ms);
    co_return 1;
  }
  static wf::Definition<Unfinished> definition() {
    return wf::define("Unfinished", &Unfinished::run).signal("linger", &Unfinished::linger);
  }
};

TEST_F(Defects, HandlersThatAreCutOffAreNamed) {
  start_worker([](worker::Worker& worker) { worker.add<Unfinished>(); });
  const auto run = start(&Unfinished::run);
  EXPECT_TRUE(run.signal(&Unfinished::linger).ok());
  EXPECT_EQ(run.result<int>()->value(), 1);
  EXPECT_TRUE(logged("[TMPRL1102]"));
}

struct Twins {
  wf::Task<> run() {
    const auto options = wf::ActivityOptions().timeout(5s).id("same");
    auto one = other.start(1, options);
    auto two = other.start(2, options);
    auto both = wf::settled(one, two);
    co_await both;
  }
  static wf::Definition<Twins> definition() { return wf::define("Twins", &Twins::run); }
};

TEST_F(Defects, CommandsThatTheServiceRefusesAreLogged) {
  start_worker([](worker::Worker& worker) { worker.add<Twins>(); });
  const auto run = client_->start(&Twins::run, start_options().task_timeout(1s));
  ASSERT_TRUE(run.ok());
  EXPECT_TRUE(logged("the service refuses a command"));
  EXPECT_EQ(run->describe()->status, client::WorkflowStatus::Running);
  EXPECT_TRUE(run->terminate().ok());
}

struct Verbose {
  bool done = false;
  std::string text(int bytes) { return std::string(static_cast<std::size_t>(bytes), 'x'); }
  std::string read(int bytes) const { return std::string(static_cast<std::size_t>(bytes), 'x'); }
  void finish() { done = true; }
  wf::Task<> run() {
    auto end = wf::until([this] { return done; });
    co_await end;
  }
  static wf::Definition<Verbose> definition() {
    return wf::define("Verbose", &Verbose::run)
        .update("text", &Verbose::text)
        .query("read", &Verbose::read)
        .signal("finish", &Verbose::finish);
  }
};

TEST_F(Defects, AnswersThatTheServiceWouldNotTakeAreSaid) {
  start_worker([](worker::Worker& worker) { worker.add<Verbose>(); });
  const auto run = client_->start(&Verbose::run, start_options().task_timeout(1s));
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->query(&Verbose::read, 10)->value().size(), 10U);
  const auto update =
      run->start_update(client::UpdateOptions().id("big").within(3s), &Verbose::text, 2'500'000);
  EXPECT_FALSE(update.ok());
  EXPECT_TRUE(logged("[TMPRL1103] the answer to update big has 2500"));
  EXPECT_TRUE(run->terminate().ok());
}

}  // namespace
