// Which calls are tried again, after which pauses, and until when.
#include "temporal/service/retry.h"

#include <gtest/gtest.h>

#include "temporal/base/virtual_executor.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using temporal::Code;
using temporal::Duration;
using temporal::Status;
using temporal::service::Retry;
using temporal::service::Rpc;

constexpr std::uint64_t kMiddle = std::uint64_t{1} << 63;  // of the jitter: the pause itself

std::optional<Duration> first(Retry retry, Code code, const std::string& message = "") {
  return retry.next(Status{code, message}, Duration::zero(), kMiddle);
}

TEST(RetryCodes, EachCodeStandsOrIsTriedAgain) {
  const struct {
    Code code;
    bool normal, endless;
  } rows[] = {
      {Code::Cancelled, false, false},
      {Code::Unknown, true, true},
      {Code::InvalidArgument, false, false},
      {Code::DeadlineExceeded, false, true},
      {Code::NotFound, false, false},
      {Code::AlreadyExists, false, false},
      {Code::PermissionDenied, false, false},
      {Code::ResourceExhausted, true, true},
      {Code::FailedPrecondition, false, false},
      {Code::Aborted, true, true},
      {Code::OutOfRange, false, false},
      {Code::Unimplemented, false, false},
      {Code::Internal, true, true},
      {Code::Unavailable, true, true},
      {Code::DataLoss, true, true},
      {Code::Unauthenticated, false, false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(first(Retry::normal(), row.code).has_value(), row.normal)
        << temporal::name_of(row.code);
    EXPECT_EQ(first(Retry::endless(), row.code).has_value(), row.endless)
        << temporal::name_of(row.code);
  }
}

TEST(RetryCodes, MessageThatIsTooLargeWillNotShrink) {
  EXPECT_FALSE(first(Retry::endless(), Code::ResourceExhausted,
                     "grpc: received message larger than max (5 vs. 4)"));
}

TEST(RetryPauses, GrowToTheCapAndEndAfterTenAttempts) {
  Retry retry = Retry::normal();
  double expected = 0.1;
  int attempts = 1;
  while (const auto pause = retry.next(Status{Code::Unavailable, ""}, 0s, kMiddle)) {
    EXPECT_NEAR(std::chrono::duration<double>(*pause).count(), expected, 1e-6);
    expected = std::min(5.0, expected * 1.7);
    ASSERT_LE(++attempts, 10);
  }
  EXPECT_EQ(attempts, 10);
}

TEST(RetryPauses, EndAfterTenSecondsInAll) {
  Retry retry = Retry::normal();
  EXPECT_TRUE(retry.next(Status{Code::Unavailable, ""}, 9999ms, kMiddle));
  EXPECT_FALSE(retry.next(Status{Code::Unavailable, ""}, 10s, kMiddle));
}

TEST(RetryPauses, PatienceEndsWhenTheServiceHasBeenAwayForTenMinutes) {
  Retry retry = Retry::patient();
  EXPECT_TRUE(retry.next(Status{Code::DeadlineExceeded, ""}, 599s, kMiddle));
  EXPECT_FALSE(retry.next(Status{Code::Unavailable, ""}, 600s, kMiddle));
}

TEST(RetryPauses, EndlessStaysAtItsCap) {
  Retry retry = Retry::endless();
  Duration last{};
  for (int i = 0; i < 1000; ++i) {
    const auto pause = retry.next(Status{Code::Unavailable, ""}, 1000h, kMiddle);
    ASSERT_TRUE(pause);
    ASSERT_GE(*pause, last);
    last = *pause;
  }
  EXPECT_EQ(last, 10s);
}

TEST(RetryPauses, JitterIsAFifthEitherWay) {
  const auto pause = [](std::uint64_t jitter) {
    return *Retry::normal().next(Status{Code::Unavailable, ""}, 0s, jitter);
  };
  EXPECT_EQ(pause(0), 80ms);
  EXPECT_EQ(pause(kMiddle), 100ms);
  EXPECT_LT(pause(~std::uint64_t{0}), 120ms + 1ns);
  EXPECT_GT(pause(~std::uint64_t{0}), 119ms);
}

TEST(RetryPauses, RefusalForLoadWaitsForASecondAtLeast) {
  EXPECT_EQ(*first(Retry::normal(), Code::ResourceExhausted), 1s);
  Retry retry = Retry::endless();
  std::optional<Duration> pause;
  for (int i = 0; i < 20; ++i) pause = retry.next(Status{Code::ResourceExhausted, ""}, 0s, kMiddle);
  EXPECT_EQ(*pause, 10s);
}

// Answers as it is told, and notes when it was asked.
class Scripted : public temporal::service::Service {
 public:
  explicit Scripted(temporal::VirtualExecutor& executor) : executor_(executor) {}
  Cancel call(Rpc, const google::protobuf::Message&, google::protobuf::Message& reply,
              std::chrono::milliseconds, Done done) override {
    asked.push_back(executor_.now());
    EXPECT_EQ(reply.ByteSizeLong(), 0u) << "what an attempt before has left";
    auto& typed = dynamic_cast<temporal::service::Reply<Rpc::DescribeNamespace>&>(reply);
    typed.set_failover_version(static_cast<std::int64_t>(asked.size()));
    Status status = script.empty() ? Status{} : script.front();
    if (!script.empty()) script.erase(script.begin());
    executor_.post([status, done = std::move(done)] { done(status); });
    return [] {};
  }
  std::vector<Status> script;
  std::vector<temporal::TimePoint> asked;

 private:
  temporal::VirtualExecutor& executor_;
};

TEST(RetriedCalls, ReplyIsThatOfTheLastAttempt) {
  temporal::VirtualExecutor executor{temporal::TimePoint()};
  Scripted service(executor);
  service.script = {{Code::Unavailable, ""}, {Code::Internal, ""}};
  int ended = 0;
  temporal::service::call_with_retry<Rpc::DescribeNamespace>(
      service, executor, {}, Retry::normal(), [&](const Status& status, const auto& reply) {
        ++ended;
        EXPECT_TRUE(status.ok());
        EXPECT_EQ(reply.failover_version(), 3);
      });
  executor.advance(1s);
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(service.asked.size(), 3u);
  EXPECT_GE(service.asked[1] - service.asked[0], 80ms);
}

TEST(RetriedCalls, LastStatusIsToldOnceWhenNothingHelps) {
  temporal::VirtualExecutor executor{temporal::TimePoint()};
  Scripted service(executor);
  service.script.assign(50, Status{Code::Unavailable, "away"});
  int ended = 0;
  temporal::service::call_with_retry<Rpc::DescribeNamespace>(
      service, executor, {}, Retry::normal(), [&](const Status& status, const auto&) {
        ++ended;
        EXPECT_EQ(status.text(), "Unavailable: away");
      });
  executor.advance(1h);
  EXPECT_EQ(ended, 1);
  EXPECT_LE(service.asked.size(), 10u);
  EXPECT_LE(service.asked.back() - service.asked.front(), 16s);
}

}  // namespace
