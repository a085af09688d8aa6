// What is posted to a strand runs in order, one after the other, once, or is let go of.
#include "temporal/base/strand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "temporal/base/thread_executor.h"
#include "temporal/base/virtual_executor.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using temporal::Strand;
using temporal::ThreadExecutor;
using temporal::TimePoint;
using temporal::VirtualExecutor;

TEST(Strands, KeepTheOrderAlsoOfWhatTasksPost) {
  VirtualExecutor executor{TimePoint(1s)};
  const auto strand = std::make_shared<Strand>(executor);
  std::string log;
  strand->post([&] {
    log += "a";
    strand->post([&] { log += "c"; });
    log += "a";
  });
  strand->post([&] { log += "b"; });
  executor.drain();
  EXPECT_EQ(log, "aabc");
  strand->post([&] { log += "d"; });
  executor.drain();
  EXPECT_EQ(log, "aabcd");
}

TEST(Strands, RunOneTaskAtATimeOnManyThreads) {
  constexpr int kThreads = 4, kTasks = 2000;
  ThreadExecutor executor(kThreads);
  const auto strand = std::make_shared<Strand>(executor);
  int at_work = 0, most = 0, done = 0;  // without a lock: the strand is one
  std::promise<void> all;
  std::vector<std::thread> posters;
  for (int i = 0; i < kThreads; ++i) {
    posters.emplace_back([&] {
      for (int n = 0; n < kTasks; ++n) {
        strand->post([&] {
          most = std::max(most, ++at_work);
          --at_work;
          if (++done == kThreads * kTasks) all.set_value();
        });
      }
    });
  }
  for (auto& poster : posters) poster.join();
  all.get_future().wait();
  EXPECT_EQ(most, 1);
}

// A task may hold what holds the strand; that must not keep all of them for ever.
TEST(Strands, OfAnExecutorThatEndsLetGoOfWhatWaits) {
  struct Owner {
    std::shared_ptr<Strand> strand;
  };
  std::weak_ptr<Owner> left;
  {
    VirtualExecutor executor{TimePoint(1s)};
    const auto owner = std::make_shared<Owner>();
    left = owner;
    owner->strand = std::make_shared<Strand>(executor);
    owner->strand->post([owner] { ADD_FAILURE() << "nobody steps"; });
  }
  EXPECT_TRUE(left.expired());
}

}  // namespace
