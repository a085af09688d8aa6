// CalculationBreaker: stops trying a calculation whose cells fail one after the other. Closed until
// kThreshold cells in a row in date order have failed; then the rest of its days is not tried, and
// one cell of a later run probes whether it has been mended.
//
// It is told how days ended, in any order, those of earlier runs included; a day that was never
// tried is no part of a row. Pure.
#pragma once

#include <cstddef>
#include <iterator>
#include <map>

namespace almanac {

class CalculationBreaker {
 public:
  static constexpr int kThreshold = 5;

  void add(size_t day, bool failed) { failed_.insert_or_assign(day, failed); }

  // How many failed days in a row there are around a day; 0 where it did not fail.
  int in_row(size_t day) const {
    const auto at = failed_.find(day);
    if (at == failed_.end() || !at->second) return 0;
    int count = 1;
    for (auto before = at; before != failed_.begin() && (--before)->second;) ++count;
    for (auto after = std::next(at); after != failed_.end() && after->second; ++after) ++count;
    return count;
  }

 private:
  std::map<size_t, bool> failed_;
};

}  // namespace almanac
