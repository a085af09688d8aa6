#include "tools/almanac/engine.h"

#include <optional>
#include <random>

#include "temporal/base/thread_executor.h"
#include "temporal/embedded/embedded_service.h"
#include "temporal/grpc/grpc_service.h"
#include "tools/almanac/console.h"
#include "tools/almanac/run_socket.h"
#include "tools/almanac/worker_setup.h"
#include "workflows/reconcile.h"

namespace almanac {

namespace {

namespace client = temporal::client;

constexpr int kPatience = 100;  // looks of 100 ms at a run until somebody should have taken it up
using std::chrono_literals::operator""ms;

Error unreachable(const Project& project, const temporal::Status& status) {
  return temporary_error("the Temporal service at " + project.engine_address + ", namespace " +
                         project.engine_namespace + ": " + status.text());
}

// A run of which nothing has happened but its start waits for somebody.
void warn_if_nobody_serves(const client::WorkflowHandle& run, const std::string& queue) {
  constexpr int kStarted = 2;  // events: the start, and the first task, which nobody has taken
  const auto described = run.describe();
  if (!described.ok() || described->history_length > kStarted) return;
  warn("no worker serves " + queue +
       " yet; start `almanac worker` on this project, with the same code, settings and toolchain");
}

// Waits for the end of a workflow; asks it to stop when that is wanted.
template <class T, class Broken>
Result<T> wait_for(const client::WorkflowHandle& run, const std::atomic<bool>* stop, Broken broken,
                   const std::string& queue = "") {
  bool asked = false;
  for (int looks = 1;; ++looks) {
    if (looks == kPatience && !queue.empty()) warn_if_nobody_serves(run, queue);
    const auto ended = run.result<T>(client::ResultOptions().within(100ms));
    if (ended.ok()) {
      if (!ended->ok()) return error_of(ended->failure());
      return ended->value();
    }
    if (ended.status().code != temporal::Code::DeadlineExceeded) return broken(ended.status());
    if (!asked && stop && stop->load()) {
      asked = run.cancel("the person who started it asked to stop").ok();
    }
  }
}

temporal::embedded::Options embedded_options() {
  return temporal::embedded::Options().seed(std::random_device{}()).end_polls(true);
}

Error lost(const temporal::Status& status) {
  return internal_error("the engine lost the run: " + status.text());
}

client::StartOptions start_options(const Project& project, const Order& order) {
  return {workflow_id(project.name, order.run), queue_of(project.name, order.modules)};
}

Setup setup_of(const std::string& modules, const RunOptions& options) {
  Setup setup = worker_setup(modules, options.threads);
  setup.limits = options.limits;
  setup.progress = options.progress;
  return setup;
}

}  // namespace

struct EmbeddedEngine::Impl {
  Impl(std::shared_ptr<Workspace> workspace, const std::string& modules, const RunOptions& options)
      : project(workspace->project),
        stop(options.stop),
        executor(2),
        service(executor, embedded_options()),
        setup(setup_of(modules, options)),
        steps(std::move(workspace), setup),
        worker(service, executor, steps, worker_options(project, setup, options.stop)),
        client(service, executor) {
    worker.start();
  }

  const Project project;
  const std::atomic<bool>* const stop;
  temporal::ThreadExecutor executor;
  temporal::embedded::EmbeddedService service;
  const Setup setup;
  Steps steps;
  RunWorker worker;
  const client::Client client;
};

EmbeddedEngine::EmbeddedEngine(std::shared_ptr<Workspace> workspace, const std::string& modules,
                               const RunOptions& options)
    : impl_(std::make_unique<Impl>(std::move(workspace), modules, options)) {}
EmbeddedEngine::~EmbeddedEngine() = default;

Result<Ran> EmbeddedEngine::run(const Order& order) {
  const auto run = impl_->client.start(&Run::run, start_options(impl_->project, order), order);
  if (!run.ok()) return lost(run.status());
  std::optional<RunSocket> socket(std::in_place, impl_->project.root, impl_->client, *run);
  TRY(const Tally tally, wait_for<Tally>(*run, impl_->stop, lost));
  socket.reset();  // what it asks needs the worker
  impl_->worker.drain();
  return impl_->steps.outcome(order, tally);
}

Result<Reconciled> EmbeddedEngine::reconcile(const Order& order) {
  const auto run =
      impl_->client.start(&Reconcile::run, start_options(impl_->project, order), order);
  if (!run.ok()) return lost(run.status());
  return wait_for<Reconciled>(*run, impl_->stop, lost);
}

struct ServiceEngine::Impl {
  explicit Impl(const Project& p)
      : project(p),
        executor(2),
        service{temporal::service::ConnectOptions(p.engine_address)},
        client(service, executor, client::ClientOptions().space(p.engine_namespace)) {}

  const Project project;
  temporal::ThreadExecutor executor;
  temporal::service::GrpcService service;
  temporal::client::Client client;
};

ServiceEngine::ServiceEngine() = default;
ServiceEngine::~ServiceEngine() = default;

Result<std::unique_ptr<ServiceEngine>> ServiceEngine::connect(const Project& project) {
  auto engine = std::unique_ptr<ServiceEngine>(new ServiceEngine());
  engine->impl_ = std::make_unique<Impl>(project);
  const temporal::Status status = engine->impl_->client.check();
  if (!status.ok()) return unreachable(project, status);
  return engine;
}

temporal::service::Service& ServiceEngine::service() {
  return impl_->service;
}
temporal::Executor& ServiceEngine::executor() {
  return impl_->executor;
}
const temporal::client::Client& ServiceEngine::client() const {
  return impl_->client;
}

Result<client::WorkflowHandle> ServiceEngine::submit(const Order& order) const {
  const auto run = impl_->client.start(&Run::run, start_options(impl_->project, order), order);
  if (!run.ok()) return unreachable(impl_->project, run.status());
  return *run;
}

Result<Tally> ServiceEngine::wait(const client::WorkflowHandle& run, const std::string& queue,
                                  const RunOptions& options) const {
  const auto broken = [this](const temporal::Status& status) {
    return unreachable(impl_->project, status);
  };
  return wait_for<Tally>(run, options.stop, broken, queue);
}

Result<Reconciled> ServiceEngine::reconcile(const Order& order, const RunOptions& options) const {
  const auto run =
      impl_->client.start(&Reconcile::run, start_options(impl_->project, order), order);
  if (!run.ok()) return unreachable(impl_->project, run.status());
  return wait_for<Reconciled>(*run, options.stop, [this](const temporal::Status& status) {
    return unreachable(impl_->project, status);
  });
}

std::string workflow_id(const std::string& project, const std::string& run) {
  return "almanac/" + project + "/" + run;
}

}  // namespace almanac
