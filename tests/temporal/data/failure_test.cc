// Failures: what they say of themselves and of their causes.
#include "temporal/data/failure.h"

#include <gtest/gtest.h>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/base/status.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal::api::enums::v1;
using temporal::Failure;
using temporal::FailureError;
using temporal::FailureKind;
using temporal::Outcome;
using temporal::TimeoutKind;

Failure timeout(TimeoutType type) {
  Failure::Proto proto;
  proto.set_message("timed out");
  proto.mutable_timeout_failure_info()->set_timeout_type(type);
  return Failure(std::move(proto));
}
Failure around(const Failure& cause, bool child = false) {
  Failure::Proto proto;
  proto.set_message("failed");
  if (child) {
    proto.mutable_child_workflow_execution_failure_info()->mutable_workflow_type()->set_name("C");
  } else {
    proto.mutable_activity_failure_info()->mutable_activity_type()->set_name("A");
  }
  *proto.mutable_cause() = cause.proto();
  return Failure(std::move(proto));
}

TEST(Failures, OnlyWhatAnotherAttemptMayMendIsRetryable) {
  EXPECT_TRUE(Failure("x").retryable());
  EXPECT_FALSE(Failure("x").non_retryable().retryable());
  EXPECT_FALSE(Failure::canceled().retryable());
  EXPECT_TRUE(timeout(TIMEOUT_TYPE_START_TO_CLOSE).retryable());
  EXPECT_TRUE(timeout(TIMEOUT_TYPE_HEARTBEAT).retryable());
  EXPECT_FALSE(timeout(TIMEOUT_TYPE_SCHEDULE_TO_CLOSE).retryable());
  EXPECT_FALSE(timeout(TIMEOUT_TYPE_SCHEDULE_TO_START).retryable());
  Failure::Proto server;
  server.mutable_server_failure_info();
  EXPECT_TRUE(Failure(server).retryable());
  server.mutable_server_failure_info()->set_non_retryable(true);
  EXPECT_FALSE(Failure(server).retryable());
  Failure::Proto terminated;
  terminated.mutable_terminated_failure_info();
  EXPECT_FALSE(Failure(terminated).retryable());
}

TEST(Failures, CanceledIsSeenThroughActivitiesAndChildrenOnly) {
  const Failure canceled = Failure::canceled();
  EXPECT_TRUE(canceled.is_canceled());
  EXPECT_TRUE(around(canceled).is_canceled());
  EXPECT_TRUE(around(around(canceled), /*child=*/true).is_canceled());
  EXPECT_FALSE(Failure("gave up").caused_by(canceled).is_canceled());
  EXPECT_FALSE(around(Failure("x")).is_canceled());
  EXPECT_FALSE(timeout(TIMEOUT_TYPE_HEARTBEAT).caused_by(canceled).is_canceled());
}

TEST(Failures, ChainsAreWrittenOnOneLine) {
  EXPECT_EQ(Failure("bad", "Type").text(), "Type: bad");
  EXPECT_EQ(around(timeout(TIMEOUT_TYPE_START_TO_CLOSE)).text(),
            "activity A: failed: timed out (start to close)");
  EXPECT_EQ(around(around(Failure("x", "T")), true).text(),
            "child workflow C: failed: activity A: failed: T: x");
  EXPECT_EQ(around(around(Failure("x", "T")), true).root().type(), "T");
  EXPECT_EQ(Failure("alone").root().message(), "alone");
}

TEST(Failures, CopiesDoNotChangeWithTheOriginal) {
  Failure one("x");
  const Failure two = one;
  one.non_retryable().details(1, std::string("b")).next_retry_delay(5s);
  EXPECT_TRUE(two.retryable());
  EXPECT_EQ(one.detail<int>(), 1);
  EXPECT_EQ(one.detail<std::string>(1), "b");
  EXPECT_THROW(one.detail<int>(2), temporal::PayloadError);
  EXPECT_THROW(two.detail<int>(), temporal::PayloadError);
}

