#include "workflows/pass.h"

#include <algorithm>
#include <utility>

namespace almanac {

namespace {

// Before a pass is planned again, after something that may pass by itself, and after a worker was
// asked to end: the run may be, too, and others take over.
constexpr temporal::Duration kTemporaryPause = 1min, kEndingPause = 1s;

}  // namespace

wf::Task<Done> Pass::run(PassOrder order, Control control, Done before) {
  order_ = order;
  done_ = before;
  steer(control);
  while (order_.idle < kIdleRounds) {
    auto gone_on = wf::until(*this, &Pass::gone_on);
    co_await gone_on;
    ++order_.round;
    auto planning = step::plan.start(order_, step_options(order_.sweep.order));
    ++activities_;
    wf::Outcome<PassPlan> planned = co_await planning;
    const PassPlan plan = planned.value();
    done_.moved |= plan.moved;
    if (plan.slices.empty()) break;
    const uint64_t through = done_.computed + done_.failed;
    left_ = 0;
    auto computing = compute(plan.slices);
    co_await computing;
    if (failure_) throw wf::FailureError(*failure_);
    done_.left = left_;
    if (left_ == 0 && !plan.more) break;
    if (pause_ > 0s) {
      const temporal::Duration pause = std::exchange(pause_, 0s);
      co_await wf::sleep(pause);
    } else {
      order_.idle = done_.computed + done_.failed > through ? 0 : order_.idle + 1;
    }
    const Sizes& sizes = order_.sweep.order.sizes;
    if (activities_ + 1 + sizes.slices > sizes.activities) {
      wf::continue_as_new(&Pass::run, order_, control_, done_);
    }
  }
  co_return done_;
}

// Signals may overtake each other. A pass does not grow old while it is paused.
void Pass::steer(Control control) {
  if (control.serial < control_.serial) return;
  if (control.paused && !control_.paused) {
    paused_at_ = wf::now();
    for (Open& open : open_) open.call.cancel();
  }
  if (!control.paused && control_.paused) begun_ += wf::now() - paused_at_;
  control_ = control;
}

// A sliding window over the slices of one plan. What cannot be had is left to the next plan.
wf::Task<> Pass::compute(std::vector<Slice> slices) {
  begun_ = wf::now();
  size_t next = 0;
  while (next < slices.size() || !open_.empty()) {
    while (next < slices.size() && may_start(slices[next])) start(slices[next++]);
    if (over()) {
      left_ += slices.size() - next;
      next = slices.size();
    }
    if (open_.empty() && next == slices.size()) break;
    const Slice* waiting = next < slices.size() ? &slices[next] : nullptr;
    auto change = wf::until(
        [this, waiting] { return any_done() || (waiting && (over() || may_start(*waiting))); },
        wf::Scope::detached());
    co_await change;
    collect();
  }
  wf::throw_if_canceled();
}

// No other slice of this plan is started.
bool Pass::over() const {
  if (failure_ || wf::info().cancel_requested) return true;
  return !control_.paused && time_left() <= 0s;
}

bool Pass::may_start(const Slice& slice) const {
  if (control_.paused || over()) return false;
  const auto is_alone = [](const Open& open) { return open.alone; };
  if (slice.alone || std::any_of(open_.begin(), open_.end(), is_alone)) return open_.empty();
  return open_.size() < static_cast<size_t>(std::max(1, control_.parallel));
}

void Pass::start(const Slice& slice) {
  auto options = step_options(order_.sweep.order);
  // The ledger counts attempts; the engine makes one. A slice that has begun has the time of a pass
  // for itself.
  options.attempts(1).timeout(kPassTime);
  options.queued(std::max<temporal::Duration>(time_left(), 1min));
  options.id(slice.calculation + "/" + std::to_string(slice.first) + "/" +
             std::to_string(order_.round));
  ++activities_;
  if (slice.high_mem) options.queue(wf::info().task_queue + kHighMem);
  open_.push_back({step::compute.start(SliceOrder{order_, slice}, options), slice.alone});
}

bool Pass::any_done() const {
  return std::any_of(open_.begin(), open_.end(), [](const Open& open) { return open.call.done(); });
}

// Takes the slices that are through.
void Pass::collect() {
  for (const Open& open : open_) {
    if (!open.call.done()) continue;
    const wf::Outcome<Done> outcome = open.call.take();
    if (outcome.ok()) {
      left_ += outcome.value().left;
      Done done = outcome.value();
      if (done.ending) pause_ = std::max(pause_, kEndingPause);
      done.left = 0;
      done.ending = false;
      add(done, &done_);
      continue;
    }
    ++left_;
    const temporal::Failure root = outcome.failure().root();
    const bool timed_out = root.kind() == temporal::FailureKind::Timeout;
    const bool temporary = root.type() == kTemporaryFailure && order_.sweep.order.shared;
    // Attempts that nobody could end count as interrupted: they are tried in a later sweep.
    done_.lost |=
        temporary || (timed_out && root.timeout() != temporal::TimeoutKind::ScheduleToStart);
    if (temporary) pause_ = kTemporaryPause;
    const bool given_up = outcome.failure().is_canceled();  // by a pause, or with the run
    if (given_up) pause_ = std::max(pause_, kEndingPause);
    if (!timed_out && !temporary && !given_up && !failure_) failure_ = root;
  }
  std::erase_if(open_, [](const Open& open) { return open.call.done(); });
}

temporal::Duration Pass::time_left() const {
  return begun_ + temporal::Duration(kPassTime) - wf::now();
}

}  // namespace almanac
