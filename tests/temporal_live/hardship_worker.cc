// The worker that the hardship tests start, stop and kill: hardship_worker TARGET QUEUE IDENTITY
// CACHED_RUNS. SIGTERM stops it gracefully.
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "temporal/base/thread_executor.h"
#include "temporal/grpc/grpc_service.h"
#include "temporal/worker/worker.h"
#include "tests/temporal_live/hardship_workflow.h"

namespace {

using namespace temporal;           // NOLINT(google-build-using-namespace)
using namespace temporal::testing;  // NOLINT(google-build-using-namespace)
using worker::ActivityContext;

int do_count_up(ActivityContext& context, int from) {
  for (int i = context.last_heartbeat<int>().value_or(0); i < 5; ++i) {
    if (context.canceled()) throw FailureError(Failure::canceled("told to stop"));
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    context.heartbeat(i + 1);
  }
  return from + 5;
}

int do_stumble(ActivityContext& context, int number) {
  const int attempt = context.info().attempt;
  if (attempt <= 2) throw FailureError(Failure("attempt " + std::to_string(attempt), "Stumbled"));
  return number;
}

int do_square(ActivityContext& context, int number) {
  if (context.info().attempt == 1) throw FailureError(Failure("the first attempt", "Stumbled"));
  return number * number;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s TARGET QUEUE IDENTITY CACHED_RUNS\n", argv[0]);
    return 2;
  }
  // Before there are threads, so that none of them takes it.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);

  service::GrpcService service{service::ConnectOptions(argv[1])};
  ThreadExecutor workflows(2), activities(50);
  worker::Worker worker(service, workflows, activities,
                        worker::WorkerOptions(argv[2])
                            .identity(argv[3])
                            .cached_runs(std::atoi(argv[4]))
                            .sticky_timeout(std::chrono::seconds(1)));
  worker.add<Hardship>().add<HardshipChild>();
  worker.add(count_up, do_count_up).add(stumble, do_stumble).add(square, do_square);
  worker.start();

  int signal = 0;
  sigwait(&stop, &signal);
  worker.stop();
  return 0;
}
