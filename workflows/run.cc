#include "workflows/run.h"

#include <algorithm>

namespace almanac {

namespace {

constexpr int kRepeats = 2;  // while root data or stored results change

int64_t ms_of(temporal::TimePoint time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

wf::Task<Tally> Run::run(Order order) {
  order_ = order;
  if (control_.parallel == 0) control_.parallel = order.parallel;
  auto all = sweeps();
  co_await all;
  over_ = true;
  phase_ = "finishing";
  auto quiet = wf::until(wf::handlers_finished, wf::Scope::detached());
  co_await quiet;
  holding_.cancel();
  const bool cancelled = wf::info().cancel_requested;
  Tally tally;
  tally.cancelled = cancelled;
  // Also where a begin was given up that may have taken the lease.
  Sweep sweep;
  sweep.order = order_;
  if (begun_) sweep = begun_->sweep;
  FinishOrder finish{sweep, ms_of(wf::info().start), cancelled, moved_};
  auto options = step_options(order_).scope(wf::Scope::detached());
  auto call = step::finish.start(finish, options);
  wf::Outcome<Tally> finished = co_await call;
  if (finished.ok()) tally = finished.value();
  if (!finished.ok() && !failure_) failure_ = finished.failure().root();
  if (failure_) throw wf::FailureError(*failure_);
  co_return tally;
}

wf::Task<> Run::sweeps() {
  int level = 0, repeats = 0;
  for (int number = 0;; ++number) {
    phase_ = "planning";
    requeued_ = moved_ = false;
    auto beginning = step::begin.start(BeginOrder{order_, number, level}, step_options(order_));
    wf::Outcome<Begun> begun = co_await beginning;
    if (!begun.ok()) {
      if (!begun.failure().is_canceled()) failure_ = begun.failure().root();
      break;
    }
    begun_ = begun.value();
    hold_lease();
    bool lost = false;
    if (!begun_->chunks.empty()) {
      phase_ = "computing";
      const std::string id = wf::info().workflow_id + "/" + std::to_string(number);
      auto child =
          wf::child(&Backfill::run)
              .start(begun_->sweep, begun_->chunks, control_, Done{}, wf::ChildOptions().id(id));
      const int told = control_.serial;
      auto starting = child.started();
      wf::Outcome<> started = co_await starting;
      if (started.ok()) {
        backfill_ = child;
        if (control_.serial != told) (void)child.signal(&Backfill::steer, control_);
      }
      wf::Outcome<Done> outcome = co_await child;
      backfill_.reset();
      if (!outcome.ok()) {
        if (!outcome.failure().is_canceled()) failure_ = outcome.failure().root();
        break;
      }
      moved_ = outcome.value().moved;
      lost = outcome.value().lost;
      add(outcome.value(), &done_);
    }
    // What was asked meanwhile counts for what comes next.
    auto quiet = wf::until(wf::handlers_finished, wf::Scope::detached());
    co_await quiet;
    if (wf::info().cancel_requested) break;
    if (moved_ && repeats < kRepeats) {
      ++repeats;
      level = 0;
    } else if (requeued_) {
      level = 0;
    } else if (begun_->later || (lost && !begun_->chunks.empty())) {
      level = begun_->sweep.level + 1;
    } else {
      break;
    }
  }
}

// While a run is paused, or waits for workers with much memory, nobody works for it, and so nobody
// else would renew its lease. That the step fails is seen by all others.
void Run::hold_lease() {
  if (held_ || !order_.shared) return;
  held_ = true;
  auto options = step_options(order_).scope(holding_).on_cancel(wf::OnCancel::Try);
  (void)step::hold.start(begun_->sweep, options);
}

void Run::steer(int parallel, bool paused) {
  control_ = {parallel, paused, control_.serial + 1};
  if (backfill_) (void)backfill_->signal(&Backfill::steer, control_);
}

wf::Verdict Run::may_requeue(std::vector<CellId> cells) const {
  if (over_ || !begun_) {
    return wf::reject("the run is " + phase_ + "; almanac retry tries the cells when it has ended");
  }
  const auto named = [](const CellId& cell) { return !cell.calculation.empty(); };
  if (cells.empty() || !std::all_of(cells.begin(), cells.end(), named)) {
    return wf::reject("expected cells, each with a calculation and a date");
  }
  return wf::accept();
}

wf::Task<> Run::requeue(std::vector<CellId> cells) {
  auto call = step::requeue.start(RequeueOrder{begun_->sweep, cells}, step_options(order_));
  wf::Outcome<> done = co_await call;
  if (!done.ok()) throw wf::FailureError(done.failure().root());
  requeued_ = true;
}

RunProgress Run::progress() const {
  RunProgress progress{order_.run, control_.paused ? "paused" : phase_};
  if (begun_) {
    progress.sweep = begun_->sweep.number;
    progress.level = begun_->sweep.level;
    progress.cells = begun_->cells;
  }
  progress.in_sweep = backfill_.has_value();
  progress.computed = done_.computed;
  progress.failed = done_.failed;
  progress.failures = done_.failures;
  progress.control = control_;
  return progress;
}

}  // namespace almanac
