// Availability: what the indexer found of the root data, per dataset and date. A value: the planner
// decides on it, the ledger keeps the fingerprints of it, nothing here reads a file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "almanac/date.h"
#include "almanac/type.h"
#include "core/base/hash.h"
#include "core/data/stray.h"

namespace almanac {

enum class Presence : uint8_t {
  Present,
  NotYet,      // may still come
  Never,       // before `first`, closed as empty, or no rows although a later date has some
  Archived,    // was there, is gone; the last fingerprint stands, the bytes cannot be read
  Unreadable,  // there, but not as a table; `problem` says why
};

// Names and types of a partition's columns; shared by all partitions that have the same.
struct PartitionSchema {
  std::vector<std::string> names;
  std::vector<std::string> types;  // Arrow's text: int64, double, dictionary<...>; or csv
};

struct Partition {
  Date date;
  Presence presence = Presence::NotYet;
  uint64_t rows = 0;
  std::shared_ptr<const PartitionSchema> schema;
  std::vector<Hash> columns;  // fingerprint of each column's values in row order
  std::string problem;        // Unreadable: names the file, what was expected and found
  std::vector<Stray> strays;  // of columns of CSV files; the ledger does not keep them
  bool guessed = false;       // Unreadable: nobody knows whether the file has rows of this date

  // Whether the date is one of the dataset's: it has rows now, or had them when they could be read.
  bool has_rows() const {
    return presence == Presence::Present || presence == Presence::Archived ||
           presence == Presence::Unreadable;
  }
};

struct DatasetAvailability {
  std::string name, entity;
  bool is_static = false;
  std::optional<Date> first;  // as declared
  std::vector<Partition>
      partitions;  // by date, at most one a date; a static dataset has at most one

  // The entry of a date, null when there is none; for a static dataset the one that it has. Where
  // there is no entry, presence is Never before `first` (undeclared: before the first entry) and
  // before the last entry that has rows, NotYet from there on.
  const Partition* find(Date date) const;
  Presence presence(Date date) const;
};

struct Availability {
  std::vector<DatasetAvailability> datasets;  // in the order of Project::datasets
  std::vector<Date> calendar;                 // days on which cells exist, ascending
  std::string calendar_problem;               // why nobody knows its days; it has none then
};

// Covers all that a plan can see of it.
Hash digest_of(const Availability& availability);

}  // namespace almanac
