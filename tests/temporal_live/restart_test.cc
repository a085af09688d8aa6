// A server that is killed and comes back: those who wait for it do not notice.
#include <unistd.h>

#include <future>

#include "temporal/base/thread_executor.h"
#include "temporal/grpc/grpc_service.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"
#include "tests/temporal_live/dev_server.h"

namespace temporal::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr wf::Activity<int(int)> half{"half"};

struct Halving {
  int steps = 0;
  bool go = false;
  void go_on() { go = true; }
  int count() const { return steps; }
  wf::Task<int> run(int n) {
    while (n > 1) {
      auto call = half.start(
          n, wf::ActivityOptions().timeout(5s).retry(RetryPolicy().initial_interval(200ms)));
      wf::Outcome<int> outcome = co_await call;
      n = outcome.value();
      if (++steps == 2) {
        auto gate = wf::until([this] { return go; });
        co_await gate;
      }
    }
    co_return steps;
  }
  static wf::Definition<Halving> definition() {
    return wf::define("Halving", &Halving::run)
        .signal("go_on", &Halving::go_on)
        .query("count", &Halving::count);
  }
};

TEST(Restart, WaitersAndWorkersOutliveTheServer) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("temporal_restart_" + std::to_string(getpid()) + ".db");
  DevServer server(file);
  if (!server.missing().empty()) GTEST_SKIP() << server.missing();
  service::GrpcService service{service::ConnectOptions(server.target())};
  ThreadExecutor executor(2), activities(4);
  const client::Client client(service, executor);
  worker::Worker worker(service, executor, activities,
                        worker::WorkerOptions("halves").log([](auto, auto) {}));
  worker.add<Halving>().add(half, [](int n) { return n / 2; });
  worker.start();
  const auto run = client.start(&Halving::run, client::StartOptions("halving", "halves"), 64);
  ASSERT_TRUE(run.ok()) << run.status().text();
  auto result = std::async(std::launch::async, [&] { return run->result<int>(); });
  for (int i = 0; i < 100; ++i) {
    const auto count = run->query(&Halving::count);
    if (count.ok() && count->ok() && count->value() == 2) break;
    std::this_thread::sleep_for(50ms);
  }

  server.kill();
  EXPECT_EQ(client.check().code, Code::Unavailable);
  EXPECT_EQ(result.wait_for(500ms), std::future_status::timeout);
  server.restart();
  // Tried again until the service is there.
  const Status signaled = run->signal(&Halving::go_on);
  EXPECT_TRUE(signaled.ok()) << signaled.text();
  const auto ended = result.get();
  ASSERT_TRUE(ended.ok()) << ended.status().text();
  EXPECT_EQ(ended->value(), 6);
  worker.stop();
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
}

}  // namespace
}  // namespace temporal::testing
