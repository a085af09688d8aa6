#include "core/plan/spot_check.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace almanac {

namespace {

constexpr size_t kShadowLeast = 8, kShadowMost = 3000, kShadowOneIn = 50;
constexpr size_t kDueLeast = 16, kDueOneIn = 20;

}  // namespace

std::vector<size_t> spot_checks(const std::vector<uint64_t>& rows_read) {
  const size_t cells = rows_read.size();
  if (cells == 0) return {};
  const size_t wanted =
      std::min({std::max(cells / kShadowOneIn, kShadowLeast), kShadowMost, cells});
  std::set<size_t> chosen = {0, cells - 1};
  std::vector<size_t> largest(cells);
  std::iota(largest.begin(), largest.end(), 0);
  std::ranges::sort(largest, [&](size_t a, size_t b) {
    return rows_read[a] != rows_read[b] ? rows_read[a] > rows_read[b] : a < b;
  });
  for (size_t i = 0; i < wanted / 4; ++i) chosen.insert(largest[i]);
  for (size_t i = 0; i < wanted && chosen.size() < wanted; ++i) chosen.insert(i * cells / wanted);
  return {chosen.begin(), chosen.end()};
}

size_t due_share(size_t loans) {
  return std::max(kDueLeast, loans / kDueOneIn);
}

}  // namespace almanac
