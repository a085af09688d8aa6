#include "activities/index.h"

#include <algorithm>
#include <map>

namespace almanac {

std::vector<DatasetAvailability> changed_partitions(
    const std::vector<DatasetAvailability>& recorded, const Availability& found) {
  std::map<std::string, const DatasetAvailability*> known;
  for (const auto& dataset : recorded) known[dataset.name] = &dataset;

  std::vector<DatasetAvailability> changed;
  for (const auto& dataset : found.datasets) {
    DatasetAvailability out{dataset.name, dataset.entity, dataset.is_static, {}, {}};
    const auto before = known.find(dataset.name);
    for (const auto& partition : dataset.partitions) {
      if (partition.presence != Presence::Present) continue;
      const Partition* old = nullptr;
      if (before != known.end()) {
        const auto& partitions = before->second->partitions;
        const auto at =
            std::lower_bound(partitions.begin(), partitions.end(), partition.date,
                             [](const Partition& p, Date date) { return p.date < date; });
        if (at != partitions.end() && at->date == partition.date) old = &*at;
      }
      const bool same = old && old->rows == partition.rows && old->columns == partition.columns &&
                        old->schema && old->schema->names == partition.schema->names;
      if (!same) out.partitions.push_back(partition);
    }
    if (!out.partitions.empty()) changed.push_back(std::move(out));
  }
  return changed;
}

}  // namespace almanac
