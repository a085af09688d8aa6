#include "core/data/availability.h"

#include <algorithm>

namespace almanac {

const Partition* DatasetAvailability::find(Date date) const {
  if (is_static) return partitions.empty() ? nullptr : &partitions.front();
  const auto found = std::lower_bound(
      partitions.begin(), partitions.end(), date,
      [](const Partition& partition, Date wanted) { return partition.date < wanted; });
  return found == partitions.end() || found->date != date ? nullptr : &*found;
}

Presence DatasetAvailability::presence(Date date) const {
  if (const Partition* partition = find(date)) return partition->presence;
  if (is_static) return Presence::NotYet;
  if (first ? date < *first : !partitions.empty() && date < partitions.front().date) {
    return Presence::Never;
  }
  const auto last = std::find_if(partitions.rbegin(), partitions.rend(),
                                 [](const Partition& partition) { return partition.has_rows(); });
  return last != partitions.rend() && date < last->date ? Presence::Never : Presence::NotYet;
}

Hash digest_of(const Availability& availability) {
  Hasher hasher("availability/1");
  for (const Date date : availability.calendar) hasher.add(static_cast<uint64_t>(date.days()));
  for (const DatasetAvailability& dataset : availability.datasets) {
    hasher.add(dataset.name).add(dataset.partitions.size());
    for (const Partition& partition : dataset.partitions) {
      hasher.add(static_cast<uint64_t>(partition.date.days()));
      hasher.add(static_cast<uint64_t>(partition.presence)).add(partition.rows);
      if (!partition.schema) continue;
      for (size_t i = 0; i < partition.schema->names.size(); ++i) {
        hasher.add(partition.schema->names[i]).add(partition.schema->types[i]);
      }
      for (const Hash& column : partition.columns) hasher.add(column);
    }
  }
  return hasher.digest();
}

}  // namespace almanac
