#include "tools/almanac/root_damage.h"

#include <algorithm>

#include "tools/almanac/console.h"

namespace almanac {

namespace {

constexpr size_t kShownProblems = 5;

}  // namespace

std::vector<std::string> root_damage(const Planning& planning) {
  const Planner& planner = *planning.planner;
  std::vector<std::string> problems;
  if (planning.wanted->empty()) return problems;
  // Days that no cell of this command reads are not its business.
  const size_t first = planning.wanted->first_day(), last = planning.wanted->to();
  for (const auto& dataset : planning.availability.datasets) {
    for (const auto& partition : dataset.partitions) {
      if (partition.presence != Presence::Unreadable) continue;
      if (!dataset.is_static &&
          (partition.date < planner.date(first) || partition.date > planner.date(last))) {
        continue;
      }
      problems.push_back(dataset.name + ": " + partition.problem);
    }
  }
  for (const auto& [day, misfits] : planner.misfits()) {
    if (day < first || day > last) continue;
    for (const auto& misfit : misfits) {
      problems.push_back(misfit + "; correct the data, or what the calculations declare");
    }
  }
  problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
  return problems;
}

bool warn_of_root_damage(const Planning& planning) {
  const auto problems = root_damage(planning);
  for (size_t i = 0; i < std::min(problems.size(), kShownProblems); ++i) warn(problems[i]);
  if (problems.size() > kShownProblems) {
    warn("and " + std::to_string(problems.size() - kShownProblems) + " more of this kind");
  }
  return !problems.empty();
}

}  // namespace almanac
