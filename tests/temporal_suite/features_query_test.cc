// Temporal's feature tests: query/.
#include "temporal/client/caller.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using service::Rpc;
using temporal::testing::WorldTest;

class FeaturesQuery : public WorldTest {};

struct Counter {
  int count = 0;
  bool done = false;
  void increase() { ++count; }
  void finish() { done = true; }
  int get() const { return count; }
  int plus(int more) const { return count + more; }
  std::string text() const { return "not a number"; }
  wf::Task<> run() {
    auto end = wf::until([this] { return done; });
    co_await end;
  }
  static wf::Definition<Counter> definition() {
    return wf::define("Counter", &Counter::run)
        .signal("increase", &Counter::increase)
        .signal("finish", &Counter::finish)
        .query("get", &Counter::get)
        .query("plus", &Counter::plus)
        .query("text", &Counter::text);
  }
};

void counter_worker(worker::Worker& worker) {
  worker.add<Counter>();
}

TEST_F(FeaturesQuery, SuccessfulQuery) {
  start_worker(counter_worker);
  const auto run = start(&Counter::run);
  EXPECT_EQ(run.query(&Counter::get)->value(), 0);
  for (int i = 1; i <= 4; ++i) {
    EXPECT_TRUE(run.signal(&Counter::increase).ok());
    // Handlers run after everything that came before the query.
    EXPECT_EQ(run.query(&Counter::get)->value(), i);
  }
  EXPECT_TRUE(run.signal(&Counter::finish).ok());
  EXPECT_TRUE(run.result<void>()->ok());
}

TEST_F(FeaturesQuery, UnexpectedArguments) {
  start_worker(counter_worker);
  const auto run = start(&Counter::run);
  EXPECT_EQ(run.query(&Counter::plus, 2)->value(), 2);
  const auto wrong = run.query<int>("plus", "two");
  ASSERT_TRUE(wrong.ok()) << wrong.status().text();
  ASSERT_FALSE(wrong->ok());
  EXPECT_NE(wrong->failure().text().find("of the shape of a int, found another"), std::string::npos)
      << wrong->failure().text();
  const auto missing = run.query<int>("plus");
  ASSERT_TRUE(missing.ok() && !missing->ok());
  EXPECT_NE(missing->failure().text().find("expected 1, found 0"), std::string::npos)
      << missing->failure().text();
  // A caller that is newer than the workflow may send more than it knows of.
  EXPECT_EQ(run.query<int>("plus", 2, 3)->value(), 2);
  EXPECT_EQ(events(run).find("WorkflowTaskFailed"), std::string::npos);
  EXPECT_TRUE(run.signal(&Counter::finish).ok());
  EXPECT_TRUE(run.result<void>()->ok());
}

TEST_F(FeaturesQuery, UnexpectedQueryTypeName) {
  start_worker(counter_worker);
  const auto run = start(&Counter::run);
  const auto unknown = run.query<int>("nonexistent");
  ASSERT_TRUE(unknown.ok()) << unknown.status().text();
  ASSERT_FALSE(unknown->ok());
  const std::string text = unknown->failure().text();
  EXPECT_NE(text.find("nonexistent"), std::string::npos) << text;
  EXPECT_NE(text.find("get, plus, text"), std::string::npos) << text;
  EXPECT_TRUE(run.signal(&Counter::finish).ok());
  EXPECT_TRUE(run.result<void>()->ok());
}

TEST_F(FeaturesQuery, UnexpectedReturnType) {
  start_worker(counter_worker);
  const auto run = start(&Counter::run);
  const auto read = run.query<int>("text");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.status().code, Code::DataLoss);
  EXPECT_NE(read.status().message.find("found another"), std::string::npos) << read.status().text();
  EXPECT_TRUE(run.signal(&Counter::finish).ok());
  EXPECT_TRUE(run.result<void>()->ok());
}

// With a deadline of its own: that of client::WorkflowHandle is longer than a test wants to wait.
TEST_F(FeaturesQuery, TimeoutDueToNoActiveWorkers) {
  start_worker(counter_worker);
  const auto run = start(&Counter::run);
  EXPECT_EQ(run.query(&Counter::get)->value(), 0);
  stop_workers();
  client::Caller caller(world_->service(), world_->executor(), world_->client_options().values());
  service::Request<Rpc::QueryWorkflow> request;
  request.mutable_execution()->set_workflow_id(run.id());
  request.mutable_query()->set_query_type("get");
  const auto late = caller.call<Rpc::QueryWorkflow>(
      std::move(request), {.timeout = 1s, .retry = service::Retry::once(), .until = {}});
  ASSERT_FALSE(late.ok());
  // The service may be the first to give up.
  EXPECT_TRUE(late.status().code == Code::DeadlineExceeded ||
              late.status().code == Code::FailedPrecondition)
      << late.status().text();
  start_worker(counter_worker);
  EXPECT_EQ(run.query(&Counter::get)->value(), 0);
  EXPECT_TRUE(run.signal(&Counter::finish).ok());
  EXPECT_TRUE(run.result<void>()->ok());
}

}  // namespace
