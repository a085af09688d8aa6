#include "tools/almanac/engine.h"

#include <optional>
#include <random>

#include "temporal/base/thread_executor.h"
#include "temporal/embedded/embedded_service.h"
#include "temporal/grpc/grpc_service.h"
#include "tools/almanac/run_socket.h"
#include "tools/almanac/worker_setup.h"
#include "workflows/reconcile.h"

namespace almanac {

namespace {

namespace client = temporal::client;

using std::chrono_literals::operator""ms;

Error lost(const temporal::Status& status) {
  return internal_error("the engine lost the run: " + status.text());
}

// Waits for the end of a workflow; asks it to stop when that is wanted.
template <class T>
Result<T> wait_for(const client::WorkflowHandle& run, const std::atomic<bool>* stop) {
  bool asked = false;
  for (;;) {
    const auto ended = run.result<T>(client::ResultOptions().within(100ms));
    if (ended.ok() && !ended->ok()) return error_of(ended->failure());
    if (ended.ok()) return ended->value();
    if (ended.status().code != temporal::Code::DeadlineExceeded) return lost(ended.status());
    if (!asked && stop && stop->load()) {
      asked = run.cancel("the person who started it asked to stop").ok();
    }
  }
}

temporal::embedded::Options embedded_options() {
  return temporal::embedded::Options().seed(std::random_device{}()).end_polls(true);
}

client::StartOptions start_options(const std::string& id, const Project& project,
                                   const Order& order) {
  return {id, queue_of(project.name, order.modules)};
}

Setup setup_of(const std::string& modules, const RunOptions& options) {
  Setup setup = worker_setup(modules, options.threads);
  setup.limits = options.limits;
  setup.progress = options.progress;
  setup.notice = options.notice;
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
  const auto run = impl_->client.start(
      &Run::run, start_options("run/" + order.run, impl_->project, order), order);
  if (!run.ok()) return lost(run.status());
  std::optional<RunSocket> socket(std::in_place, impl_->project.root, impl_->client, *run);
  TRY(const Tally tally, wait_for<Tally>(*run, impl_->stop));
  socket.reset();  // what it asks needs the worker
  impl_->worker.drain();
  return impl_->steps.outcome(order, tally);
}

Result<Reconciled> EmbeddedEngine::reconcile(const Order& order) {
  const auto run = impl_->client.start(
      &Reconcile::run, start_options("run/" + order.run, impl_->project, order), order);
  if (!run.ok()) return lost(run.status());
  const RunSocket socket(impl_->project.root, impl_->client, *run,
                         impl_->client.workflow(again(run->id())));
  return wait_for<Reconciled>(*run, impl_->stop);
}

struct ServiceEngine::Impl {
  Impl(const Project& p, std::string identity)
      : project(p),
        ledger(std::move(identity)),
        executor(2),
        service{temporal::service::ConnectOptions(p.engine_address)},
        client(service, executor, client::ClientOptions().space(p.engine_namespace)) {}

  const Project project;
  const std::string ledger;  // its identity
  temporal::ThreadExecutor executor;
  temporal::service::GrpcService service;
  temporal::client::Client client;
};

ServiceEngine::ServiceEngine() = default;
ServiceEngine::~ServiceEngine() = default;

Result<std::unique_ptr<ServiceEngine>> ServiceEngine::connect(const Project& project,
                                                              Ledger& ledger) {
  TRY(std::string identity, ledger.identity());
  auto engine = std::unique_ptr<ServiceEngine>(new ServiceEngine());
  engine->impl_ = std::make_unique<Impl>(project, std::move(identity));
  TRY_VOID(engine->check());
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

Result<void> ServiceEngine::check() const {
  const temporal::Status status = impl_->client.check();
  if (!status.ok()) return error_of(status);
  return {};
}

Result<client::WorkflowHandle> ServiceEngine::submit(const Order& order) const {
  const auto run = impl_->client.start(
      &Run::run, start_options(workflow_id(order.run), impl_->project, order), order);
  if (!run.ok()) return error_of(run.status());
  return *run;
}

Result<client::WorkflowHandle> ServiceEngine::submit_reconcile(const Order& order) const {
  const auto run = impl_->client.start(
      &Reconcile::run, start_options(workflow_id(order.run), impl_->project, order), order);
  if (!run.ok()) return error_of(run.status());
  return *run;
}

Error ServiceEngine::error_of(const temporal::Status& status) const {
  return temporary_error("the Temporal service at " + impl_->project.engine_address +
                         ", namespace " + impl_->project.engine_namespace + ": " + status.text());
}

std::string ServiceEngine::workflow_id(const std::string& run) const {
  return "almanac/" + impl_->project.name + "/" + impl_->ledger + "/" + run;
}

std::string again(const std::string& run) {
  return run + "-again";
}

}  // namespace almanac
