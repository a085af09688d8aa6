// The closes of one day by ticker. A close that is null, NaN or infinite is no close.
#pragma once

#include <almanac/calculation.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "layers/mathematics/numbers.h"

class Closes {
 public:
  Closes(almanac::Rows rows, almanac::In<std::string_view> ticker, almanac::In<double> close) {
    closes_.reserve(rows.size());
    for (const almanac::Row row : rows) {
      if (std::isfinite(row[close])) closes_.emplace_back(row[ticker], row[close]);
    }
    std::sort(closes_.begin(), closes_.end());
  }

  // Undefined where the ticker has no close.
  double of(std::string_view ticker) const {
    const auto found = std::lower_bound(closes_.begin(), closes_.end(), ticker,
                                        [](const auto& close, auto t) { return close.first < t; });
    return found != closes_.end() && found->first == ticker ? found->second : kUndefined;
  }

  // Pairs of ticker and close, by ticker.
  auto begin() const { return closes_.begin(); }
  auto end() const { return closes_.end(); }

 private:
  std::vector<std::pair<std::string_view, double>> closes_;
};
