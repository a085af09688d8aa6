// The calendar: the days on which cells exist.
#pragma once

#include <string>
#include <vector>

#include "core/data/availability.h"
#include "core/manifest/project.h"

namespace almanac {

// Ascending, up to and including `last_day`. dataset:NAME: the dates on which the dataset has rows
// (or had them). daily, weekdays: every day (Monday to Friday) from the earliest `first` or
// partition of any dated dataset; none where there is neither. `datasets` are in the order of the
// project's.
std::vector<Date> calendar_of(const Project& project,
                              const std::vector<DatasetAvailability>& datasets, Date last_day);

// Why that would be an invention: all that is known of the dates of the datasets that make the
// calendar is that a file cannot be read. Empty where it is none.
std::string calendar_problem(const Project& project,
                             const std::vector<DatasetAvailability>& datasets);

}  // namespace almanac
