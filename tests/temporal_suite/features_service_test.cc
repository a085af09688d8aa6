// Temporal's feature tests: telemetry/ and grpc_retry.
#include "temporal/service/measured_service.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"
#include "tests/temporal_suite/tapped_service.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using service::Rpc;
using temporal::testing::TappedService;
using temporal::testing::WorldTest;

constexpr wf::Activity<std::string(std::string, std::string)> join{"join"};

struct Joining {
  wf::Task<std::string> run() {
    auto first = join.start("foo", "bar", wf::ActivityOptions().total(60s));
    wf::Outcome<std::string> one = co_await first;
    auto second = join.start(one.value(), "baz", wf::ActivityOptions().total(60s));
    wf::Outcome<std::string> two = co_await second;
    auto local = join.start_local(two.value(), "!", wf::LocalActivityOptions().total(60s));
    wf::Outcome<std::string> three = co_await local;
    co_return three.value();
  }
  static wf::Definition<Joining> definition() { return wf::define("Joining", &Joining::run); }
};

void add_joining(worker::Worker& worker) {
  worker.add<Joining>().add(
      join, [](const std::string& a, const std::string& b) { return a + ", " + b; });
}

class FeaturesService : public WorldTest {};

TEST_F(FeaturesService, TelemetryMetrics) {
  const auto metrics = std::make_shared<Registry>();
  start_worker(options().metrics(metrics), add_joining);
  EXPECT_EQ(start(&Joining::run).result<std::string>()->value(), "foo, bar, baz, !");
  const Labels own{{"namespace", "default"}, {"task_queue", queue_}};
  Labels activity = own;
  activity["activity_type"] = "join";
  Labels workflow = own;
  workflow["workflow_type"] = "Joining";
  stop_workers();
  EXPECT_EQ(metrics->value("temporal_activity_execution_latency", activity), 2)
      << metrics->prometheus();
  EXPECT_EQ(metrics->value("temporal_activity_schedule_to_start_latency", activity), 2);
  EXPECT_EQ(metrics->value("temporal_local_activity_total", activity), 1);
  EXPECT_EQ(metrics->value("temporal_workflow_task_execution_latency", workflow), 3);
  EXPECT_GE(metrics->value("temporal_workflow_task_queue_poll_succeed", own), 3);
  EXPECT_EQ(metrics->value("temporal_sticky_cache_hit", own), 2);
  EXPECT_EQ(metrics->value("temporal_workflow_completed", workflow), 1);
  EXPECT_EQ(metrics->value("temporal_activity_execution_failed", activity), 0);
  const Labels answers{{"namespace", "default"}, {"operation", "RespondWorkflowTaskCompleted"}};
  EXPECT_EQ(metrics->value("temporal_request", answers), 3);
  EXPECT_EQ(metrics->value("temporal_request_latency", answers), 3);
  const Labels polls{{"namespace", "default"}, {"operation", "PollWorkflowTaskQueue"}};
  EXPECT_GE(metrics->value("temporal_long_request", polls), 3);
  EXPECT_EQ(metrics->value("temporal_workflow_task_execution_failed", workflow), 0);
}

class FeaturesGrpcRetry : public FeaturesService {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    if (!world_) return;
    tapped_ = std::make_unique<TappedService>(world_->service(), world_->executor());
    measured_ = std::make_unique<service::MeasuredService>(*tapped_, world_->executor(), metrics_);
    client_ =
        std::make_unique<client::Client>(*measured_, world_->executor(), world_->client_options());
  }
  std::unique_ptr<TappedService> tapped_;
  const std::shared_ptr<Registry> metrics_ = std::make_shared<Registry>();
  std::unique_ptr<service::MeasuredService> measured_;
};

TEST_F(FeaturesGrpcRetry, ClientsTryAgainWhereThatCanHelp) {
  start_worker(add_joining);
  int expected = 0;
  for (const Code code : {Code::Unavailable, Code::Internal, Code::ResourceExhausted}) {
    tapped_->refuse(Rpc::StartWorkflowExecution, 3, {code, "refused"});
    expected += 4;
    EXPECT_EQ(start(&Joining::run).result<std::string>()->value(), "foo, bar, baz, !");
    EXPECT_EQ(tapped_->calls(Rpc::StartWorkflowExecution), expected);
    EXPECT_EQ(metrics_->value("temporal_request_failure", {{"namespace", "default"},
                                                           {"operation", "StartWorkflowExecution"},
                                                           {"status_code", name_of(code)}}),
              3);
  }
}

TEST_F(FeaturesGrpcRetry, ClientsDoNotTryAgainWhereThatCannotHelp) {
  int expected = 0;
  for (const Code code :
       {Code::InvalidArgument, Code::NotFound, Code::AlreadyExists, Code::FailedPrecondition,
        Code::PermissionDenied, Code::Unauthenticated, Code::Unimplemented, Code::OutOfRange}) {
    tapped_->refuse(Rpc::StartWorkflowExecution, 1, {code, "refused"});
    const auto refused = client_->start(&Joining::run, start_options());
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.status().code, code);
    EXPECT_EQ(tapped_->calls(Rpc::StartWorkflowExecution), ++expected);
  }
}

TEST_F(FeaturesGrpcRetry, ClientsGiveUpInTheEnd) {
  tapped_->refuse(Rpc::StartWorkflowExecution, 1'000, {Code::Unavailable, "away"});
  const auto refused = client_->start(&Joining::run, start_options());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().text(), "Unavailable: away");
  EXPECT_LE(tapped_->calls(Rpc::StartWorkflowExecution), 10);
}

TEST_F(FeaturesGrpcRetry, WorkersTryAgain) {
  for (const Rpc rpc :
       {Rpc::DescribeNamespace, Rpc::PollWorkflowTaskQueue, Rpc::PollActivityTaskQueue,
        Rpc::RespondWorkflowTaskCompleted, Rpc::RespondActivityTaskCompleted}) {
    tapped_->refuse(rpc, 2, {Code::Unavailable, "away"});
  }
  auto worker = std::make_unique<worker::Worker>(*tapped_, world_->executor(),
                                                 world_->activity_executor(), options());
  add_joining(*worker);
  worker->start();
  EXPECT_EQ(start(&Joining::run).result<std::string>()->value(), "foo, bar, baz, !");
  EXPECT_EQ(events(started_[0].handle).find("TimedOut"), std::string::npos);
  world_->stop(*worker);
}

}  // namespace
