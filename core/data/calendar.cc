#include "core/data/calendar.h"

#include <optional>
#include <string_view>

namespace almanac {

namespace {

constexpr std::string_view kDataset = "dataset:";
constexpr int kSaturday = 5;

std::optional<Date> earliest(const std::vector<DatasetAvailability>& datasets) {
  std::optional<Date> first;
  for (const DatasetAvailability& dataset : datasets) {
    if (dataset.is_static || (!dataset.first && dataset.partitions.empty())) continue;
    const Date date = dataset.first ? *dataset.first : dataset.partitions.front().date;
    if (!first || date < *first) first = date;
  }
  return first;
}

}  // namespace

std::vector<Date> calendar_of(const Project& project,
                              const std::vector<DatasetAvailability>& datasets, Date last_day) {
  std::vector<Date> days;
  if (project.calendar.starts_with(kDataset)) {
    const std::string_view name = std::string_view(project.calendar).substr(kDataset.size());
    for (const DatasetAvailability& dataset : datasets) {
      if (dataset.name != name) continue;
      for (const Partition& partition : dataset.partitions) {
        if (partition.has_rows() && partition.date <= last_day) days.push_back(partition.date);
      }
    }
    return days;
  }
  const std::optional<Date> first = earliest(datasets);
  if (!first) return days;
  for (Date day = *first; day <= last_day; day = day + 1) {
    if (project.calendar == "daily" || day.weekday() < kSaturday) days.push_back(day);
  }
  return days;
}

std::string calendar_problem(const Project& project,
                             const std::vector<DatasetAvailability>& datasets) {
  std::string problem;
  for (const DatasetAvailability& dataset : datasets) {
    const bool named = project.calendar == std::string(kDataset) + dataset.name;
    if (project.calendar.starts_with(kDataset) ? !named : dataset.is_static) continue;
    if (!named && dataset.first) return "";
    for (const Partition& partition : dataset.partitions) {
      if (!partition.guessed && (partition.has_rows() || !named)) return "";
      if (partition.guessed && problem.empty()) problem = partition.problem;
    }
  }
  return problem;
}

}  // namespace almanac
