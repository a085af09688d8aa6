// Oracle: what every cell must be when all is done, by computing everything from scratch.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "simulator/graph.h"

namespace almanac::simulator {

struct Expected {
  enum class State : uint8_t { UpToDate, Failed, FailedDependency, Blocked, Impossible };
  State state{};
  std::optional<uint64_t> value;  // where it is up to date
};
const char* name_of(Expected::State state);

// By node and day. `held`: cells that an open breaker keeps from being tried.
std::vector<std::vector<Expected>> oracle(const Graph& graph, const Data& data,
                                          const std::set<std::pair<size_t, int>>& held = {});

}  // namespace almanac::simulator
