// Repetition: computing some cells twice, the second time where everything is otherwise that must
// not matter. Which ones, and what then differs. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/hash.h"
#include "core/ledger/records.h"

namespace almanac {

// A cell is cheap to compute again. Of each code one such cell is repeated at least.
inline constexpr int64_t kCheapMs = 100;

// Whether a cell with this key belongs to the share of cells that are repeated. The same cell of
// the same inputs always does, or never.
bool is_repeated(const Hash& key, uint64_t percent);

// "in weight, value", "in its rows"; empty where both are the same.
std::string difference(const ResultRecord& one, const ResultRecord& other);

}  // namespace almanac
