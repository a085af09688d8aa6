// The cache of runs: bounded by number and by bytes, the least recently used going first.
#include "temporal/worker/cache.h"

#include <gtest/gtest.h>

#include "temporal/base/virtual_executor.h"
#include "temporal/worker/cached_run.h"
#include "temporal/worker/slots.h"

namespace {

using temporal::worker::CachedRun;
using temporal::worker::RunCache;
using temporal::worker::Slots;

class Cache : public testing::Test {
 protected:
  void add(const std::string& id, std::int64_t bytes = 0) {
    cache_.add(id, std::make_shared<CachedRun>(id, executor_));
    cache_.resize(id, bytes);
  }
  // The ids that had to go, in order.
  std::string shrink() {
    std::string gone;
    for (const auto& run : cache_.shrink([](const CachedRun& run) { return run.busy; })) {
      gone += run->run_id;
    }
    return gone;
  }
  temporal::VirtualExecutor executor_{temporal::TimePoint()};
  RunCache cache_{3, 100};
};

TEST_F(Cache, LeastRecentlyUsedGoesFirst) {
  for (const char* id : {"a", "b", "c"}) add(id);
  EXPECT_EQ(shrink(), "");
  EXPECT_NE(cache_.find("a"), nullptr);
  add("d");
  add("e");
  EXPECT_EQ(shrink(), "bc");
  EXPECT_EQ(cache_.find("b"), nullptr);
  EXPECT_EQ(cache_.size(), 3);
}

TEST_F(Cache, BytesBoundItToo) {
  add("a", 60);
  add("b", 30);
  EXPECT_EQ(cache_.bytes(), 90);
  EXPECT_EQ(shrink(), "");
  cache_.resize("b", 41);
  EXPECT_EQ(shrink(), "a");
  EXPECT_EQ(cache_.bytes(), 41);
  cache_.resize("b", 1000);
  EXPECT_EQ(shrink(), "b");
  EXPECT_EQ(cache_.bytes(), 0);
}

TEST_F(Cache, WhatIsBusyStays) {
  add("a", 90);
  add("b", 90);
  add("c", 90);
  cache_.find("a")->busy = true;
  static_cast<void>(cache_.find("b"));
  static_cast<void>(cache_.find("c"));
  EXPECT_EQ(shrink(), "bc");
  EXPECT_EQ(cache_.bytes(), 90);
  add("d", 50);
  cache_.find("d")->busy = true;
  EXPECT_EQ(shrink(), "");
  cache_.find("a")->busy = false;
  EXPECT_EQ(shrink(), "a");
}

TEST_F(Cache, AddingAgainReplacesAndUnknownIdsAreIgnored) {
  add("a", 60);
  add("a", 10);
  EXPECT_EQ(cache_.size(), 1);
  EXPECT_EQ(cache_.bytes(), 10);
  cache_.resize("x", 5);
  cache_.erase("x");
  cache_.erase("a");
  EXPECT_EQ(cache_.size(), 0);
  EXPECT_EQ(cache_.bytes(), 0);
  EXPECT_TRUE(cache_.all().empty());
}

TEST(SlotCounts, AreTakenAndGivenBack) {
  Slots slots(2);
  int heard = 0;
  slots.on_release([&] { heard += slots.free(); });  // called without the lock
  EXPECT_TRUE(slots.take());
  EXPECT_TRUE(slots.take());
  EXPECT_FALSE(slots.take());
  EXPECT_EQ(slots.used(), 2);
  slots.release();
  EXPECT_EQ(heard, 1);
  slots.on_release(nullptr);
  slots.release();
  EXPECT_EQ(heard, 1);
  EXPECT_EQ(slots.free(), 2);
}

}  // namespace
