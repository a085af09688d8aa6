// Calls that repeat themselves on an executor: what a service sees of them, and giving them up.
#include <gtest/gtest.h>

#include <optional>

#include "temporal/base/virtual_executor.h"
#include "temporal/service/retry.h"
#include "tests/temporal/service/scripted_service.h"

namespace temporal::service {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RetryingTest : public testing::Test {
 protected:
  Service::Cancel call(Retry retry, milliseconds timeout = kCallTimeout, std::uint64_t seed = 7) {
    ended_.reset();
    return call_with_retry<Rpc::GetSystemInfo>(
        service_, executor_, {}, retry,
        [this](Status status, Reply<Rpc::GetSystemInfo> reply) {
          EXPECT_FALSE(ended_) << "done was called twice";
          ended_ = std::move(status);
          version_ = reply.server_version();
          when_ = executor_.now();
        },
        seed, timeout);
  }
  static Reply<Rpc::GetSystemInfo> version(const std::string& text) {
    Reply<Rpc::GetSystemInfo> reply;
    reply.set_server_version(text);
    return reply;
  }

  VirtualExecutor executor_{TimePoint(seconds(1'700'000'000))};
  ScriptedService service_{executor_};
  std::optional<Status> ended_;
  std::string version_;
  TimePoint when_;
};

TEST_F(RetryingTest, ASuccessIsGivenAtOnce) {
  service_.answer(version("1"));
  call(Retry::normal());
  EXPECT_FALSE(ended_);
  executor_.advance(Duration::zero());
  ASSERT_TRUE(ended_);
  EXPECT_TRUE(ended_->ok());
  EXPECT_EQ(version_, "1");
  EXPECT_EQ(service_.log().size(), 1U);
  EXPECT_EQ(service_.log()[0].timeout, kCallTimeout);
}

// What gives a call up may hold the call.
TEST_F(RetryingTest, IsGoneWhenItHasEnded) {
  using Call = Retrying<Rpc::GetSystemInfo>;
  service_.answer(version("1"));
  auto call = std::make_shared<Call>(service_, executor_, Request<Rpc::GetSystemInfo>(),
                                     Retry::normal(), kCallTimeout, 7, [](auto, auto) {});
  const std::weak_ptr<Call> left = call;
  call->start();
  call = nullptr;
  executor_.advance(kCallTimeout);
  EXPECT_TRUE(left.expired());
}

// As a connection does that cannot be made.
class Deaf final : public Service {
 public:
  explicit Deaf(Executor& executor) : executor_(executor) {}
  Cancel call(Rpc, const google::protobuf::Message&, google::protobuf::Message&, milliseconds,
              Done done) override {
    executor_.after(seconds(1),
                    [done = std::move(done)] { done({Code::Unavailable, "nobody listens"}); });
    return [] {};
  }

 private:
  Executor& executor_;
};

TEST_F(RetryingTest, WhatIsGivenUpIsCancelledHoweverItsAttemptEnds) {
  Deaf deaf(executor_);
  const auto give_up = call_with_retry<Rpc::GetSystemInfo>(
      deaf, executor_, {}, Retry::endless(),
      [this](Status status, const auto&) { ended_ = std::move(status); });
  executor_.advance(milliseconds(500));
  give_up();
  EXPECT_FALSE(ended_);
  executor_.advance(seconds(1));
  ASSERT_TRUE(ended_);
  EXPECT_EQ(ended_->code, Code::Cancelled);
}

TEST_F(RetryingTest, ThrottledCallsWaitFromOneSecondTo10) {
  service_.fail_times(10, Code::ResourceExhausted, "namespace rate limit exceeded")
      .answer(version("4"));
  call(Retry::endless(), kPollTimeout);
  executor_.advance(std::chrono::hours(1));
  ASSERT_TRUE(ended_);
  const auto pauses = service_.pauses();
  ASSERT_EQ(pauses.size(), 10U);
  double expected = 1;
  for (const double pause : pauses) {
    EXPECT_GE(pause, expected * 0.8);
    EXPECT_LE(pause, expected * 1.2);
    expected = std::min(10.0, expected * 1.7);
  }
}

TEST_F(RetryingTest, PollsGoOnAfterTheirDeadline) {
  service_.silence().silence().answer(version("6"));
  call(Retry::endless(), kPollTimeout);
  executor_.advance(seconds(200));
  ASSERT_TRUE(ended_);
  EXPECT_TRUE(ended_->ok());
  EXPECT_EQ(service_.log().size(), 3U);
}

TEST_F(RetryingTest, ALongPollThatWasAnsweredLateStartsTheCountAnew) {
  service_.fail(Code::Unavailable, "restarting", seconds(50)).answer(version("7"));
  call(Retry::normal(), kPollTimeout);
  executor_.advance(seconds(60));
  ASSERT_TRUE(ended_);
  EXPECT_TRUE(ended_->ok());
}

TEST_F(RetryingTest, TheSeedDecidesTheJitter) {
  const auto pauses_of = [&](std::uint64_t seed) {
    ScriptedService service(executor_);
    service.fail_times(5, Code::Unavailable).answer(version("8"));
    call_with_retry<Rpc::GetSystemInfo>(
        service, executor_, {}, Retry::normal(), [](const Status&, const auto&) {}, seed);
    executor_.advance(seconds(60));
    return service.pauses();
  };
  EXPECT_EQ(pauses_of(1), pauses_of(1));
  EXPECT_NE(pauses_of(1), pauses_of(2));
}

TEST_F(RetryingTest, GivingUpEndsTheAttemptUnderWay) {
  service_.silence();
  const auto cancel = call(Retry::endless(), kPollTimeout);
  executor_.advance(seconds(5));
  EXPECT_FALSE(ended_);
  cancel();
  EXPECT_FALSE(ended_) << "done was called inside the cancel";
  executor_.drain();
  ASSERT_TRUE(ended_);
  EXPECT_EQ(ended_->code, Code::Cancelled);
  EXPECT_TRUE(service_.log()[0].cancelled);
  cancel();
  executor_.advance(seconds(100));
  EXPECT_EQ(service_.log().size(), 1U);
}

TEST_F(RetryingTest, GivingUpEndsAPause) {
  service_.fail_times(30, Code::Unavailable);
  const auto cancel = call(Retry::endless());
  executor_.advance(seconds(30));
  const std::size_t before = service_.log().size();
  cancel();
  executor_.drain();
  ASSERT_TRUE(ended_);
  EXPECT_EQ(ended_->code, Code::Cancelled);
  executor_.advance(seconds(100));
  EXPECT_EQ(service_.log().size(), before);
  cancel();
}

}  // namespace
}  // namespace temporal::service
