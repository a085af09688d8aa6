// Time that is stepped: what is due at the same moment keeps its order, and nothing happens behind
// the back of the one who steps.
#include "temporal/base/virtual_executor.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using temporal::Duration;
using temporal::TimePoint;
using temporal::VirtualExecutor;

class VirtualTime : public testing::Test {
 protected:
  VirtualExecutor::Task note(std::string text) {
    return [this, text = std::move(text)] { log_ += text; };
  }
  VirtualExecutor executor_{TimePoint(1000s)};
  std::string log_;
};

TEST_F(VirtualTime, TasksRunInTheOrderTheyWerePostedAndNeverInsidePost) {
  executor_.post([this] {
    executor_.post(note("c"));
    log_ += "a";
  });
  executor_.post(note("b"));
  EXPECT_EQ(log_, "");
  executor_.drain();
  EXPECT_EQ(log_, "abc");
}

TEST_F(VirtualTime, TimersOfOneMomentRunInTheOrderTheyWereSet) {
  executor_.after(2s, note("c"));
  executor_.after(1s, note("a"));
  executor_.after(1s, note("b"));
  executor_.after(-1s, note("0"));
  executor_.advance(1s);
  EXPECT_EQ(log_, "0ab");
  EXPECT_EQ(executor_.now(), TimePoint(1001s));
  executor_.advance(1s);
  EXPECT_EQ(log_, "0abc");
}

TEST_F(VirtualTime, TimerThatIsSetByATimerIsDueFromThen) {
  executor_.after(1s, [this] { executor_.after(1s, note("late")); });
  executor_.advance(1999ms);
  EXPECT_EQ(log_, "");
  executor_.advance(1ms);
  EXPECT_EQ(log_, "late");
}

TEST_F(VirtualTime, CanceledTimerDoesNotStart) {
  const auto id = executor_.after(1s, note("x"));
  EXPECT_NE(id, 0u);
  executor_.cancel(id);
  executor_.cancel(id);
  executor_.cancel(12345);
  executor_.advance(10s);
  EXPECT_EQ(log_, "");
}

TEST_F(VirtualTime, OneTimerCancelsTheOtherOfTheSameMoment) {
  VirtualExecutor::TimerId second = 0;
  executor_.after(1s, [&] { executor_.cancel(second); });
  second = executor_.after(1s, note("x"));
  executor_.advance(2s);
  EXPECT_EQ(log_, "");
}

TEST_F(VirtualTime, JumpMovesTheClockToTheNextTimerAndNotPastIt) {
  EXPECT_FALSE(executor_.jump());
  executor_.after(5s, note("a"));
  executor_.after(9s, note("b"));
  EXPECT_TRUE(executor_.jump());
  EXPECT_EQ(executor_.now(), TimePoint(1005s));
  executor_.drain();
  EXPECT_EQ(log_, "a");
}

// "No limit" as the longest duration there is.
TEST_F(VirtualTime, LongestDelayIsNotInThePast) {
  executor_.after(Duration::max(), note("x"));
  executor_.advance(24h);
  EXPECT_EQ(log_, "");
}

// What a task holds may, when it goes, set and cancel other timers.
TEST_F(VirtualTime, CanceledTaskMayUseTheExecutorWhileItIsDestroyed) {
  struct Uses {
    VirtualExecutor& executor;
    explicit Uses(VirtualExecutor& executor) : executor(executor) {}
    ~Uses() {
      for (int i = 0; i < 100; ++i) executor.cancel(executor.after(1s, [] {}));
    }
  };
  auto uses = std::make_shared<Uses>(executor_);
  const auto id = executor_.after(1s, [uses] {});
  uses.reset();
  executor_.cancel(id);
  executor_.advance(2s);
  EXPECT_FALSE(executor_.jump());
}

}  // namespace
