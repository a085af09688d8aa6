// The cells that a run may change, when it carries out a plan that somebody has looked at. They are
// kept in the store, since there may be too many for a message.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "almanac/date.h"
#include "core/base/result.h"
#include "storage/store.h"

namespace almanac {

using AllowedCells = std::set<std::pair<std::string, Date>>;  // calculation id, date

// The name under which they are kept.
Result<std::string> keep_allowed_cells(Store& store, const AllowedCells& cells);

// Data error where they are no longer there, or are not what was kept.
Result<AllowedCells> read_allowed_cells(const Store& store, const std::string& name);

}  // namespace almanac
