// Path patterns of datasets: segments with *, ?, {date} (YYYY-MM-DD), {year} (YYYY) and {month}
// (MM). What exists is found by listing folders, never by probing dates.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "almanac/date.h"
#include "core/base/result.h"

namespace almanac {

// The days that a path speaks of, both included. Everything where it has no placeholder.
struct DateSpan {
  Date first{INT32_MIN}, last{INT32_MAX};

  bool contains(Date date) const { return first <= date && date <= last; }
  bool overlaps(const DateSpan& other) const { return first <= other.last && other.first <= last; }
  bool bounded() const { return first != Date(INT32_MIN); }
  bool operator==(const DateSpan&) const = default;
};

struct FoundPath {
  std::string path;  // relative to the root
  DateSpan span;
  // A folder on the way that cannot be listed, or one that has a table's ending; `path` is it.
  std::string problem;
};

// Usage error for a pattern that leads out of the project or has unknown placeholders; `what` is
// what the message calls it.
Result<void> check_pattern(std::string_view what, std::string_view pattern);

// The regular files (links are followed) that match a valid pattern below `root`, by path.
// Wildcards and placeholders do not match names that start with '.' or '_'. Where a placeholder
// stands twice, or {date} beside {year}, only paths in which they agree match.
std::vector<FoundPath> find_paths(const std::string& root, std::string_view pattern);

// The pattern with the placeholders of a date filled in.
std::string fill_pattern(std::string_view pattern, Date date);

}  // namespace almanac
