#include "activities/pass_plan.h"

#include <algorithm>
#include <cmath>

#include "activities/cell_decision.h"

namespace almanac {

namespace {

constexpr double kSliceMs = 10'000, kShortSliceMs = 500;
constexpr double kUnknownMs = 100;  // of a calculation that has never succeeded
constexpr size_t kMostCells = 256;  // of a slice

class PassPlanner {
 public:
  PassPlanner(RunState& state, const PassOrder& order) : state_(state), order_(order) {}

  Result<PassPlan> go() {
    const Manifest& manifest = state_.planner().manifest();
    for (size_t c = 0; c < manifest.calculations.size(); ++c) {
      if (manifest.pass[c] == order_.pass) TRY_VOID(cut(c));
    }
    TRY(const bool taken, state_.committer().flush());
    if (!taken) state_.invalidate();
    plan_.slices.insert(plan_.slices.end(), alone_.begin(), alone_.end());
    const size_t most = state_.sweep().order.sizes.slices;
    if (plan_.slices.size() > most) {
      plan_.more = true;
      plan_.slices.resize(most);
    }
    for (const Slice& slice : plan_.slices) plan_.cells += slice.cells;
    return std::move(plan_);
  }

 private:
  // The cells that a slice of the calculation may have: so few that all workers get some, as long
  // as that is worth an activity.
  size_t most_cells(size_t c, size_t day, size_t days) const {
    const Need need = state_.need(c, day);
    const double ms = need.bytes == 0 && need.ms == 0 ? kUnknownMs : std::max(need.ms, 0.01);
    const double parallel = std::max(1, state_.sweep().order.parallel);
    const double fair = std::ceil(static_cast<double>(days) / parallel);
    const double most = std::clamp(fair, kShortSliceMs / ms, std::max(1.0, kSliceMs / ms));
    return std::clamp<size_t>(static_cast<size_t>(most), 1, kMostCells);
  }

  Result<void> cut(size_t c) {
    using What = CellDecision::What;
    const bool historical = state_.planner().manifest().calculations[c].historical();
    size_t most = 0;
    Slice slice;
    bool probe = true;
    for (size_t day = order_.chunk.first; day < order_.chunk.end; ++day) {
      TRY(const CellDecision decision, take_in_hand(state_, c, day, probe));
      plan_.moved |= decision.what == What::Damaged;
      if (!decision.compute()) continue;
      const bool high_mem = state_.high_mem(c, day);
      if (decision.what != What::Compute) {
        probe = false;
        alone_.push_back(one_cell(c, day, high_mem, decision.what == What::Probe));
      } else if (historical) {
        // Each day needs the one before: the slice decides them as it goes, up to one that needs
        // another worker.
        size_t end = day + 1;
        while (end < order_.chunk.end && state_.high_mem(c, end) == high_mem) ++end;
        plan_.more |= end < order_.chunk.end;
        plan_.slices.push_back({calculation(c).id, day, end, end - day, high_mem});
      } else {
        if (slice.cells == most || slice.high_mem != high_mem) end(&slice);
        if (slice.cells == 0) {
          slice = {calculation(c).id, day, day, 0, high_mem};
          most = most_cells(c, day, order_.chunk.end - order_.chunk.first);
        }
        slice.end = day + 1;
        ++slice.cells;
      }
      if (historical) break;
    }
    end(&slice);
    return {};
  }

  const Calculation& calculation(size_t c) const {
    return state_.planner().manifest().calculations[c];
  }

  Slice one_cell(size_t c, size_t day, bool high_mem, bool probe) const {
    return {calculation(c).id, day, day + 1, 1, high_mem, true, probe};
  }

  void end(Slice* slice) {
    if (slice->cells > 0) plan_.slices.push_back(std::move(*slice));
    *slice = Slice();
  }

  RunState& state_;
  const PassOrder& order_;
  PassPlan plan_;
  std::vector<Slice> alone_;
};

}  // namespace

Result<PassPlan> plan_pass(RunState& state, const PassOrder& order) {
  TRY_VOID(state.settle_before(order));
  TRY_VOID(state.lose_attempts(order));
  TRY_VOID(state.read_heavy());
  TRY_VOID(state.read_profiles());
  return PassPlanner(state, order).go();
}

}  // namespace almanac
