// The root data: whether files match, can be read, and have rows. What was read is remembered in
// the cache, as by a plan.
#include <algorithm>

#include "storage/root_data.h"
#include "tools/almanac/finding.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

Finding examine_dataset(const Dataset& dataset, const DatasetAvailability& found) {
  const std::string subject = "data " + dataset.name;
  const Partition *first = nullptr, *last = nullptr;
  uint64_t days = 0, rows = 0;
  std::vector<std::string> problems;
  for (const auto& partition : found.partitions) {
    if (partition.presence == Presence::Unreadable) problems.push_back(partition.problem);
    if (partition.presence != Presence::Present) continue;
    if (first == nullptr) first = &partition;
    last = &partition;
    ++days;
    rows += partition.rows;
  }
  problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
  if (!problems.empty()) {
    const size_t more = problems.size() - 1;
    return wrong(
        subject,
        problems.front() + (more ? ", and " + std::to_string(more) + " more like that" : ""),
        "correct the data; cells that read it are blocked");
  }
  if (first == nullptr) {
    return wrong(subject, "no file matches " + dataset.path + ", or none has rows",
                 "put data there, or correct path in [dataset." + dataset.name + "]");
  }
  if (dataset.is_static) return fine(subject, count_text(rows, "row"));
  return fine(subject, count_text(rows, "row") + " on " + count_text(days, "day") + ", " +
                           first->date.str() + " to " + last->date.str());
}

}  // namespace

std::vector<Finding> examine_data(const Project& project) {
  const auto day = today(project);
  if (!day.ok()) return {wrong("data", day.error().message, "")};
  const auto availability = FileRootData(project).index({}, *day - 1);
  if (!availability.ok()) return {wrong("data", availability.error().message, "")};
  std::vector<Finding> findings;
  for (const auto& found : availability->datasets) {
    findings.push_back(examine_dataset(*project.dataset(found.name), found));
  }
  return findings;
}

}  // namespace almanac
