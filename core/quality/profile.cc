#include "core/quality/profile.h"

#include <algorithm>
#include <cmath>

namespace almanac {

namespace {

// What a process has that has computed next to nothing. Where all cells read about the same, the
// line goes through this at no rows.
constexpr double kBareBytes = 48e6;
constexpr double kShare = 0.95;
constexpr double kSpread = 2;  // of the most rows to the fewest

}  // namespace

Profile::Profile(const std::vector<Usage>& usages) : usages_(usages.size()) {
  std::vector<std::pair<double, double>> bytes, ms;
  for (const Usage& usage : usages) {
    const auto rows = static_cast<double>(usage.rows);
    ms.emplace_back(rows, static_cast<double>(usage.duration_ms));
    if (usage.peak_bytes > 0) bytes.emplace_back(rows, static_cast<double>(usage.peak_bytes));
  }
  bytes_ = fit(bytes, kBareBytes);
  ms_ = fit(ms, 0);
}

Need Profile::need(uint64_t rows) const {
  Need need;
  need.bytes = static_cast<uint64_t>(bytes_.at(rows) * bytes_.above);
  need.ms = ms_.at(rows);
  need.most_ms = need.ms * ms_.above;
  return need;
}

// Least squares; with one more point, (0, base), where all points are so close to each other that
// they say nothing of a slope. No cell needs less because it reads more: a line that falls is
// replaced by the mean.
Profile::Line Profile::fit(const std::vector<std::pair<double, double>>& points, double base) {
  Line line;
  if (points.empty()) return line;
  const auto n = static_cast<double>(points.size());
  std::vector<std::pair<double, double>> all = points;
  const auto [least, most] = std::minmax_element(points.begin(), points.end());
  if (most->first < kSpread * least->first) all.emplace_back(0, base);
  double x = 0, y = 0, mean = 0;
  for (const auto& [rows, used] : points) mean += used / n;
  for (const auto& [rows, used] : all) {
    x += rows / static_cast<double>(all.size());
    y += used / static_cast<double>(all.size());
  }
  double xx = 0, xy = 0;
  for (const auto& [rows, used] : all) {
    xx += (rows - x) * (rows - x);
    xy += (rows - x) * (used - y);
  }
  line.slope = xx > 0 ? xy / xx : 0;
  line.base = y - line.slope * x;
  if (line.slope <= 0 || line.base < 0) {
    line.slope = std::max(0.0, line.slope);
    line.base = line.slope > 0 ? 0 : mean;
  }
  std::vector<double> above;
  for (const auto& [rows, used] : points) {
    const double fitted = line.base + line.slope * rows;
    above.push_back(fitted > 0 ? used / fitted : 1);
  }
  const auto rank = static_cast<size_t>(std::ceil(kShare * n)) - 1;
  std::nth_element(above.begin(), above.begin() + static_cast<std::ptrdiff_t>(rank), above.end());
  line.above = std::max(1.0, above[rank]);
  return line;
}

}  // namespace almanac
