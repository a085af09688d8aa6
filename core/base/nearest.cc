#include "core/base/nearest.h"

#include <algorithm>

#include "core/base/names.h"

namespace almanac {

namespace {

// Optimal string alignment: Levenshtein's distance with swaps of neighbours.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

constexpr size_t kLongest = 256;  // a name of a megabyte must not cost a quadratic search
constexpr size_t kShown = 12;

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  name = name.substr(0, kLongest);
  const std::string* best = nullptr;
  size_t best_distance = 0;
  for (const std::string& candidate : known) {
    const size_t d = distance(name, std::string_view(candidate).substr(0, kLongest));
    if (best == nullptr || d < best_distance) {
      best = &candidate;
      best_distance = d;
    }
  }
  return best == nullptr ? "" : *best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = nearest(name, known);
  const size_t longest = std::max(name.size(), near.size());
  if (near.empty() || longest > kLongest) return "";
  const size_t far = distance(name, near);
  if (far == longest || far > std::max<size_t>(1, longest / 3)) return "";
  return "; did you mean " + in_quotes(near) + "?";
}

std::string near_or_all(std::string_view name, const std::vector<std::string>& known) {
  if (std::string near = did_you_mean(name, known); !near.empty()) return near;
  if (known.empty()) return "; there are none";
  std::string text = known.size() == 1 ? "; there is " : "; there are ";
  for (size_t i = 0; i < std::min(known.size(), kShown); ++i) {
    text += (i ? ", " : "") + in_quotes(known[i]);
  }
  if (known.size() > kShown) text += " and " + std::to_string(known.size() - kShown) + " more";
  return text;
}

}  // namespace almanac
