// Graph: which node needs which, as indices. What the manifest computes passes, cycles and closures
// on. All functions are iterative and linear in nodes and edges.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace almanac {

// For each node the nodes that it depends on; each index is below the number of nodes.
using Graph = std::vector<std::vector<uint32_t>>;

// The pass of each node by Kahn's algorithm: 0 without dependencies, otherwise one more than the
// highest pass of a dependency. Empty when there is a cycle (and when there are no nodes).
std::vector<uint32_t> passes_of(const Graph& graph);

// A cycle as a list of nodes, each depending on the next and the last on the first; empty when
// there is none. Of the strongly connected components (Tarjan) the one with the smallest name is
// chosen, in it the shortest way from that node back to itself; among equals the smallest names.
std::vector<uint32_t> first_cycle(const Graph& graph, const std::vector<std::string>& names);

// The same edges the other way round.
Graph reversed(const Graph& graph);

// The nodes that can be reached from `start`, those included, ascending.
std::vector<uint32_t> reachable(const Graph& graph, const std::vector<uint32_t>& start);

}  // namespace almanac
