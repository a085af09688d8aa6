#include <iterator>

#include "workflows/run.h"

namespace almanac {

namespace {

constexpr std::string_view kOutcomeNames[] = {"computed",         "reused",     "skipped",
                                              "stable",           "blocked",    "failed",
                                              "failedDependency", "impossible", "cancelled"};
static_assert(std::size(kOutcomeNames) == kOutcomes);

}  // namespace

std::string_view name_of(Outcome outcome) {
  return kOutcomeNames[static_cast<size_t>(outcome)];
}

}  // namespace almanac
