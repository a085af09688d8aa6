#include "simulator/behaviour/tables.h"

#include <algorithm>
#include <iterator>

#include "core/code/number_lists.h"

namespace almanac::behaviour {

namespace {

constexpr size_t kMost = 64;  // values, each of which costs a compiler's run

// Those of all lists that may be the table; none where there is no list.
std::vector<Changes> changes_of(const ConstantTable& table, const CodeBundle& bundle,
                                const Lines& lines) {
  std::vector<Changes> all;
  if (!table.refers_to.zero()) return all;
  for (size_t s = 0; s < bundle.sources.size(); ++s) {
    for (NumberList& list : number_lists(bundle.sources[s].text)) {
      if (!is_written_as(table.bytes, list.numbers)) continue;
      Changes changes;
      for (Mutant& mutant : list.changes) changes.push_back({s, std::move(mutant)});
      const bool differs = std::ranges::all_of(
          changes, [&](const Change& change) { return lines.contains(place_of(bundle, change)); });
      if (!differs) continue;
      for (Change& change : changes) all.push_back({std::move(change)});
    }
  }
  return all;
}

}  // namespace

std::optional<std::vector<Changes>> changes_of_tables(const Rebuilt& version, const Rebuilt& other,
                                                      const CodeBundle& bundle,
                                                      const Lines& lines) {
  std::vector<ConstantTable> alone;
  std::ranges::set_difference(version.tables, other.tables, std::back_inserter(alone));
  std::vector<Changes> all;
  for (const ConstantTable& table : alone) {
    auto changes = changes_of(table, bundle, lines);
    if (changes.empty()) return std::nullopt;
    std::ranges::move(changes, std::back_inserter(all));
  }
  return all.size() > kMost ? std::nullopt : std::optional(std::move(all));
}

}  // namespace almanac::behaviour
