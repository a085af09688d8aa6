// Edits: what people change of a project, and what becomes of its root data, between two runs.
// Thread rule: one thread.
#pragma once

#include <vector>

#include "simulator/schedule.h"

namespace almanac::simulator {

class Edits {
 public:
  explicit Edits(size_t nodes) : versions_(nodes) {}

  // True where code has changed: processes that have the older code must be started anew.
  bool apply(const Step& step, Graph* graph, Data* data);
  // The versions of a node that were not the present one at some time.
  const std::vector<Node::Version>& older(size_t node) const { return versions_[node]; }

 private:
  std::vector<std::vector<Node::Version>> versions_;  // before the present ones
  uint64_t next_code_ = 1'000;
};

}  // namespace almanac::simulator
