#include "activities/steps.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "activities/index.h"
#include "activities/pass_plan.h"
#include "activities/reconcile.h"
#include "activities/sweep_plan.h"
#include "core/plan/identity.h"

namespace almanac {

namespace {

constexpr int64_t kLookAgainMs = 20'000;  // at a lease that another run holds
constexpr size_t kRecentRuns = 20;
constexpr int kLooks = 3;  // at one that is renewed meanwhile

Ledger::Lease lease_of(const Sweep& sweep) {
  return {sweep.token, sweep.order.run};
}

Error in_use(const Ledger::LeaseHolder& holder) {
  const std::string who = holder.keeper == Ledger::Keeper::Run
                              ? "worked on by processes such as " + std::to_string(holder.pid)
                              : "process " + std::to_string(holder.pid);
  return temporary_error("the ledger is in use by run " + holder.run + " (" + who + " on " +
                         holder.host + "); wait for it to end");
}

}  // namespace

std::string modules_hash(const Project& project, const Manifest& manifest) {
  Hasher hasher("modules/1");
  for (const Calculation& calculation : manifest.calculations) {
    hasher.add(calculation.id).add(calculation.module_sha256);
    hasher.add(hash_of(identity_of(calculation, manifest, project)));
  }
  hasher.add(project.ledger).add(project.results).add(project.store);
  hasher.add(project.calendar).add(project.timezone).add(project.datasets.size());
  for (const Dataset& dataset : project.datasets) {
    hasher.add(dataset.name).add(dataset.path).add(dataset.entity).add(dataset.date_column);
    hasher.add(dataset.canary).add(dataset.first ? dataset.first->str() : "");
    hasher.add(static_cast<uint64_t>(dataset.is_static));
  }
  return hasher.digest().hex();
}

Steps::Steps(std::shared_ptr<Workspace> workspace, Setup setup)
    : workspace_(std::move(workspace)),
      setup_(std::move(setup)),
      results_(workspace_->store.get()),
      compute_(workspace_.get(), &results_, setup_.limits),
      watch_(setup_.steady_ms),
      places_(setup_.threads) {}
Steps::~Steps() = default;

Result<void> Steps::check_modules(const Order& order) const {
  if (order.modules == setup_.modules) return {};
  return usage_error("run " + order.run + " was ordered for modules and infrastructure " +
                     order.modules + ", this worker has " + setup_.modules +
                     "; give both the same sources, the same project file and the same toolchain");
}

// Another run's lease is looked at until it is known whether somebody renews it.
Result<Ledger::Lease> Steps::take_lease(const Order& order, StepContext& context, Lock& lock) {
  using Keeper = Ledger::Keeper;
  const Keeper keeper = order.shared ? Keeper::Run : Keeper::Process;
  Ledger::LeaseHolder seen;
  for (int renewed = 0;;) {
    Ledger::LeaseHolder holder;
    TRY(const auto lease, workspace_->ledger->acquire(order.run, &holder, keeper, &watch_));
    if (lease) return *lease;
    if (holder.keeper == Keeper::Process) return in_use(holder);
    renewed += seen.token == holder.token && seen.renewals != holder.renewals;
    if (renewed == kLooks || context.stopping()) return in_use(holder);
    seen = holder;
    lock.unlock();
    context.sleep(kLookAgainMs);
    lock.lock();
  }
}

Result<std::shared_ptr<RunState>> Steps::state(const Sweep& sweep) {
  if (state_ && state_->valid() && state_->sweep().order.run == sweep.order.run &&
      state_->sweep().number == sweep.number && state_->sweep().token == sweep.token) {
    // Nothing is decided on what a slice that was given up has computed and will not commit.
    auto taken = state_->committer().flush();
    if (taken.ok() && *taken) return state_;
    state_->invalidate();
    if (!taken.ok()) return taken.error();
  }
  state_.reset();
  TRY(auto opened, RunState::open(workspace_.get(), &results_, sweep));
  state_ = std::move(opened);
  TRY(durations_ms_, workspace_->ledger->durations());
  return state_;
}

Result<Begun> Steps::begin(const BeginOrder& order, StepContext& context) {
  TRY_VOID(check_modules(order.order));
  Lock lock(mutex_);
  TRY(const Ledger::Lease lease, take_lease(order.order, context, lock));
  if (order.number == 0) workspace_->store->sweep();
  TRY_VOID(workspace_->ledger->lose_running(lease));  // no slice is under way between two sweeps
  Sweep sweep{order.order, lease.token, order.number, order.level, ""};
  state_.reset();  // root data may have changed since
  TRY(const auto state, this->state(sweep));
  const auto& planning = state->planning();
  if (setup_.warn && order.number == 0) {
    for (const std::string& warning : planning.warnings) setup_.warn(warning);
  }
  const auto changed = changed_partitions(planning.recorded, planning.availability);
  if (!changed.empty()) TRY_VOID(workspace_->ledger->record_partitions(lease, changed));
  return plan_sweep(*state);
}

Result<PassPlan> Steps::plan(const PassOrder& order, StepContext&) {
  TRY_VOID(check_modules(order.sweep.order));
  const Lock lock(mutex_);
  TRY(const auto state, this->state(order.sweep));
  if (!state->valid()) return PassPlan{{}, 0, false, true};
  if (durations_ms_.size() < workspace_->manifest.calculations.size()) {
    TRY(durations_ms_, workspace_->ledger->durations());
  }
  auto plan = plan_pass(*state, order, durations_ms_);
  if (!plan.ok()) state->invalidate();
  return plan;
}

Result<Done> Steps::compute(const SliceOrder& order, StepContext& context) {
  const Sweep& sweep = order.pass.sweep;
  TRY_VOID(check_modules(sweep.order));
  Lock lock(mutex_);
  TRY(const auto state, this->state(sweep));
  if (!state->valid()) {
    Done done;
    done.moved = true;
    return done;
  }
  TRY_VOID(state->read_interruptions());
  Execute execute = setup_.execute;
  if (!execute) execute = [this](const CellTask& task) { return compute_.run(task); };
  SliceRunner runner{workspace_.get(),
                     state.get(),
                     &mutex_,
                     &under_way_,
                     &places_,
                     &compute_,
                     std::move(execute),
                     setup_.now_ms,
                     [&context] { return context.stopping(); },
                     [&context](int64_t ms) { context.sleep(ms); },
                     setup_.progress,
                     setup_.worker,
                     context.activity()};
  auto done = run_slice(runner, order, lock);
  if (!done.ok()) state->invalidate();
  return done;
}

Result<void> Steps::renew(const Sweep& sweep) {
  const Lock lock(mutex_);
  return workspace_->ledger->renew(lease_of(sweep));
}

void Steps::renew_if_idle(const Sweep& sweep) {
  const Lock lock(mutex_, std::try_to_lock);
  if (lock) (void)workspace_->ledger->renew(lease_of(sweep));
}

Result<void> Steps::requeue(const RequeueOrder& order) {
  const auto date = Date::parse(order.date);
  if (!date) return usage_error("\"" + order.date + "\" is not a date; expected YYYY-MM-DD");
  if (workspace_->manifest.find(order.calculation) == nullptr) {
    return usage_error("there is no calculation \"" + order.calculation +
                       "\"; `almanac list` shows "
                       "those there are");
  }
  const Lock lock(mutex_);
  return workspace_->ledger->requeue(lease_of(order.sweep), {order.calculation, *date});
}

Result<Reconciled> Steps::reconcile(const Order& order, StepContext& context) {
  TRY_VOID(check_modules(order));
  Lock lock(mutex_);
  TRY(const auto before, workspace_->ledger->running());
  TRY(const Ledger::Lease lease, take_lease(order, context, lock));
  TRY(const auto after, workspace_->ledger->running());
  workspace_->store->sweep();
  state_.reset();
  TRY(const auto state, this->state({order, lease.token, 0, 0, ""}));
  auto reconciled = almanac::reconcile(*workspace_, *state, plan_sweep(*state));
  state_.reset();
  TRY_VOID(workspace_->ledger->release(lease));
  if (reconciled.ok()) reconciled->zombies = before.size() - after.size();
  return reconciled;
}

// The lease of a sweep, or, where it never began, the one that the run may hold all the same.
Result<Ledger::Lease> Steps::lease_to_give_back(const Sweep& sweep) {
  if (sweep.token != 0) return lease_of(sweep);
  TRY(const auto holder, workspace_->ledger->holder());
  return Ledger::Lease{holder && holder->run == sweep.order.run ? holder->token : 0,
                       sweep.order.run};
}

// Whether the run has been finished before, by a call whose answer was lost.
Result<bool> Steps::is_finished(const std::string& run) {
  TRY(const auto holder, workspace_->ledger->holder());
  TRY(const std::string last, workspace_->ledger->last_run());
  if (!holder && last == run) return true;
  TRY(const auto runs, workspace_->ledger->runs(kRecentRuns));
  return std::any_of(runs.begin(), runs.end(),
                     [&](const auto& record) { return record.run == run; });
}

Result<Tally> Steps::finish(const FinishOrder& order) {
  const Lock lock(mutex_);
  const Order& asked = order.sweep.order;
  TRY(const Ledger::Lease lease, lease_to_give_back(order.sweep));
  if (lease.token == 0) return Tally{"{}", order.cancelled, order.moved};
  const auto held = workspace_->ledger->lose_running(lease);
  if (!held.ok()) {
    if (held.error().kind != Error::Kind::LeaseLost) return held.error();
    TRY(const bool finished, is_finished(asked.run));
    if (!finished) return held.error();
  }
  TRY(const Ran ran, outcome_of(*workspace_, asked, order.cancelled, order.moved));
  Tally tally{totals_json(totals_of(ran.summary, Role::Wanted)).dump(), order.cancelled,
              order.moved};
  state_.reset();
  if (!held.ok()) return tally;
  if (ran.summary.attempts > 0) {
    TRY_VOID(workspace_->ledger->record_run(
        lease, {asked.run, "run", tally.totals, order.started_ms, setup_.now_ms()}));
  }
  TRY_VOID(workspace_->ledger->release(lease));
  return tally;
}

Result<Ran> Steps::outcome(const Order& order, const Tally& tally) {
  const Lock lock(mutex_);
  return outcome_of(*workspace_, order, tally.cancelled, tally.moved);
}

}  // namespace almanac
