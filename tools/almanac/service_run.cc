#include "tools/almanac/service_run.h"

#include <chrono>
#include <memory>

#include "serving/serving.h"
#include "tools/almanac/engine.h"
#include "tools/almanac/lookout.h"
#include "tools/almanac/session.h"
#include "tools/almanac/steering.h"

namespace almanac {

namespace {

namespace client = temporal::client;
using std::chrono_literals::operator""s;

constexpr auto kLook = 1s;                   // how long an interrupt may have to wait
constexpr int64_t kAwayMs = 10 * 60 * 1000;  // of the service, until it is not waited for
constexpr int64_t kIdleMs = 8000;            // of a run that was asked to stop

constexpr const char* kGoesOn =
    "; the run goes on: `almanac watch` follows it, `almanac cancel` ends it";

Error lost(const Steering& run, const ServiceEngine& engine, const temporal::Status& status) {
  Error error = engine.error_of(status);
  if (status.code == temporal::Code::NotFound) {
    error.message += "; run " + run.run() + " is not there any more; what it has committed is kept";
  }
  return error;
}

// How a run ended that is over. One that `cancel --now` ended was cancelled like another.
template <class T>
Result<T> ended_as(const temporal::Outcome<T>& outcome) {
  if (outcome.ok()) return outcome.value();
  if (outcome.failure().kind() == temporal::FailureKind::Terminated) {
    if constexpr (std::is_same_v<T, Tally>) return Tally{"{}", true, false};
    return temporary_error(outcome.failure().message() + "; run again");
  }
  return error_of(outcome.failure());
}

template <class T>
Result<T> wait_for(const Steering& run, const client::WorkflowHandle& workflow,
                   const ServiceEngine& engine, const std::atomic<bool>& stop) {
  const Lookout lookout(run);
  std::optional<int64_t> idle_since;  // of a run that was asked to stop
  for (;;) {
    const auto ended = workflow.result<T>(client::ResultOptions().within(kLook));
    if (ended.ok()) return ended_as<T>(*ended);
    if (ended.status().code != temporal::Code::DeadlineExceeded) {
      return lost(run, engine, ended.status());
    }
    if (lookout.silent_ms() > kAwayMs) {
      return temporary_error("the Temporal service has not answered for 10 minutes" +
                             std::string(kGoesOn));
    }
    if (!stop) continue;
    if (!idle_since) {
      const temporal::Status told = workflow.cancel("the person who started it asked to stop");
      const bool over = told.code == temporal::Code::NotFound;
      if (!told.ok() && !over) {
        return temporary_error("run " + run.run() + " cannot be told to stop: " + told.text() +
                               kGoesOn);
      }
      idle_since = steady_ms();
      continue;
    }
    const auto now = workflow.describe();
    if (now.ok() && !now->task_waits) idle_since = steady_ms();
    if (steady_ms() - *idle_since > kIdleMs) {
      return temporary_error("run " + run.run() +
                             " was told to stop, and ends as soon as a worker takes it up");
    }
  }
}

template <class T, class Submit>
Result<T> carry_out(std::shared_ptr<Workspace> workspace, const Order& order, Steering::Kind kind,
                    Submit submit, const std::atomic<bool>& stop) {
  const Project project = workspace->project;
  TRY(const std::shared_ptr<ServiceEngine> engine,
      ServiceEngine::connect(project, *workspace->ledger));
  workspace.reset();
  TRY(const auto workflow, (engine.get()->*submit)(order));
  return wait_for<T>(Steering::of(project, engine, order, kind), workflow, *engine, stop);
}

}  // namespace

Result<Tally> run_on_service(std::shared_ptr<Workspace> workspace, const Order& order,
                             const std::atomic<bool>& stop) {
  return carry_out<Tally>(std::move(workspace), order, Steering::Kind::Run, &ServiceEngine::submit,
                          stop);
}

Result<Reconciled> reconcile_on_service(std::shared_ptr<Workspace> workspace, const Order& order,
                                        const std::atomic<bool>& stop) {
  return carry_out<Reconciled>(std::move(workspace), order, Steering::Kind::Reconcile,
                               &ServiceEngine::submit_reconcile, stop);
}

}  // namespace almanac
