// Wanted: which cells a command is about. The selected calculations in the range of dates are
// wanted; what they need (dependencies, the days of windows, the own history) is pulled in and
// counted apart.
#pragma once

#include <vector>

#include "core/manifest/manifest.h"

namespace almanac {

enum class Role : uint8_t { None, PulledIn, Wanted };

class Wanted {
 public:
  // Days are indices of the calendar; [from, to] is inclusive. With `exact` nothing is pulled in.
  Wanted(const Manifest& manifest, const std::vector<bool>& selected, size_t from, size_t to,
         bool exact);

  Role role(size_t calculation, size_t day) const;
  size_t from() const { return from_; }
  size_t to() const { return to_; }
  size_t first_day() const { return first_day_; }  // of any cell that has a role
  bool empty() const { return empty_; }            // no cell has one

 private:
  std::vector<bool> selected_;
  std::vector<size_t> lowest_;  // first day of each calculation that is needed; past `to`: none
  size_t from_, to_, first_day_;
  bool empty_;
};

}  // namespace almanac
