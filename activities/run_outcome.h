// What became of a run's cells: what it did, by the ledger, and for all others how they stand now.
#pragma once

#include <memory>

#include "activities/contracts.h"
#include "activities/outcome.h"
#include "activities/plan.h"

namespace almanac {

struct Ran {
  std::string run;  // id
  RunSummary summary;
  std::unique_ptr<Planning> planning;  // as of now
};

// `cancelled` and `moved`: how the run ended. Reads only. The cells are in date order.
Result<Ran> outcome_of(Workspace& workspace, const Order& order, bool cancelled, bool moved);

}  // namespace almanac
