// Loans: cells that stand on evidence, since the code of now did not compute them. Each is paid
// back when it is computed again; one that comes out otherwise shows that the evidence does not
// hold.
#pragma once

#include <vector>

#include "activities/plan.h"
#include "storage/ledger.h"

namespace almanac {

struct Loan {
  size_t calculation;  // in the manifest
  Date date;
  std::vector<int64_t> evidence;  // ids, by which the code that computed it does the same
};

// Oldest computation first, calculation by calculation.
Result<std::vector<Loan>> loans_of(Ledger& ledger, const Planner& planner);

// Those that can be computed now: not what is archived, nor what waits for something else.
std::vector<Loan> payable(std::vector<Loan> loans, Planning& planning);

// Those that a run pays back when it is through with its own work: of each calculation the share
// that is due (core/plan/spot_check), oldest first; and with the policy Audited all at the ends of
// months, of which the latest day may be one.
std::vector<Loan> due(const std::vector<Loan>& loans, const Planner& planner,
                      const Project& project);

}  // namespace almanac
