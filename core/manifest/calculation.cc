#include "core/manifest/calculation.h"

#include <algorithm>

namespace almanac {

bool Calculation::historical() const {
  return std::any_of(reads.begin(), reads.end(),
                     [](const Read& read) { return read.source == Source::Previous; });
}

std::string Calculation::entity() const {
  const std::vector<size_t> all = keys();
  return all.empty() ? "" : outputs[all[0]].name;
}

std::vector<size_t> Calculation::keys() const {
  std::vector<size_t> indices;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].key) indices.push_back(i);
  }
  return indices;
}

}  // namespace almanac
