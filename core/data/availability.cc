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

}  // namespace almanac
