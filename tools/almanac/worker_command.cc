// almanac worker: computes cells of the runs that a Temporal service gives out.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "storage/project_file.h"
#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/engine.h"
#include "tools/almanac/health.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"
#include "tools/almanac/worker_setup.h"
#include "workflows/steps.h"

namespace almanac {

namespace {

constexpr std::chrono::milliseconds kLook{50};

Result<void> check_engine(const Project& project) {
  if (on_service(project)) return {};
  return usage_error(
      "a worker serves runs on a Temporal service, but runs of this project are carried out by "
      "almanac run itself: set [engine] kind = \"temporal\" and address in " +
      project.root + "/" + kProjectFile);
}

bool serves(const Options& options, const char* queue) {
  const auto& all = options.queues;
  return all.empty() || std::find(all.begin(), all.end(), queue) != all.end();
}

std::vector<std::string> queues_of(const RunWorker::Options& worker) {
  std::vector<std::string> queues;
  if (worker.standard) queues.push_back(worker.queue);
  if (worker.high_mem) queues.push_back(worker.queue + kHighMem);
  return queues;
}

void say_what_it_serves(const RunWorker::Options& worker, const Project& project) {
  std::string queues;
  for (const auto& queue : queues_of(worker)) queues += (queues.empty() ? "" : ", ") + queue;
  std::fprintf(stderr, "almanac: worker %s serves %s at %s with %d threads\n",
               worker_name().c_str(), queues.c_str(), project.engine_address.c_str(),
               worker.threads);
}

// Whether the service has heard from this worker on all its queues; that is asked until it has.
class Polling {
 public:
  Polling(const temporal::client::Client& client, std::vector<std::string> queues)
      : client_(client), queues_(std::move(queues)) {}

  Health::Sources::Service look() {
    using Service = Health::Sources::Service;
    if (seen_) return client_.check().ok() ? Service::Polled : Service::Unreachable;
    for (const std::string& queue : queues_) {
      const auto now = client_.describe_queue(queue, temporal::client::TaskKind::Activity);
      if (!now.ok()) return Service::Unreachable;
      if (!now->pollers.contains(worker_name())) return Service::NotPolled;
    }
    seen_ = true;
    return Service::Polled;
  }

 private:
  const temporal::client::Client& client_;
  const std::vector<std::string> queues_;
  std::atomic<bool> seen_ = false;
};

Result<int> work(const Options& options) {
  TRY(const Project configured, read_project(options.directory, std::getenv));
  TRY_VOID(check_engine(configured));  // before anything is built
  TRY(Built built, load_and_build(options));
  const Project project = built.project;
  const size_t threads = threads_of(options);
  const auto& stop = stop_on_signals();
  TRY(auto workspace,
      open_workspace(std::move(built.project), std::move(built.manifest), Access::Write));
  TRY(const auto engine, ServiceEngine::connect(project, *workspace->ledger));
  TRY(const std::string modules, modules_of(*workspace));
  Setup setup = worker_setup(modules, threads);
  setup.warn = setup.notice = warn;
  RunWorker::Options serving = worker_options(project, setup, &stop);
  serving.space = project.engine_namespace;
  serving.standard = serves(options, "standard");
  serving.high_mem = serves(options, "high-mem");
  const Aside aside;
  Steps steps(std::move(workspace), std::move(setup));
  RunWorker worker(engine->service(), engine->executor(), steps, serving);
  Polling polling(engine->client(), queues_of(serving));
  std::unique_ptr<Health> health;
  if (options.health_port) {
    const Health::Sources sources{
        [&] { return Health::State{stop, worker.at_work(), queues_of(serving)}; },
        [&] { return polling.look(); }};
    TRY(health, Health::listen(options.health_port, sources));
  }
  worker.start();
  say_what_it_serves(serving, project);
  while (!stop) std::this_thread::sleep_for(kLook);
  worker.drain();
  std::fprintf(stderr, "almanac: worker %s has ended\n", worker_name().c_str());
  return static_cast<int>(kDone);
}

}  // namespace

int worker_command(const Options& options) {
  auto code = work(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
