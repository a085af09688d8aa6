#include "core/plan/reach.h"

#include <algorithm>

#include "core/plan/planner.h"

namespace almanac {

using Source = Calculation::Source;

Reach::Reach(const Manifest& manifest, size_t days, const std::vector<Cell>& cells,
             const std::function<bool(size_t, size_t)>& up_to_date)
    : days_(days), in_(manifest.calculations.size() * days) {
  for (const auto& [calculation, day] : cells) in_[calculation * days_ + day] = true;
  follow(manifest);
  add_needs(manifest, up_to_date);
}

// In date order and in pass order, so that what a cell reads is known when it is met.
void Reach::follow(const Manifest& manifest) {
  const auto& calculations = manifest.calculations;
  std::vector<size_t> last(calculations.size(), days_);  // day that is in; days_: none so far
  for (size_t day = 0; day < days_; ++day) {
    for (size_t c = 0; c < calculations.size(); ++c) {
      bool in = has(c, day);
      for (const auto& read : calculations[c].reads) {
        if (read.source == Source::Calculation) {
          const size_t before = last[manifest.index.at(read.name)];
          in |= before < days_ && before >= Planner::window_start(day, read.window);
        } else if (read.source == Source::Previous) {
          in |= last[c] < days_;
        }
      }
      if (!in) continue;
      in_[c * days_ + day] = true;
      last[c] = day;
    }
  }
}

// The other way round. What is up to date is read as it is.
void Reach::add_needs(const Manifest& manifest,
                      const std::function<bool(size_t, size_t)>& up_to_date) {
  const auto& calculations = manifest.calculations;
  std::vector<size_t> first(calculations.size(), days_);  // day that somebody later reads
  for (size_t day = days_; day-- > 0;) {
    for (size_t c = calculations.size(); c-- > 0;) {
      if (!has(c, day) && day < first[c]) continue;
      if (!has(c, day) && up_to_date(c, day)) continue;
      in_[c * days_ + day] = true;
      for (const auto& read : calculations[c].reads) {
        if (read.source == Source::Calculation) {
          size_t& needed = first[manifest.index.at(read.name)];
          needed = std::min(needed, Planner::window_start(day, read.window));
        } else if (read.source == Source::Previous && day > 0) {
          first[c] = std::min(first[c], day - 1);
        }
      }
    }
  }
}

}  // namespace almanac
