// almanac worker: computes cells of the runs that a Temporal service gives out.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "serving/run_worker.h"
#include "storage/project_file.h"
#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/engine.h"
#include "tools/almanac/health.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"
#include "workflows/steps.h"

namespace almanac {

namespace {

constexpr std::chrono::milliseconds kLook{50};

std::atomic<bool> stop{false};

// As for a run: the first signal drains, the second ends the process at once.
void on_signal(int) {
  if (stop.exchange(true)) _exit(kInterrupted);
  constexpr char kSaid[] = "\nalmanac: ending after the cells under way; again ends at once\n";
  (void)!write(STDERR_FILENO, kSaid, sizeof kSaid - 1);
}

void listen_to_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Result<void> check_engine(const Project& project) {
  if (on_service(project)) return {};
  return usage_error(
      "a worker serves runs on a Temporal service, but runs of this project are carried out by "
      "almanac run itself: set [engine] kind = \"temporal\" and address in " +
      project.root + "/" + kProjectFile);
}

RunWorker::Options worker_options(const Options& options, const Project& project,
                                  const std::string& modules) {
  const auto serves = [&](const char* queue) {
    const auto& all = options.queues;
    return all.empty() || std::find(all.begin(), all.end(), queue) != all.end();
  };
  RunWorker::Options worker;
  worker.queue = queue_of(project.name, modules);
  worker.space = project.engine_namespace;
  worker.standard = serves("standard");
  worker.high_mem = serves("high-mem");
  worker.threads = static_cast<int>(
      options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency()));
  worker.heartbeats = true;
  worker.stop = &stop;
  worker.log = [](temporal::wf::LogLevel level, std::string_view text) {
    if (level >= temporal::wf::LogLevel::Warn) warn(std::string(text));
  };
  return worker;
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

Result<int> work(const Options& options) {
  TRY(const Project configured, read_project(options.directory, std::getenv));
  TRY_VOID(check_engine(configured));  // before anything is built
  TRY(Built built, load_and_build(options));
  const Project project = built.project;
  const std::string modules = modules_hash(built.project, built.manifest);
  TRY(const auto engine, ServiceEngine::connect(project));
  TRY(auto workspace,
      open_workspace(std::move(built.project), std::move(built.manifest), Access::Write));
  Setup setup;
  setup.worker = worker_name();
  setup.modules = modules;
  setup.now_ms = now_ms;
  setup.steady_ms = steady_ms;
  setup.warn = warn;
  const Aside aside;
  Steps steps(std::move(workspace), std::move(setup));
  const RunWorker::Options serving = worker_options(options, project, modules);
  RunWorker worker(engine->service(), engine->executor(), steps, serving);
  std::unique_ptr<Health> health;
  if (options.health_port) {
    const Health::Sources sources{
        [&] { return Health::State{stop, worker.at_work(), queues_of(serving)}; },
        [&] { return engine->client().check().ok(); }};
    TRY(health, Health::listen(options.health_port, sources));
  }
  listen_to_signals();
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
