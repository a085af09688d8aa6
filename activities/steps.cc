#include "activities/steps.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "activities/codes.h"
#include "activities/index.h"
#include "activities/pass_plan.h"
#include "activities/reconcile.h"
#include "activities/sweep_plan.h"
#include "core/plan/identity.h"

namespace almanac {

namespace {

constexpr size_t kLeastIdle = 4, kMostIdle = 64;  // children
constexpr int64_t kLookMs = 5000;                 // at whether the lease need not be held any more

Ledger::Lease lease_of(const Sweep& sweep) {
  return {sweep.token, sweep.order.run};
}

}  // namespace

std::string modules_hash(const Project& project, const Manifest& manifest,
                         const std::string& ledger) {
  // The number is raised with a change of the workflows that recorded histories do not replay: runs
  // that are under way stay with workers of their version.
  Hasher hasher("modules/2");
  hasher.add(ledger);
  for (const Calculation& calculation : manifest.calculations) {
    hasher.add(calculation.id).add(calculation.module_sha256);
    hasher.add(hash_of(identity_of(calculation, manifest, project)));
    hasher.add(static_cast<uint64_t>(evidence_policy(project, calculation)));
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
      compute_(workspace_.get(), setup_.limits, setup_.child,
               std::clamp<size_t>(setup_.threads, kLeastIdle, kMostIdle)),
      watch_(setup_.steady_ms),
      keeper_(workspace_->open_ledger, setup_.steady_ms),
      room_({setup_.threads, setup_.memory_bytes, setup_.room}) {}
Steps::~Steps() = default;

Result<void> Steps::check_modules(const Order& order) const {
  if (order.modules == setup_.modules) return {};
  return usage_error("run " + order.run + " was ordered for modules, infrastructure and ledger " +
                     order.modules + ", this worker has " + setup_.modules +
                     "; give both the same sources, the same project file, the same toolchain and"
                     " the same ledger");
}

// Of a run's own lease each try sees whether it has been renewed since the one before.
Result<Ledger::Lease> Steps::take_lease(const Order& order, int sweep) {
  using Keeper = Ledger::Keeper;
  Ledger::LeaseHolder holder;
  const Keeper keeper = order.shared ? Keeper::Run : Keeper::Process;
  TRY(const auto lease, workspace_->ledger->acquire({order.run, keeper, &watch_, sweep}, &holder));
  if (!lease) return in_use(holder);
  if (order.shared) keeper_.keep(*lease);
  return *lease;
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
  if (sweep.order.shared) keeper_.keep(lease_of(sweep));
  TRY(auto opened, RunState::open(workspace_.get(), sweep));
  state_ = std::move(opened);
  return state_;
}

Result<Begun> Steps::begin(const BeginOrder& order) {
  TRY_VOID(check_modules(order.order));
  const Lock lock(mutex_);
  TRY(const Ledger::Lease lease, take_lease(order.order, order.number));
  if (order.number == 0) workspace_->store->sweep();
  Sweep sweep{order.order, lease.token, order.number, order.level, ""};
  state_.reset();  // root data may have changed since
  TRY(const auto state, this->state(sweep));
  const auto& planning = state->planning();
  if (setup_.warn && order.number == 0) {
    for (const std::string& warning : planning.warnings) setup_.warn(warning);
  }
  const auto changed = changed_partitions(planning.recorded, planning.availability);
  if (!changed.empty()) TRY_VOID(workspace_->ledger->record_partitions(lease, changed));
  TRY_VOID(keep_new_codes(*workspace_, lease, planning));
  return plan_sweep(*state);
}

Result<PassPlan> Steps::plan(const PassOrder& order) {
  TRY_VOID(check_modules(order.sweep.order));
  const Lock lock(mutex_);
  TRY(const auto state, this->state(order.sweep));
  if (!state->valid()) return PassPlan{{}, 0, false, true};
  auto plan = plan_pass(*state, order);
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
  Execute execute = setup_.execute, again = setup_.again;
  if (!execute) {
    execute = [this](const CellTask& task, const OnReading& on_reading) {
      return compute_.run(task, on_reading);
    };
    again = [this](const CellTask& task, const OnReading&) { return compute_.run_elsewhere(task); };
  }
  SliceRunner runner{workspace_.get(),
                     state.get(),
                     &mutex_,
                     &under_way_,
                     &room_,
                     &compute_,
                     std::move(execute),
                     std::move(again),
                     setup_.now_ms,
                     setup_.steady_ms,
                     [&context] { return context.stopping(); },
                     [&context](int64_t ms) { context.sleep(ms); },
                     setup_.progress,
                     setup_.notice,
                     [&context](const auto& computing) { context.note(computing); },
                     setup_.worker,
                     context.activity()};
  auto done = run_slice(runner, order, lock);
  if (!done.ok()) state->invalidate();
  return done;
}

Result<void> Steps::hold(const Sweep& sweep, StepContext& context) {
  keeper_.keep(lease_of(sweep));
  while (!context.stopping()) context.sleep(kLookMs);
  return temporary_error("this process ends; another one holds the lease of run " +
                         sweep.order.run);
}

Result<void> Steps::requeue(const RequeueOrder& order) {
  std::vector<Ledger::CellName> names;
  for (const CellId& cell : order.cells) {
    const auto date = Date::parse(cell.date);
    if (!date) return usage_error("\"" + cell.date + "\" is not a date; expected YYYY-MM-DD");
    if (workspace_->manifest.find(cell.calculation) == nullptr) {
      return usage_error("there is no calculation \"" + cell.calculation +
                         "\"; `almanac list` shows those there are");
    }
    names.push_back({cell.calculation, *date});
  }
  const Lock lock(mutex_);
  return workspace_->ledger->requeue(lease_of(order.sweep), names);
}

Result<Reconciled> Steps::reconcile(const Order& order) {
  TRY_VOID(check_modules(order));
  const Lock lock(mutex_);
  TRY(const auto before, workspace_->ledger->running());
  TRY(const Ledger::Lease lease, take_lease(order, 0));
  auto reconciled = reconcile_under(lease, order);
  state_.reset();
  const auto released = workspace_->ledger->release(lease);
  if (!reconciled.ok()) return reconciled;
  TRY_VOID(released);
  reconciled->zombies = before.size();  // taking the lease has ended them all
  return reconciled;
}

Result<Reconciled> Steps::reconcile_under(const Ledger::Lease& lease, const Order& order) {
  workspace_->store->sweep();
  state_.reset();
  TRY(const auto state, this->state({order, lease.token, 0, 0, ""}));
  return almanac::reconcile(*workspace_, *state, plan_sweep(*state));
}

Result<Tally> Steps::finish(const FinishOrder& order) {
  const Lock lock(mutex_);
  Ledger& ledger = *workspace_->ledger;
  const Order& asked = order.sweep.order;
  TRY(const bool ended, ledger.has_ended(asked.run));  // by a call whose answer was lost
  TRY(const auto holder, ledger.holder());
  const bool held = holder && holder->run == asked.run;
  Tally tally{"{}", order.cancelled, order.moved};
  if (held) TRY_VOID(ledger.lose_running({holder->token, asked.run}));
  if (held || ended) {
    TRY(const Ran ran, outcome_of(*workspace_, asked, order.cancelled, order.moved));
    tally.totals = totals_json(totals_of(ran.summary, Role::Wanted)).dump();
  }
  state_.reset();
  if (ended) return tally;
  const bool lost = !held && order.sweep.token != 0;
  // What comes late of a run that never began, or has lost its lease, must not take it.
  if (held || asked.shared) {
    TRY_VOID(ledger.end_run({asked.run, "run", tally.totals, order.started_ms, setup_.now_ms()}));
  }
  if (!lost) return tally;
  return Error{Error::Kind::LeaseLost, "run " + asked.run + " has lost the ledger" +
                                           (holder ? " to run " + holder->run : "") +
                                           "; what it had committed is kept, run again"};
}

Result<Ran> Steps::outcome(const Order& order, const Tally& tally) {
  const Lock lock(mutex_);
  return outcome_of(*workspace_, order, tally.cancelled, tally.moved);
}

}  // namespace almanac
