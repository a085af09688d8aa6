// Reconcile: mends what earlier runs left, and offers the cells again that failed with attempts
// left or were lost with their process. Those are computed by a run of their own.
#pragma once

#include "workflows/run.h"

namespace almanac {

class Reconcile {
 public:
  wf::Task<Reconciled> run(Order order);

  static wf::Definition<Reconcile> definition() { return wf::define("Reconcile", &Reconcile::run); }
};

}  // namespace almanac
