#include "workflows/reconcile.h"

namespace almanac {

wf::Task<Reconciled> Reconcile::run(Order order) {
  auto call = step::reconcile.start(order, step_options(order));
  wf::Outcome<Reconciled> outcome = co_await call;
  if (!outcome.ok()) throw wf::FailureError(outcome.failure().root());
  Reconciled reconciled = outcome.value();
  if (reconciled.cells.empty()) co_return reconciled;
  Order again = order;
  again.run = order.run + "-again";
  again.allowed = reconciled.cells;
  const std::string id = wf::info().workflow_id + "-again";
  auto child = wf::child(&Run::run).start(again, wf::ChildOptions().id(id));
  wf::Outcome<Tally> ran = co_await child;
  reconciled.tally.cancelled = !ran.ok();
  if (ran.ok()) reconciled.tally = ran.value();
  if (!ran.ok() && !ran.failure().is_canceled()) throw wf::FailureError(ran.failure().root());
  co_return reconciled;
}

}  // namespace almanac
