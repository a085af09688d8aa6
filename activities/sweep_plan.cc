#include "activities/sweep_plan.h"

#include <algorithm>
#include <set>
#include <vector>

namespace almanac {

namespace {

// The breakers of calculations that are going to be probed; they close if that goes well, and then
// the rest of their cells is computed, and what depends on them.
std::vector<size_t> to_probe(const RunState& state, const Planner& planner) {
  std::vector<size_t> probed;
  for (size_t c = 0; c < planner.manifest().calculations.size(); ++c) {
    if (planner.breaker_open(c) && state.may_probe(c)) probed.push_back(c);
  }
  return probed;
}

}  // namespace

Begun plan_sweep(RunState& state) {
  Planner& planner = state.planner();
  const Manifest& manifest = planner.manifest();
  const std::vector<size_t> probed = to_probe(state, planner);
  for (const size_t c : probed) planner.set_breaker(c, false);
  std::set<std::pair<size_t, uint32_t>> tiles;  // chunk, pass
  std::set<int> levels;
  Begun begun;
  const size_t days = state.sweep().order.sizes.chunk_days;
  for (size_t day = 0; day < state.end(); ++day) {
    for (size_t c = 0; c < manifest.calculations.size(); ++c) {
      const CellPlan plan = planner.evaluate(c, day);
      if (state.wanted().role(c, day) == Role::None) {
        settle_without_run(planner, c, day, plan);
        continue;
      }
      planner.settle(c, day, plan);
      if (!writes(plan.verdict, plan.withdraw) || !state.allowed(c, day)) continue;
      tiles.insert({day / days, manifest.pass[c]});
      if (!is_computed(plan.verdict)) continue;
      ++begun.cells;
      const int interruptions = state.interruptions(c, day);
      if (interruptions > 0 && interruptions != RunState::kNever) levels.insert(interruptions);
    }
  }
  planner.unsettle();
  for (const size_t c : probed) planner.set_breaker(c, true);
  int level = state.sweep().level;
  if (level > 0) {
    // None: those that were taken for interrupted were not, and wait for a usual sweep.
    const auto next = levels.lower_bound(level);
    level = next == levels.end() ? 0 : *next;
  }
  state.set_level(level);
  begun.sweep = state.sweep();
  begun.later = levels.upper_bound(level) != levels.end();
  for (const auto& [chunk, pass] : tiles) {
    const size_t first = chunk * days;
    if (begun.chunks.empty() || begun.chunks.back().first != first) {
      begun.chunks.push_back({first, std::min(first + days, state.end()), {}});
    }
    begun.chunks.back().passes.push_back(pass);
  }
  return begun;
}

}  // namespace almanac
