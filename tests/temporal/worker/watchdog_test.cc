// The watchdog tells once, in time, and only of what has not ended.
#include "temporal/worker/watchdog.h"

#include <gtest/gtest.h>

#include "temporal/base/virtual_executor.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using temporal::worker::Watchdog;

class Dog : public testing::Test {
 protected:
  std::uint64_t begin(const std::string& name) {
    return dog_->begin([this, name] { log_ += name; });
  }
  temporal::VirtualExecutor executor_{temporal::TimePoint()};
  std::shared_ptr<Watchdog> dog_ = std::make_shared<Watchdog>(executor_, 2s);
  std::string log_;
};

TEST_F(Dog, TellsOnceWithinAQuarterOfTheLimit) {
  begin("a");
  executor_.advance(1999ms);
  EXPECT_EQ(log_, "");
  executor_.advance(501ms);
  EXPECT_EQ(log_, "a");
  executor_.advance(1h);
  EXPECT_EQ(log_, "a");
}

TEST_F(Dog, WhatEndedInTimeIsNotTold) {
  const auto a = begin("a");
  executor_.advance(1900ms);
  begin("b");
  dog_->end(a);
  dog_->end(a);
  dog_->end(99);
  executor_.advance(1s);
  EXPECT_EQ(log_, "");
  executor_.advance(2s);
  EXPECT_EQ(log_, "b");
}

TEST_F(Dog, LooksOnlyWhileSomethingIsAtWork) {
  dog_->end(begin("a"));
  executor_.advance(1s);
  EXPECT_FALSE(executor_.jump());
  begin("b");
  executor_.advance(3s);
  EXPECT_EQ(log_, "b");
}

TEST_F(Dog, TellingMayEndAndBeginOthers) {
  std::uint64_t own = 0;
  own = dog_->begin([&] {
    dog_->end(own);
    begin("b");
  });
  executor_.advance(5s);
  EXPECT_EQ(log_, "b");
}

TEST_F(Dog, WithoutALimitItNeverLooks) {
  const auto off = std::make_shared<Watchdog>(executor_, 0s);
  EXPECT_EQ(off->begin([] { FAIL(); }), 0u);
  off->end(0);
  EXPECT_FALSE(executor_.jump());
}

}  // namespace