TEST(Failures, DetailsOfCanceledAndOfTimeouts) {
  Failure canceled = Failure::canceled();
  canceled.details(7);
  EXPECT_EQ(canceled.detail<int>(), 7);
  EXPECT_EQ(canceled.kind(), FailureKind::Canceled);
  Failure::Proto proto;
  *proto.mutable_timeout_failure_info()->mutable_last_heartbeat_details() =
      temporal::encode_all(std::string("beat"));
  EXPECT_EQ(Failure(proto).detail<std::string>(), "beat");
}

// Kinds that this library does not know, and numbers that no enum has.
TEST(Failures, UnknownKindsAreKept) {
  Failure::Proto proto;
  proto.mutable_reset_workflow_failure_info();
  EXPECT_EQ(Failure(proto).kind(), FailureKind::Other);
  EXPECT_EQ(Failure(Failure::Proto()).kind(), FailureKind::Other);
  EXPECT_EQ(timeout(static_cast<TimeoutType>(99)).timeout(), TimeoutKind::None);
  EXPECT_EQ(timeout(static_cast<TimeoutType>(99)).text(), "timed out (unknown)");
}

TEST(Outcomes, ValueOfAFailureThrowsIt) {
  const Outcome<int> failed = Failure("x", "T");
  EXPECT_FALSE(failed.ok());
  try {
    static_cast<void>(failed.value());
    FAIL();
  } catch (const FailureError& e) {
    EXPECT_EQ(e.failure().type(), "T");
    EXPECT_STREQ(e.what(), "T: x");
  }
  EXPECT_EQ(Outcome<std::string>(std::string("v")).value(), "v");
  EXPECT_NO_THROW(Outcome<>().value());
  EXPECT_THROW(Outcome<>(Failure("x")).value(), FailureError);
}

struct CardDeclined : std::runtime_error {
  using std::runtime_error::runtime_error;
};
template <class T>
temporal::Thrown thrown(const T& what) {
  return temporal::what_was_thrown(std::make_exception_ptr(what));
}

TEST(Thrown, IsMeantOrADefect) {
  const Failure failure = Failure("no", "No").non_retryable();
  EXPECT_TRUE(thrown(failure).meant);
  EXPECT_EQ(thrown(failure).failure.type(), "No");
  EXPECT_TRUE(thrown(temporal::FailureError(failure)).meant);
  EXPECT_FALSE(thrown(temporal::FailureError(failure)).failure.retryable());
  EXPECT_FALSE(thrown(CardDeclined("declined")).meant);
  EXPECT_NE(thrown(CardDeclined("declined")).failure.type().find("CardDeclined"),
            std::string::npos);
  EXPECT_EQ(thrown(CardDeclined("declined")).failure.message(), "declined");
  EXPECT_EQ(thrown(std::string("text")).failure.message(), "text");
  EXPECT_EQ(thrown("literal").failure.message(), "literal");
  EXPECT_NE(thrown(42).failure.message(), "");
}

TEST(Outcomes, AGoodOneHasNoFailure) {
  const temporal::Outcome<int> good(1);
  EXPECT_THROW((void)good.failure(), std::logic_error);
  EXPECT_THROW((void)temporal::Result<int>(temporal::Status{}), std::logic_error);
  EXPECT_THROW((void)temporal::Result<int>(1).status(), std::logic_error);
}

// The service would refuse the whole answer, again and again.
TEST(Failures, TextThatIsNotUtf8IsMendedWhereItComesIn) {
  const Failure failure("cannot open M\xfcller.csv", "Fi\xffle");
  EXPECT_EQ(failure.text(), "Fi\xEF\xBF\xBDle: cannot open M\xEF\xBF\xBDller.csv");
  EXPECT_EQ(Failure::canceled("\xff").message(), "\xEF\xBF\xBD");
  EXPECT_EQ(temporal::what_was_thrown(std::make_exception_ptr(std::runtime_error("\xff")))
                .failure.message(),
            "\xEF\xBF\xBD");
}

TEST(Failures, SettersDoNotMakeAnotherKind) {
  Failure canceled = Failure::canceled();
  EXPECT_THROW(canceled.non_retryable(), std::logic_error);
  EXPECT_THROW(canceled.next_retry_delay(std::chrono::seconds(1)), std::logic_error);
  EXPECT_TRUE(canceled.details(1).is_canceled());
}

}  // namespace
