#include "core/plan/wanted.h"

#include <algorithm>

#include "core/plan/planner.h"

namespace almanac {

Wanted::Wanted(const Manifest& manifest, const std::vector<bool>& selected, size_t from, size_t to,
               bool exact)
    : selected_(selected),
      from_(from),
      to_(to),
      first_day_(from),
      empty_(std::ranges::find(selected, true) == selected.end()) {
  const auto& calculations = manifest.calculations;
  lowest_.assign(calculations.size(), to + 1);
  for (size_t c = 0; c < calculations.size(); ++c) {
    if (selected[c]) lowest_[c] = from;
  }
  if (exact) return;

  // Dependents come after what they depend on, so from the back every need is known when it is met.
  for (size_t c = calculations.size(); c-- > 0;) {
    if (lowest_[c] > to) continue;
    if (calculations[c].historical()) lowest_[c] = 0;
    for (const auto& read : calculations[c].reads) {
      if (read.source != Calculation::Source::Calculation) continue;
      size_t& needed = lowest_[manifest.index.at(read.name)];
      needed = std::min(needed, Planner::window_start(lowest_[c], read.window));
    }
    first_day_ = std::min(first_day_, lowest_[c]);
  }
}

Role Wanted::role(size_t calculation, size_t day) const {
  if (day < lowest_[calculation] || day > to_) return Role::None;
  return selected_[calculation] && day >= from_ ? Role::Wanted : Role::PulledIn;
}

}  // namespace almanac
