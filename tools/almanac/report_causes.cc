#include "tools/almanac/report_causes.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

namespace almanac {

namespace {

using nlohmann::json;
using Source = Calculation::Source;

constexpr size_t kNone = static_cast<size_t>(-1);

bool is_kept(State state) {
  return state == State::Blocked || state == State::FailedDependency || state == State::Failed ||
         state == State::Impossible;
}

// Whether a cell for this reason may be so because of another in that state.
bool may_follow(Reason reason, State state) {
  switch (reason) {
    case Reason::Upstream:
      return state == State::Impossible;
    case Reason::DependencyFailed:
      return state == State::Failed || state == State::FailedDependency;
    case Reason::NotAvailable:
      return state == State::Blocked;
    case Reason::History:
      return state != State::Impossible;
    default:
      return false;
  }
}

struct Group {
  size_t roots = 0, cells = 0, first = 0, last = 0;
  std::string detail;
};

class Causes {
 public:
  explicit Causes(const Planner& planner)
      : planner_(planner), known_(planner.manifest().calculations.size() * planner.days()) {}

  void add(const PlannedCell& cell, size_t first_day) {
    if (!is_kept(cell.verdict.state)) return;
    size_t group = of_what_it_reads(cell);
    if (group == kNone) group = own(cell);
    known_[at(cell.calculation, cell.day)] = {cell.verdict.state, group + 1};
    if (cell.role == Role::Wanted && cell.day >= first_day) ++groups_[group].cells;
  }

  json document() const {
    std::vector<json> found;
    for (const auto& [key, index] : keys_) {
      const auto& [calculation, state, reason] = key;
      const Group& group = groups_[index];
      if (group.cells == 0) continue;
      found.push_back({{"calculation", planner_.manifest().calculations[calculation].id},
                       {"state", name_of(state)},
                       {"reason", name_of(reason)},
                       {"detail", group.detail},
                       {"roots", group.roots},
                       {"cells", group.cells},
                       {"from", planner_.date(group.first).str()},
                       {"to", planner_.date(group.last).str()}});
    }
    std::sort(found.begin(), found.end(), [](const json& a, const json& b) {
      return std::tuple(b["cells"].get<size_t>(), a["calculation"].get<std::string>(),
                        a["reason"].get<std::string>()) <
             std::tuple(a["cells"].get<size_t>(), b["calculation"].get<std::string>(),
                        b["reason"].get<std::string>());
    });
    return found;
  }

 private:
  struct Known {
    State state{};
    size_t group = 0;  // plus one; 0: nothing keeps it
  };

  size_t at(size_t calculation, size_t day) const { return calculation * planner_.days() + day; }

  size_t of_what_it_reads(const PlannedCell& cell) const {
    const Reason reason = cell.verdict.reason;
    size_t found = kNone;
    const auto look = [&](size_t calculation, size_t day) {
      const Known& known = known_[at(calculation, day)];
      if (found == kNone && known.group > 0 && may_follow(reason, known.state)) {
        found = known.group - 1;
      }
    };
    for (const auto& read : planner_.manifest().calculations[cell.calculation].reads) {
      if (read.source == Source::Calculation && reason != Reason::History) {
        const size_t source = planner_.manifest().index.at(read.name);
        const size_t first =
            reason == Reason::Upstream ? cell.day : Planner::window_start(cell.day, read.window);
        for (size_t day = first; day <= cell.day; ++day) look(source, day);
      } else if (read.source == Source::Previous && reason == Reason::History) {
        if (const auto before = planner_.day_before(cell.calculation, cell.day)) {
          look(cell.calculation, *before);
        }
      }
    }
    return found;
  }

  size_t own(const PlannedCell& cell) {
    const auto [entry, is_new] = keys_.try_emplace(
        std::tuple(cell.calculation, cell.verdict.state, cell.verdict.reason), groups_.size());
    if (is_new) groups_.push_back({0, 0, cell.day, cell.day, cell.detail});
    Group& group = groups_[entry->second];
    ++group.roots;
    group.last = cell.day;
    return entry->second;
  }

  const Planner& planner_;
  std::vector<Known> known_;  // by calculation and day
  std::vector<Group> groups_;
  std::map<std::tuple<size_t, State, Reason>, size_t> keys_;
};

}  // namespace

json root_causes(const Planning& planning, const std::vector<PlannedCell>& cells,
                 size_t first_day) {
  Causes causes(*planning.planner);
  for (const PlannedCell& cell : cells) causes.add(cell, first_day);
  return causes.document();
}

}  // namespace almanac
