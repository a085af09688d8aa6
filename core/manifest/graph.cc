#include "core/manifest/graph.h"

#include <algorithm>

namespace almanac {

namespace {

constexpr uint32_t kNone = UINT32_MAX;

// Tarjan's strongly connected components, with an explicit stack of (node, next edge).
class Components {
 public:
  explicit Components(const Graph& graph)
      : graph_(graph), order_(graph.size(), kNone), low_(graph.size()), of_(graph.size(), kNone) {
    for (uint32_t node = 0; node < graph.size(); ++node) {
      if (order_[node] == kNone) visit(node);
    }
  }

  // The component of each node.
  std::vector<uint32_t> take() { return std::move(of_); }

 private:
  struct Frame {
    uint32_t node;
    size_t edge;
  };

  void visit(uint32_t root) {
    enter(root);
    while (!frames_.empty()) {
      const uint32_t node = frames_.back().node;
      if (frames_.back().edge < graph_[node].size()) {
        const uint32_t next = graph_[node][frames_.back().edge++];
        if (order_[next] == kNone) {
          enter(next);
        } else if (of_[next] == kNone) {
          low_[node] = std::min(low_[node], order_[next]);
        }
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) {
        uint32_t& parent = low_[frames_.back().node];
        parent = std::min(parent, low_[node]);
      }
      if (low_[node] == order_[node]) close(node);
    }
  }

  void enter(uint32_t node) {
    order_[node] = low_[node] = visited_++;
    open_.push_back(node);
    frames_.push_back({node, 0});
  }

  void close(uint32_t node) {
    uint32_t member;
    do {
      member = open_.back();
      open_.pop_back();
      of_[member] = components_;
    } while (member != node);
    ++components_;
  }

  const Graph& graph_;
  std::vector<uint32_t> order_, low_, of_;
  std::vector<uint32_t> open_;  // visited, component not known yet
  std::vector<Frame> frames_;
  uint32_t visited_ = 0, components_ = 0;
};

}  // namespace

std::vector<uint32_t> passes_of(const Graph& graph) {
  const Graph dependants = reversed(graph);
  std::vector<uint32_t> pass(graph.size(), 0), waiting(graph.size()), ready;
  for (uint32_t node = 0; node < graph.size(); ++node) {
    waiting[node] = static_cast<uint32_t>(graph[node].size());
    if (waiting[node] == 0) ready.push_back(node);
  }
  for (size_t i = 0; i < ready.size(); ++i) {
    for (uint32_t next : dependants[ready[i]]) {
      pass[next] = std::max(pass[next], pass[ready[i]] + 1);
      if (--waiting[next] == 0) ready.push_back(next);
    }
  }
  return ready.size() == graph.size() ? pass : std::vector<uint32_t>{};
}

std::vector<uint32_t> first_cycle(const Graph& graph, const std::vector<std::string>& names) {
  const std::vector<uint32_t> component = Components(graph).take();
  auto by_name = [&](uint32_t a, uint32_t b) { return names[a] < names[b]; };

  // A node is on a cycle when one of its edges stays in its component.
  uint32_t start = kNone;
  for (uint32_t node = 0; node < graph.size(); ++node) {
    const bool cyclic = std::any_of(graph[node].begin(), graph[node].end(), [&](uint32_t next) {
      return component[next] == component[node];
    });
    if (cyclic && (start == kNone || by_name(node, start))) start = node;
  }
  if (start == kNone) return {};

  // Breadth first, in the order of names, until an edge leads back.
  std::vector<uint32_t> from(graph.size(), kNone), queue = {start};
  for (size_t i = 0; i < queue.size(); ++i) {
    std::vector<uint32_t> next = graph[queue[i]];
    std::sort(next.begin(), next.end(), by_name);
    for (uint32_t node : next) {
      if (node == start) {
        std::vector<uint32_t> cycle;
        for (uint32_t n = queue[i]; n != start; n = from[n]) cycle.push_back(n);
        cycle.push_back(start);
        std::reverse(cycle.begin(), cycle.end());
        return cycle;
      }
      if (component[node] != component[start] || from[node] != kNone) continue;
      from[node] = queue[i];
      queue.push_back(node);
    }
  }
  return {};  // not reached: an edge inside a component lies on a cycle
}

Graph reversed(const Graph& graph) {
  Graph result(graph.size());
  for (uint32_t node = 0; node < graph.size(); ++node) {
    for (uint32_t next : graph[node]) result[next].push_back(node);
  }
  return result;
}

std::vector<uint32_t> reachable(const Graph& graph, const std::vector<uint32_t>& start) {
  std::vector<bool> seen(graph.size(), false);
  std::vector<uint32_t> found;
  auto visit = [&](uint32_t node) {
    if (!seen[node]) found.push_back(node);
    seen[node] = true;
  };
  for (uint32_t node : start) visit(node);
  for (size_t i = 0; i < found.size(); ++i) {
    for (uint32_t next : graph[found[i]]) visit(next);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace almanac
