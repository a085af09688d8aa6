// Activities: what they return, how they fail, time out, say that they live, and are asked to stop.
#include <atomic>

#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::WorldTest;
using worker::ActivityContext;

class Activities : public WorldTest {};

constexpr wf::Activity<std::string(std::string, int)> repeat{"repeat"};
constexpr wf::Activity<int(int)> work{"work"};

struct Two {
  wf::Task<std::string> run(std::string word) {
    auto first = repeat.start(word, 2, wf::ActivityOptions().timeout(10s));
    auto second = repeat.start(word, 3, wf::ActivityOptions().timeout(10s));
    wf::Outcome<std::string> a = co_await first;
    wf::Outcome<std::string> b = co_await second;
    co_return a.value() + "-" + b.value();
  }
  static wf::Definition<Two> definition() { return wf::define("Two", &Two::run); }
};

TEST_F(Activities, GiveResults) {
  start_worker([](worker::Worker& worker) {
    worker.add<Two>().add(repeat, [](const std::string& word, int times) {
      std::string all;
      for (int i = 0; i < times; ++i) all += word;
      return all;
    });
  });
  EXPECT_EQ(start(&Two::run, "ab").result<std::string>()->value(), "abab-ababab");
}

struct One {
  wf::Task<int> run(int attempts) {
    auto call = work.start(
        1, wf::ActivityOptions().timeout(10s).retry(
               wf::RetryPolicy().initial_interval(50ms).max_attempts(attempts).non_retryable(
                   "Hopeless")));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.value();
  }
  static wf::Definition<One> definition() { return wf::define("One", &One::run); }
};

TEST_F(Activities, AreTriedAgainUntilTheySucceed) {
  start_worker([](worker::Worker& worker) {
    worker.add<One>().add(work, [](const ActivityContext& context, int) -> int {
      if (context.info().attempt < 3) throw std::runtime_error("not yet");
      return context.info().attempt;
    });
  });
  EXPECT_EQ(start(&One::run, 5).result<int>()->value(), 3);
}

TEST_F(Activities, FailTheWorkflowWithTheirCause) {
  start_worker([](worker::Worker& worker) {
    worker.add<One>().add(work, [](int) -> Outcome<int> {
      return Failure("broken", "Broken").details(42).caused_by(Failure("deeper", "Deep"));
    });
  });
  const auto outcome = start(&One::run, 2).result<int>();
  ASSERT_TRUE(outcome.ok() && !outcome->ok());
  const Failure& failure = outcome->failure();
  EXPECT_EQ(failure.kind(), FailureKind::Activity);
  EXPECT_EQ(failure.of(), "work");
  EXPECT_EQ(failure.cause()->type(), "Broken");
  EXPECT_EQ(failure.cause()->detail<int>(), 42);
  EXPECT_EQ(failure.root().message(), "deeper");
}

TEST_F(Activities, AreNotTriedAgainWhereThatIsHopeless) {
  std::atomic<int> calls = 0;
  start_worker([&](worker::Worker& worker) {
    worker.add<One>().add(work, [&](int) -> Outcome<int> {
      ++calls;
      return Failure("no", "Hopeless");
    });
  });
  EXPECT_FALSE(start(&One::run, 5).result<int>()->ok());
  EXPECT_EQ(calls, 1);
}

TEST_F(Activities, ThatThrowAnythingFail) {
  start_worker(
      [](worker::Worker& worker) { worker.add<One>().add(work, [](int) -> int { throw 7; }); });
  const auto outcome = start(&One::run, 1).result<int>();
  EXPECT_NE(outcome->failure().text().find("no std::exception"), std::string::npos);
}

TEST_F(Activities, OfAnUnknownTypeAreNamed) {
  start_worker([](worker::Worker& worker) {
    worker.add<One>().add(repeat, [](const std::string& word, int) { return word; });
  });
  const auto outcome = start(&One::run, 1).result<int>();
  EXPECT_NE(outcome->failure().text().find("activity type 'work' is not known"), std::string::npos)
      << outcome->failure().text();
}

struct Timed {
  wf::Task<std::string> run() {
    auto call = work.start(1, wf::ActivityOptions().timeout(1s).attempts(1));
    wf::Outcome<int> late = co_await call;
    auto queued =
        work.start(1, wf::ActivityOptions().timeout(5s).queued(1s).queue("nobody").attempts(1));
    wf::Outcome<int> never = co_await queued;
    co_return late.failure().text() + "; " + never.failure().text();
  }
  static wf::Definition<Timed> definition() { return wf::define("Timed", &Timed::run); }
};

TEST_F(Activities, TimeOut) {
  start_worker([](worker::Worker& worker) {
    worker.add<Timed>().add(work, [](ActivityContext& context, int) {
      context.complete_later();  // and nobody does
      return 0;
    });
  });
  const std::string text = start(&Timed::run).result<std::string>()->value();
  EXPECT_NE(text.find("start to close"), std::string::npos) << text;
  EXPECT_NE(text.find("schedule to start"), std::string::npos) << text;
}

