// CalculationBreaker: stops trying a calculation whose cells fail one after the other. Closed until
// kThreshold cells in a row in date order have failed; then the rest of its days is not tried, and
// one cell of a later run probes whether it has been mended. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

namespace almanac {

struct CalculationBreaker {
  static constexpr int kThreshold = 5;

  // How many failed days in a row there are around a day that failed, counted up to the threshold.
  // `failed` says how a day of [first, end) ended; nothing for one that was never tried, which is
  // no part of a row.
  static int in_row(size_t day, size_t first, size_t end,
                    const std::function<std::optional<bool>(size_t)>& failed) {
    int count = 1;
    for (size_t before = day; before-- > first && count < kThreshold;) {
      const auto end_of = failed(before);
      if (!end_of) continue;
      if (!*end_of) break;
      ++count;
    }
    for (size_t after = day + 1; after < end && count < kThreshold; ++after) {
      const auto end_of = failed(after);
      if (!end_of) continue;
      if (!*end_of) break;
      ++count;
    }
    return count;
  }
};

}  // namespace almanac
