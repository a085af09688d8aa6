#include "activities/cell_decision.h"

namespace almanac {

namespace {

using What = CellDecision::What;

const Settled kBlocked{Settled::Now::Blocked, 0, nullptr};

}  // namespace

Result<CellDecision> take_in_hand(RunState& state, size_t c, size_t day, bool probe) {
  Planner& planner = state.planner();
  CellDecision decision{What::Nothing, planner.evaluate(c, day)};
  CellPlan& plan = decision.plan;
  if (state.wanted().role(c, day) == Role::None) {
    settle_without_run(planner, c, day, plan);
    return decision;
  }
  const bool may_change = state.allowed(c, day);
  bool probing = false;
  if (probe && plan.verdict.reason == Reason::BreakerOpen && state.may_probe(c) && may_change) {
    planner.set_breaker(c, false);
    plan = planner.evaluate(c, day);
    planner.set_breaker(c, true);
    probing = is_computed(plan.verdict);
    if (!probing) plan = planner.evaluate(c, day);
  }
  const int interruptions = state.interruptions(c, day);
  const bool later = is_computed(plan.verdict) && interruptions > state.sweep().level;
  if (later || (is_change(plan.verdict) && !may_change)) {
    planner.settle(c, day, kBlocked);
    decision.what = What::Later;
    return decision;
  }
  if (is_computed(plan.verdict)) {
    decision.what = probing ? What::Probe : interruptions > 0 ? What::Alone : What::Compute;
    return decision;
  }
  if (plan.verdict.state == State::Skipped || plan.verdict.reason == Reason::Moved) {
    state.committer().accept(c, day, plan, state.sequence());
  } else if (plan.verdict.state == State::ReRun) {
    TRY(const bool sound, state.committer().reuse(c, day, plan, state.sequence()));
    if (!sound) {
      planner.settle(c, day, kBlocked);
      decision.what = What::Damaged;
    }
  } else if (plan.withdraw) {
    state.committer().withdraw(c, day, plan, state.sequence());
  } else {
    planner.settle(c, day, plan);
  }
  return decision;
}

}  // namespace almanac
