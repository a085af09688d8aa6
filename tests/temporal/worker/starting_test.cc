// What a worker says, and does, when its service is not well at the start.
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
