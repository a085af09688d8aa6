// Threads: what is posted runs once, timers keep their order, the number of threads is bounded, and
// the end waits for all that was posted.
#include "temporal/base/thread_executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <set>

#include "temporal/base/strand.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using temporal::Duration;
using temporal::Executor;
using temporal::Strand;
using temporal::ThreadExecutor;

// Long enough for any machine; only what is broken waits for it.
constexpr auto kPatience = 20s;

bool met(std::latch& latch) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!latch.try_wait()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST(Threads, TimersRunInTheOrderOfTheirTimesAndThenOfTheirSetting) {
  std::vector<int> order;
  std::promise<void> done, set;
  ThreadExecutor executor(1);
  // The only thread is held until all are set, so that all are due when it looks.
  executor.post([&] { set.get_future().wait(); });
  executor.after(2ms, [&] { order.push_back(3); });
  executor.after(0ms, [&] { order.push_back(1); });
  executor.after(1ms, [&] { order.push_back(2); });
  executor.after(3ms, [&] { done.set_value(); });
  set.set_value();
  ASSERT_EQ(done.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(Threads, NoMoreThreadsThanAllowed) {
  constexpr int kMost = 3;
  std::mutex mutex;
  std::set<std::thread::id> threads;
  {
    ThreadExecutor executor(kMost);
    for (int i = 0; i < 200; ++i) {
      executor.post([&] {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
      });
      executor.after(1us, [&] {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
      });
    }
  }
  EXPECT_LE(threads.size(), static_cast<std::size_t>(kMost));
  EXPECT_GE(threads.size(), 1u);
}

TEST(Threads, TasksThatWaitForEachOtherGetAThreadEach) {
  std::latch all(4);
  ThreadExecutor executor(4);
  for (int i = 0; i < 4; ++i) {
    executor.post([&] {
      all.count_down();
      EXPECT_TRUE(met(all));
    });
  }
  EXPECT_TRUE(met(all));
}

// The thread that keeps the time finds both due, and the first of them does not end alone.
TEST(Threads, TimersOfOneMomentThatWaitForEachOtherGetAThreadEach) {
  std::atomic<int> together = 0;
  std::latch both(2), ended(2);
  std::promise<void> set;
  ThreadExecutor executor(2);
  executor.after(0ms, [&] { set.get_future().wait(); });
  for (int i = 0; i < 2; ++i) {
    executor.after(0ms, [&] {
      both.count_down();
      together += met(both) ? 1 : 0;
      ended.count_down();
    });
  }
  set.set_value();
  EXPECT_TRUE(met(ended));
  EXPECT_EQ(together, 2);
}

TEST(Threads, CanceledTimerDoesNotStart) {
  std::atomic<bool> ran = false;
  std::promise<void> later;
  ThreadExecutor executor(2);
  const auto id = executor.after(1ms, [&] { ran = true; });
  executor.cancel(id);
  executor.cancel(id);
  executor.cancel(999);
  executor.after(5ms, [&] { later.set_value(); });
  ASSERT_EQ(later.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_FALSE(ran);
}

TEST(Threads, LongestDelayIsNotInThePast) {
  std::atomic<bool> ran = false;
  std::promise<void> later;
  ThreadExecutor executor(1);
  executor.after(Duration::max(), [&] { ran = true; });
  executor.after(2ms, [&] { later.set_value(); });
  ASSERT_EQ(later.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_FALSE(ran);
}

TEST(Threads, EndRunsWhatWasPostedAndWhatThatPostsAndDropsTimers) {
  std::atomic<int> ran = 0;
  std::latch ending(1);
  {
    ThreadExecutor executor(1);
    std::shared_ptr<void> held(nullptr, [&](void*) { ending.count_down(); });
    executor.after(1h, [&, dropped = std::move(held)] { ran += 100; });
    executor.post([&] {
      EXPECT_TRUE(met(ending));
      executor.post([&] {
        ++ran;
        executor.after(0ms, [&] { ran += 100; });
      });
      ++ran;
    });
  }
  EXPECT_EQ(ran, 2);
}

// The last owner of something that cancels its timer may be another timer.
TEST(Threads, EndDoesNotHangWhenADroppedTimerUsesTheExecutor) {
  struct Uses {
    ThreadExecutor& executor;
    Executor::TimerId own = 0;
    explicit Uses(ThreadExecutor& executor) : executor(executor) {}
    ~Uses() { executor.cancel(own); }
  };
  ThreadExecutor executor(1);
  auto uses = std::make_shared<Uses>(executor);
  uses->own = executor.after(1h, [] {});
  executor.after(1h, [uses] {});
}

TEST(Strands, TasksOfOneStrandRunOneAtATimeInTheirOrder) {
  constexpr int kTasks = 2000;
  std::vector<int> order;
  std::atomic<int> at_once = 0, most = 0;
  {
    ThreadExecutor executor(4);
    const auto strand = std::make_shared<Strand>(executor);
    for (int i = 0; i < kTasks; ++i) {
      strand->post([&, i] {
        most = std::max<int>(most, ++at_once);
        order.push_back(i);
        --at_once;
      });
    }
  }
  ASSERT_EQ(order.size(), static_cast<std::size_t>(kTasks));
  for (int i = 0; i < kTasks; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(most, 1);
}

TEST(Strands, WhatIsPostedRunsWhenNobodyHoldsTheStrandAnyMore) {
  std::atomic<int> ran = 0;
  {
    ThreadExecutor executor(2);
    auto strand = std::make_shared<Strand>(executor);
    strand->post([&, inner = strand] {
      inner->post([&] { ++ran; });
      ++ran;
    });
    strand.reset();
  }
  EXPECT_EQ(ran, 2);
}

// The thread that kept the time runs what was due: another keeps the time of the rest.
TEST(Threads, TimersDoNotWaitForTheTaskOfAnEarlierOne) {
  std::promise<void> second;
  std::latch idle(1);
  {
    ThreadExecutor executor(2);
    std::promise<void> both, go;
    // Two threads, which then are idle.
    executor.post([&] { both.get_future().wait(); });
    executor.post([&] { both.set_value(); });
    std::this_thread::sleep_for(50ms);
    executor.after(20ms, [&] { go.get_future().wait_for(kPatience); });
    executor.after(40ms, [&] {
      second.set_value();
      idle.count_down();
    });
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(second.get_future().wait_for(2s), std::future_status::ready);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
    go.set_value();
    EXPECT_TRUE(met(idle));
  }
}

}  // namespace
