// What the build report says of versions of code: how they were found to do the same, how far that
// can be trusted, and what is still owed.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.h"

namespace almanac {

class Ledger;
class Planner;

// "evidence" of the report: versions of code by how they were settled; cells that stand on
// evidence, owed and verified; certificates; and, of all mutants of certified calculations, how
// many comparisons missed, which is the rate of false cosmetic.
Result<nlohmann::json> report_evidence(Ledger& ledger, const Planner& planner);

}  // namespace almanac
