// A namespace that is missing: clients are told, workers wait for it without haste.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "temporal/base/thread_executor.h"
#include "temporal/client/client.h"
#include "temporal/grpc/grpc_service.h"
#include "temporal/worker/worker.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal_live/dev_server.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using service::Rpc;
using temporal::testing::DevServer;

struct Increment {
  wf::Task<int> run(int number) { co_return number + 1; }
  static wf::Definition<Increment> definition() { return wf::define("Increment", &Increment::run); }
};

// Counts polls on their way to the server.
class CountingService final : public service::Service {
 public:
  explicit CountingService(const std::string& target) : service_(service::ConnectOptions(target)) {}
  Cancel call(Rpc rpc, const google::protobuf::Message& request, google::protobuf::Message& reply,
              std::chrono::milliseconds timeout, Done done) override {
    if (rpc == Rpc::PollWorkflowTaskQueue || rpc == Rpc::PollActivityTaskQueue) ++polls;
    return service_.call(rpc, request, reply, timeout, std::move(done));
  }
  std::atomic<int> polls = 0;

 private:
  service::GrpcService service_;
};

Status register_namespace(service::Service& service, const std::string& name) {
  service::Request<Rpc::RegisterNamespace> request;
  request.set_namespace_(name);
  request.mutable_workflow_execution_retention_period()->set_seconds(24 * 3600);
  std::promise<Status> answered;
  service::call<Rpc::RegisterNamespace>(service, request, 10s, [&](Status status, const auto&) {
    answered.set_value(std::move(status));
  });
  return answered.get_future().get();
}

TEST(MissingNamespace, ClientsAreToldAndWorkersWaitForIt) {
  DevServer& server = DevServer::shared();
  if (!server.missing().empty()) GTEST_SKIP() << server.missing();
  const std::string space = "missing-" + std::to_string(getpid());
  CountingService service(server.target());
  ThreadExecutor workflows(2), activities(2);

  client::Client client(service, workflows, client::ClientOptions().space(space));
  const auto start = [&] {
    return client.start(&Increment::run, client::StartOptions("a", "q").request_id("a"), 41);
  };
  const auto refused = start();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code, Code::NotFound) << refused.status().text();
  for (const std::string& part :
       {server.target(), space, "temporal operator namespace create --namespace " + space}) {
    EXPECT_NE(refused.status().message.find(part), std::string::npos)
        << "'" << part << "' is not in: " << refused.status().message;
  }

  std::mutex mutex;
  std::string log;
  worker::Worker worker(
      service, workflows, activities,
      worker::WorkerOptions("q").space(space).log([&](wf::LogLevel, std::string_view message) {
        const std::lock_guard lock(mutex);
        log += std::string(message) + "\n";
      }));
  worker.add<Increment>();
  worker.add(wf::Activity<int(int)>("none"), [](int x) { return x; });
  worker.start();
  std::this_thread::sleep_for(4s);
  // Each of the ten pollers once.
  EXPECT_GE(service.polls, 1);
  EXPECT_LE(service.polls, 12) << "it spins";
  {
    const std::lock_guard lock(mutex);
    EXPECT_NE(log.find("temporal operator namespace create --namespace " + space),
              std::string::npos)
        << log;
  }

  const Status registered = register_namespace(service, space);
  ASSERT_TRUE(registered.ok()) << registered.text();
  // The server's own knowledge of its namespaces is some seconds old.
  auto run = start();
  for (int i = 0; i < 300 && !run.ok(); ++i) {
    std::this_thread::sleep_for(100ms);
    run = start();
  }
  ASSERT_TRUE(run.ok()) << run.status().text();
  EXPECT_EQ(run->result<int>()->value(), 42);
  worker.stop();
}

}  // namespace
