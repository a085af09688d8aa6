// What the steps of a run do about the ledger when they come too late, twice, or to the wrong
// place.
#include "activities/steps.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>

namespace almanac {
namespace {

constexpr int64_t kMinuteMs = 60'000;

class Calm : public StepContext {
 public:
  bool stopping() override { return stop; }
  void sleep(int64_t ms) override {
    if (slept) slept(ms);
  }
  std::string activity() override { return "1"; }
  void note(const std::optional<Computing>&) override {}

  bool stop = false;
  std::function<void(int64_t)> slept;
};

struct StepsTest : testing::Test {
  StepsTest() {
    char name[] = "/tmp/almanac-steps-XXXXXX";
    folder = mkdtemp(name);
  }
  ~StepsTest() override { std::filesystem::remove_all(folder); }

  // A process with its own connection to the ledger; they share the clock.
  std::unique_ptr<Steps> process(const std::string& modules = "aaaa") {
    Project project;
    project.root = folder;
    project.calendar = "weekdays";
    almanac::Setup setup;
    setup.modules = modules;
    setup.worker = "1@here";
    setup.now_ms = setup.steady_ms = [this] { return now_ms; };
    return std::make_unique<Steps>(
        std::move(open_workspace(project, Manifest(), Access::Write)).value(), setup);
  }
  static Order order(const std::string& run, const std::string& modules = "aaaa") {
    Order order;
    order.run = run;
    order.today = "2024-01-03";
    order.modules = modules;
    order.shared = true;
    return order;
  }
  static Ledger& ledger(const Steps& steps) { return *steps.workspace().ledger; }

  std::string folder;
  int64_t now_ms = 0;
  Calm context;
};

TEST_F(StepsTest, RefuseAnOrderForOtherModulesAndNameBoth) {
  const auto steps = process();
  const Order other = order("r", "bbbb");
  Sweep sweep;
  sweep.order = other;
  const PassOrder pass{sweep, {}, 0};
  for (const Error& error :
       {steps->begin({other, 0, 0}).error(), steps->plan(pass).error(),
        steps->compute({pass, {}}, context).error(), steps->reconcile(other).error()}) {
    EXPECT_EQ(error.kind, Error::Kind::Usage);
    EXPECT_NE(error.message.find("aaaa"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("bbbb"), std::string::npos) << error.message;
  }
  EXPECT_FALSE(ledger(*steps).holder()->has_value()) << "no lease was taken";
}

// Whoever waits in the step would keep a place from those that work for the run before.
TEST_F(StepsTest, ARunThatFindsAnotherOneSaysSoAtOnceAndFollowsItWhenThatFallsSilent) {
  const auto one = process(), other = process();
  ASSERT_TRUE(one->begin({order("first"), 0, 0}).ok());
  for (int64_t minute = 0; minute < 15; ++minute) {
    const auto refused = other->begin({order("second"), 0, 0});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, Error::Kind::Temporary);
    EXPECT_NE(refused.error().message.find("first"), std::string::npos);
    now_ms += kMinuteMs;
    if (minute < 3) one->beat();
  }
  EXPECT_FALSE(other->begin({order("second"), 0, 0}).ok()) << "it was renewed in between";
  now_ms += 3 * kMinuteMs;
  EXPECT_TRUE(other->begin({order("second"), 0, 0}).ok());
}

TEST_F(StepsTest, HoldRenewsTheLeaseUntilTheProcessEnds) {
  const auto one = process(), other = process();
  const auto begun = one->begin({order("first"), 0, 0});
  ASSERT_TRUE(begun.ok());
  int64_t looks = 0;
  context.slept = [&](int64_t ms) {
    now_ms += ms;
    one->beat();
    EXPECT_FALSE(other->begin({order("second"), 0, 0}).ok());
    context.stop = ++looks * ms > 60 * kMinuteMs;
  };
  const auto held = one->hold(begun->sweep, context);
  ASSERT_FALSE(held.ok());
  EXPECT_EQ(held.error().kind, Error::Kind::Temporary) << "so that another process holds it";
  EXPECT_GE((*ledger(*one).holder())->renewals, 59);
  EXPECT_LE((*ledger(*one).holder())->renewals, 61);
}

TEST_F(StepsTest, ABeginOfARunThatHasEndedTakesNoLease) {
  const auto one = process(), zombie = process();
  const auto begun = one->begin({order("first"), 0, 0});
  ASSERT_TRUE(begun.ok());
  ASSERT_TRUE(one->finish({begun->sweep, 1, false, false}).ok());
  const auto late = zombie->begin({order("first"), 0, 0});
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, Error::Kind::LeaseLost);
  EXPECT_FALSE(ledger(*one).holder()->has_value());
}

TEST_F(StepsTest, ABeginOfARunThatWasGivenUpBeforeItHadBegunTakesNoLease) {
  const auto one = process(), zombie = process();
  Sweep never;
  never.order = order("first");
  ASSERT_TRUE(one->finish({never, 1, true, false}).ok());
  EXPECT_FALSE(zombie->begin({order("first"), 0, 0}).ok());
  EXPECT_FALSE(ledger(*one).holder()->has_value());
}

TEST_F(StepsTest, FinishTellsTheSameTwice) {
  const auto one = process(), other = process();
  const auto begun = one->begin({order("first"), 0, 0});
  ASSERT_TRUE(begun.ok());
  const FinishOrder finish{begun->sweep, 1, false, false};
  const auto first = one->finish(finish);
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(other->begin({order("second"), 0, 0}).ok());
  const auto again = other->finish(finish);  // its answer was lost
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->totals, first->totals);
  EXPECT_EQ((*ledger(*one).holder())->run, "second");
}

TEST_F(StepsTest, ReconcileGivesTheLeaseBackAlsoWhereItFails) {
  const auto one = process();
  Order wrong = order("r");
  wrong.today = "soon";
  EXPECT_FALSE(one->reconcile(wrong).ok());
  EXPECT_FALSE(ledger(*one).holder()->has_value());
  EXPECT_TRUE(one->reconcile(order("r")).ok());
  EXPECT_FALSE(ledger(*one).holder()->has_value());
}

}  // namespace
}  // namespace almanac
