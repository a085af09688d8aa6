#include "core/manifest/calculation.h"

#include <algorithm>

namespace almanac {

std::string_view name_of(Calculation::Kind kind) {
  switch (kind) {
    case Calculation::Kind::PerEntity:
      return "per_entity";
    case Calculation::Kind::WholeDate:
      return "whole_date";
    case Calculation::Kind::Series:
      return "series";
  }
  return "?";
}

bool Calculation::historical() const {
  return std::any_of(reads.begin(), reads.end(),
                     [](const Read& read) { return read.source == Source::Previous; });
}

std::string Calculation::entity() const {
  const std::vector<size_t> all = keys();
  return all.empty() ? "" : outputs[all[0]].name;
}

Calculation::Column Calculation::streamed_by() const {
  const std::vector<size_t> all = keys();
  if (kind != Kind::PerEntity || all.empty()) return entities;
  return {outputs[all[0]].name, outputs[all[0]].type};
}

std::vector<size_t> Calculation::keys() const {
  std::vector<size_t> indices;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].key) indices.push_back(i);
  }
  return indices;
}

}  // namespace almanac
