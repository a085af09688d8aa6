#include "tools/almanac/plan_report.h"

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <tuple>

#include "core/plan/identity.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

json totals_json(const StateTotals& totals) {
  json out = json::object();
  for (size_t i = 0; i < kStates; ++i) out[std::string(name_of(static_cast<State>(i)))] = totals[i];
  return out;
}

StateTotals totals_of(const std::vector<PlannedCell>& cells, Role role) {
  StateTotals totals{};
  for (const auto& cell : cells) {
    if (cell.role == role) ++totals[static_cast<size_t>(cell.verdict.state)];
  }
  return totals;
}

// Cells of one calculation that share state and reason.
struct Group {
  size_t count = 0, first = 0, last = 0;
  bool predicted = false, differs = false;
  std::string detail;  // of the first, where they differ

  std::string detail_text() const {
    if (detail.empty()) return "";
    return (differs ? ", the first: " : ": ") + in_line(detail);
  }
};
using Groups = std::map<std::tuple<size_t, State, Reason>, Group>;

void print_groups(const Planner& planner, const Groups& groups) {
  for (const auto& [key, group] : groups) {
    const auto& [calculation, state, reason] = key;
    std::printf("  %-20s %6zu  %-15s  %s to %s  %s%s%s\n",
                planner.manifest().calculations[calculation].id.c_str(), group.count,
                std::string(word_of(state)).c_str(), planner.date(group.first).str().c_str(),
                planner.date(group.last).str().c_str(), std::string(name_of(reason)).c_str(),
                group.predicted ? " (at most)" : "", group.detail_text().c_str());
  }
}

}  // namespace

void print_totals(const StateTotals& totals) {
  for (size_t i = 0; i < kStates; ++i) {
    const std::string word(word_of(static_cast<State>(i)));
    if (totals[i] > 0) std::printf("  %-15s %8zu\n", word.c_str(), totals[i]);
  }
}

json plan_json(const Planning& planning, const std::vector<PlannedCell>& cells) {
  const Planner& planner = *planning.planner;
  const Wanted& wanted = *planning.wanted;
  json list = json::array();
  size_t expected = 0, pulled = 0;
  for (const auto& cell : cells) {
    ++(cell.role == Role::Wanted ? expected : pulled);
    if (cell.role == Role::PulledIn && cell.verdict == Verdict{State::Stable, Reason::Unchanged}) {
      continue;
    }
    json line{{"calculation", planner.manifest().calculations[cell.calculation].id},
              {"date", planner.date(cell.day).str()},
              {"pass", planner.manifest().pass[cell.calculation]},
              {"state", name_of(cell.verdict.state)},
              {"reason", name_of(cell.verdict.reason)},
              {"detail", cell.detail}};
    if (cell.predicted) line["predicted"] = true;
    if (cell.role == Role::PulledIn) line["pulled_in"] = true;
    list.push_back(std::move(line));
  }
  json out{{"version", 1},
           {"cells", std::move(list)},
           {"totals", totals_json(totals_of(cells, Role::Wanted))},
           {"expected", expected},
           {"pulled_in",
            {{"totals", totals_json(totals_of(cells, Role::PulledIn))}, {"expected", pulled}}}};
  const bool any = !wanted.empty();
  out["from"] = any ? json(planner.date(wanted.from()).str()) : json(nullptr);
  out["to"] = any ? json(planner.date(wanted.to()).str()) : json(nullptr);
  return out;
}

void print_plan(const Planning& planning, const std::vector<PlannedCell>& cells) {
  const Planner& planner = *planning.planner;
  if (planning.wanted->empty()) {
    std::printf("no cells, nothing to do\n");
    return;
  }
  size_t pulled = 0, pulled_work = 0;
  Groups wanted, needed;
  for (const auto& cell : cells) {
    const bool is_wanted = cell.role == Role::Wanted;
    if (!is_wanted) {
      ++pulled;
      pulled_work += is_change(cell.verdict);
    }
    if (cell.verdict == Verdict{State::Stable, Reason::Unchanged}) continue;
    Group& group =
        (is_wanted ? wanted : needed)[{cell.calculation, cell.verdict.state, cell.verdict.reason}];
    if (group.count++ == 0) {
      group.first = cell.day;
      group.detail = cell.detail;
    }
    group.last = cell.day;
    group.predicted |= cell.predicted;
    group.differs |= group.detail != cell.detail;
  }
  const StateTotals totals = totals_of(cells, Role::Wanted);
  const size_t sum = std::accumulate(totals.begin(), totals.end(), size_t{0});
  std::printf("%s to %s, %s\n", planner.date(planning.wanted->from()).str().c_str(),
              planner.date(planning.wanted->to()).str().c_str(), count_text(sum, "cell").c_str());
  print_totals(totals);
  std::printf("  %-15s %8zu\n", "sum", sum);
  if (!wanted.empty()) std::printf("\n");
  print_groups(planner, wanted);
  if (needed.empty()) return;
  std::printf("\nand of %s that they need, %zu to compute or publish\n",
              count_text(pulled, "cell").c_str(), pulled_work);
  print_groups(planner, needed);
}

std::string plan_digest(const Planning& planning, const std::vector<PlannedCell>& cells) {
  const Planner& planner = *planning.planner;
  Hasher hasher("plan/1");
  for (size_t c = 0; c < planner.manifest().calculations.size(); ++c) {
    hasher.add(planner.manifest().calculations[c].id).add(hash_of(*planner.identity(c)));
  }
  for (const auto& dataset : planning.availability.datasets) {
    for (const auto& partition : dataset.partitions) {
      hasher.add(static_cast<uint64_t>(partition.date.days()));
      hasher.add(static_cast<uint64_t>(partition.presence)).add(partition.rows);
      for (const Hash& column : partition.columns) hasher.add(column);
    }
  }
  for (const auto& cell : cells) hasher.add(uint64_t{cell.calculation}).add(uint64_t{cell.day});
  return hasher.digest().hex();
}

}  // namespace almanac
