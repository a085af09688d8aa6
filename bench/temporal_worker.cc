// A worker for the comparison of Temporal's SDKs, and a replayer: bench/README.md says how to run
// it.
//
//   TP_ADDR=127.0.0.1:7233 TP_QUEUE=q TP_POLLERS=5 TP_SLOTS=100 TP_CACHE=1100 temporal_worker
//   temporal_worker replay FILE N     FILE: a binary temporal.api.history.v1.History
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include "bench/fan_out.h"
#include "temporal/base/thread_executor.h"
#include "temporal/grpc/grpc_service.h"
#include "temporal/replay/replayer.h"
#include "temporal/worker/worker.h"

namespace {

std::string setting(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value ? value : otherwise;
}

int replay(const char* file, int times) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  const auto history = temporal::replay::history_from_binary(bytes);
  if (!history) {
    std::cerr << history.status().text() << '\n';
    return 1;
  }
  temporal::replay::Replayer replayer;
  replayer.add<bench::FanOut>().add<bench::Chain>();
  for (int i = 0; i < times; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    const auto failure = replayer.replay(*history);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    if (failure) {
      std::cerr << failure->text() << '\n';
      return 1;
    }
    std::cout << took.count() << std::endl;
  }
  return 0;
}

int serve() {
  using namespace temporal;  // NOLINT(google-build-using-namespace)
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);

  const int pollers = std::stoi(setting("TP_POLLERS", "5"));
  const int slots = std::stoi(setting("TP_SLOTS", "100"));
  service::GrpcService service(service::ConnectOptions(setting("TP_ADDR", "127.0.0.1:7233")));
  ThreadExecutor workflows(1);
  ThreadExecutor activities(slots);
  worker::Worker worker(service, workflows, activities,
                        worker::WorkerOptions(setting("TP_QUEUE", "bench"))
                            .workflow_pollers(pollers)
                            .activity_pollers(pollers)
                            .workflow_slots(slots)
                            .activity_slots(slots)
                            .cached_runs(std::stoi(setting("TP_CACHE", "1100"))));
  worker.add<bench::FanOut>().add<bench::Chain>();
  worker.add(bench::noop, [](nlohmann::json pad) { return pad; });
  worker.start();
  int signal = 0;
  sigwait(&stop, &signal);
  worker.stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "replay") == 0) return replay(argv[2], std::stoi(argv[3]));
  return serve();
}