struct Beating {
  wf::Task<int> run() {
    auto call = work.start(1, wf::ActivityOptions().timeout(20s).heartbeat(1s).retry(
                                  wf::RetryPolicy().initial_interval(10ms).max_attempts(2)));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.value();
  }
  static wf::Definition<Beating> definition() { return wf::define("Beating", &Beating::run); }
};

TEST_F(Activities, ThatStopToBeatAreTriedAgainWithWhatTheySaidLast) {
  start_worker([](worker::Worker& worker) {
    worker.add<Beating>().add(work, [](ActivityContext& context, int) {
      if (context.info().attempt == 1) {
        context.heartbeat(17);
        context.complete_later();  // lost
        return 0;
      }
      return context.last_heartbeat<int>().value_or(-1);
    });
  });
  EXPECT_EQ(start(&Beating::run).result<int>()->value(), 17);
}

TEST_F(Activities, AreCompletedFromElsewhere) {
  std::mutex mutex;
  std::string token;
  start_worker([&](worker::Worker& worker) {
    worker.add<One>().add(work, [&](ActivityContext& context, int) {
      context.complete_later();
      const std::lock_guard lock(mutex);
      token = context.info().task_token;
      return 0;
    });
  });
  const auto run = start(&One::run, 1);
  ASSERT_TRUE(world_->wait_for([&] {
    const std::lock_guard lock(mutex);
    return !token.empty();
  }));
  EXPECT_TRUE(client_->activity(token).complete(5).ok());
  EXPECT_EQ(run.result<int>()->value(), 5);
}

// Canceled as the workflow's code says; `mode` is the number of an OnCancel.
struct Canceling {
  bool stop = false;
  void please_stop() { stop = true; }
  wf::Task<std::string> run(int mode) {
    const wf::Scope scope;
    auto call =
        work.start(1, wf::ActivityOptions().timeout(30s).heartbeat(1s).scope(scope).on_cancel(
                          static_cast<wf::OnCancel>(mode)));
    auto gate = wf::until([this] { return stop; });
    co_await gate;
    scope.cancel();
    wf::Outcome<int> outcome = co_await call;
    const std::string how = outcome.ok() ? "ok" : outcome.failure().text();
    co_return how;
  }
  static wf::Definition<Canceling> definition() {
    return wf::define("Canceling", &Canceling::run).signal("stop", &Canceling::please_stop);
  }
};

class CancelModes : public Activities {
 protected:
  // Whoever does the activity's work beats until it is asked to stop.
  std::string run(wf::OnCancel mode) {
    std::mutex mutex;
    std::string token;
    start_worker([&](worker::Worker& worker) {
      worker.add<Canceling>().add(work, [&](ActivityContext& context, int) {
        context.complete_later();
        const std::lock_guard lock(mutex);
        token = context.info().task_token;
        return 0;
      });
    });
    const auto run = start(&Canceling::run, static_cast<int>(mode));
    EXPECT_TRUE(world_->wait_for([&] {
      const std::lock_guard lock(mutex);
      return !token.empty();
    }));
    EXPECT_TRUE(run.signal(&Canceling::please_stop).ok());
    EXPECT_TRUE(world_->wait_for([&] {
      const auto asked = client_->activity(token).heartbeat(1);
      return !asked.ok() || asked->cancel_requested;  // asked, or there is nothing left to be asked
    }));
    if (mode == wf::OnCancel::Wait) {
      EXPECT_TRUE(client_->activity(token).report_canceled("as asked").ok());
    }
    const auto result = run.result<std::string>();
    return result.ok() ? result->value() : result.status().text();
  }
};

TEST_F(CancelModes, TryGoesOnAtOnce) {
  EXPECT_EQ(run(wf::OnCancel::Try), "activity work: activity canceled: canceled");
}
TEST_F(CancelModes, WaitHearsHowItEnded) {
  EXPECT_EQ(run(wf::OnCancel::Wait), "activity work: activity canceled: canceled");
}
TEST_F(CancelModes, AbandonAsksNothing) {
  EXPECT_EQ(run(wf::OnCancel::Abandon), "activity work: activity canceled: canceled");
  EXPECT_EQ(events(started_[0].handle).find("ActivityTaskCancelRequested"), std::string::npos);
}

// Started and canceled in one task: the service hears of neither.
struct NeverMind {
  wf::Task<> run() {
    const wf::Scope scope;
    auto call = work.start(1, wf::ActivityOptions().timeout(10s).scope(scope));
    auto timer = wf::sleep(10s, scope);
    scope.cancel();
    auto both = wf::settled(call, timer);
    co_await both;
  }
  static wf::Definition<NeverMind> definition() { return wf::define("NeverMind", &NeverMind::run); }
};

TEST_F(Activities, CanceledBeforeTheyAreSentLeaveNoTrace) {
  start_worker([](worker::Worker& worker) { worker.add<NeverMind>(); });
  const auto run = start(&NeverMind::run);
  EXPECT_TRUE(run.result<void>()->ok());
  EXPECT_EQ(events(run),
            "1 WorkflowExecutionStarted\n2 WorkflowTaskScheduled\n3 WorkflowTaskStarted\n"
            "4 WorkflowTaskCompleted\n5 WorkflowExecutionCompleted\n");
}

}  // namespace
