// Statistics of sorted values.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include "layers/mathematics/numbers.h"

inline std::vector<double> ascending(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// The value below which the share p of them lies, linear between the two nearest (type 7 of R. J.
// Hyndman, Y. Fan, Sample quantiles in statistical packages, The American Statistician 50, 1996).
// Of sorted values without an undefined one; undefined where there are none.
inline double quantile(std::span<const double> sorted, double p) {
  if (sorted.empty()) return kUndefined;
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<size_t>(place);
  const size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

inline double median(std::span<const double> values) {
  return quantile(ascending(values), 0.5);
}

// The median of the distances from the median.
inline double median_deviation(std::span<const double> values) {
  const double centre = median(values);
  std::vector<double> distances;
  for (const double x : values) distances.push_back(std::abs(x - centre));
  return median(distances);
}

// For each value the share of the others that it leaves behind, (rank - 0.5) / n: equal ones,
// rounded to 12 decimals, have their average rank; an undefined one has none and is none of the n.
inline std::vector<double> rank_shares(std::span<const double> values) {
  std::vector<size_t> order;
  std::vector<double> keys(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    keys[i] = rounded(values[i]);
    if (std::isfinite(values[i])) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return keys[a] < keys[b]; });
  std::vector<double> shares(values.size(), kUndefined);
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    end = begin + 1;
    while (end < order.size() && keys[order[end]] == keys[order[begin]]) ++end;
    const double average = static_cast<double>(begin + 1 + end) / 2;
    for (size_t i = begin; i < end; ++i) {
      shares[order[i]] = (average - 0.5) / static_cast<double>(order.size());
    }
  }
  return shares;
}
