// Tables: constants of several values (core/code/object_code.h) that one version has and the
// other has not. Data need not look up each value, so that they count only where each is written
// down in the lines that differ, and shows when it is changed a little.
#pragma once

#include <optional>
#include <vector>

#include "activities/rebuild.h"
#include "core/code/code_bundle.h"
#include "simulator/behaviour/mutation.h"

namespace almanac::behaviour {

// Of the tables that `version` alone has, a change of each value. Nothing where one of them is not
// a list of numbers (core/code/number_lists.h) on these lines of its sources, or is so long that
// nobody can wait for all changes.
std::optional<std::vector<Changes>> changes_of_tables(const Rebuilt& version, const Rebuilt& other,
                                                      const CodeBundle& bundle, const Lines& lines);

}  // namespace almanac::behaviour
