// What a worker says, and does, when its service is not well at the start.
#include <algorithm>

#include "tests/temporal/worker/worker_fixture.h"

namespace temporal::worker {
namespace {

TEST_F(WorkerTest, AServiceThatIsNotThereIsSaidAtOnceAndPolledWhenItComes) {
  desk_.accept(Rpc::DescribeNamespace, {Code::Unavailable, "refused"});
  start(options());
  executor_.advance(1ms);
  EXPECT_NE(log_.find("namespace 'default': "), std::string::npos) << log_;
  EXPECT_NE(log_.find("refused"), std::string::npos) << log_;
  EXPECT_EQ(count<Rpc::PollWorkflowTaskQueue>(), 0);
  const std::string first = log_;

  desk_.accept(Rpc::DescribeNamespace);
  executor_.advance(1s);
  EXPECT_GT(count<Rpc::PollWorkflowTaskQueue>(), 0);
  EXPECT_EQ(log_, first) << "nothing is said of what is well";
}

TEST_F(WorkerTest, AMissingNamespaceIsSaidAndPolledForInTheEnd) {
  desk_.accept(Rpc::DescribeNamespace, {Code::NotFound, "no namespace"});
  start(options());
  executor_.advance(1ms);
  EXPECT_NE(log_.find("no namespace"), std::string::npos) << log_;
  EXPECT_GT(count<Rpc::PollWorkflowTaskQueue>(), 0) << "it may be made while the worker waits";
}

// All polls fail, again and again.
TEST_F(WorkerTest, AServiceThatIsAwayIsSaidOnceAMinute) {
  desk_.accept(Rpc::PollWorkflowTaskQueue, {Code::Unavailable, "refused"});
  desk_.accept(Rpc::PollActivityTaskQueue, {Code::Unavailable, "refused"});
  start(options());
  executor_.advance(10min - 1s);
  EXPECT_GT(count<Rpc::PollWorkflowTaskQueue>(), 50);
  const auto lines = std::count(log_.begin(), log_.end(), '\n');
  EXPECT_GE(lines, 5);
  EXPECT_LE(lines, 10) << log_;
  log_.clear();
  desk_.accept(Rpc::PollWorkflowTaskQueue, {Code::PermissionDenied, "no"});
  executor_.advance(11s);
  EXPECT_NE(log_.find("PermissionDenied"), std::string::npos) << "something new";
}

TEST_F(WorkerTest, StoppedWhileItAsksItDoesNotPoll) {
  desk_.accept(Rpc::DescribeNamespace, {Code::Unavailable, "refused"});
  start(options());
  stop();
  desk_.accept(Rpc::DescribeNamespace);
  executor_.advance(60s);
  EXPECT_EQ(count<Rpc::PollWorkflowTaskQueue>(), 0);
}

}  // namespace
}  // namespace temporal::worker
