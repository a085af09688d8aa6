// Fingerprint: the identity of what one file of root data holds, per column and, where a column
// tells the date, per date.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "almanac/date.h"
#include "core/base/result.h"
#include "core/data/availability.h"

namespace almanac {

struct Fingerprint {
  struct Day {
    Date date;  // 1970-01-01 where no column tells the date
    uint64_t rows = 0;
    std::vector<Hash> columns;  // of each column's values in row order
    std::vector<Stray> strays;  // of a CSV file; their file is left open
  };
  std::shared_ptr<const PartitionSchema> schema;
  std::vector<Day> days;  // by date; without a date column always one
};

// Reads a file once, in bounded memory (a few KB per date and column beside a batch). `date_column`
// empty: the file as a whole. The message of an error leaves the file's name to the caller.
// Data error: not a table, no such date column, a row without a date.
Result<Fingerprint> fingerprint_file(const std::string& path, const std::string& date_column,
                                     const std::string& timezone);

// Of rows that are in several files: `parts` in the order of the files. One part is itself. Strays
// stay with their files.
Fingerprint::Day concatenated(Date date, const std::vector<const Fingerprint::Day*>& parts);

}  // namespace almanac
