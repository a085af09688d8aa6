#include "simulator/oracle.h"

#include <algorithm>

namespace almanac::simulator {

namespace {

using State = Expected::State;
using Cells = std::vector<std::vector<Expected>>;

class Recomputation {
 public:
  Recomputation(const Graph& graph, const Data& data, const Cells& cells, size_t node, int day)
      : graph_(graph),
        node_(graph.nodes[node]),
        data_(data),
        cells_(cells),
        index_(node),
        day_(day) {}

  Expected go(bool held) {
    read_data();
    for (const auto& [source, window] : node_.reads) read_dependency(source, window);
    if (node_.historical) read_history();
    if (impossible_) return {State::Impossible, {}};
    if (failed_) return {State::FailedDependency, {}};
    if (blocked_ || held) return {State::Blocked, {}};
    const Script script = node_.script(day_);
    if (script.ends_well()) return {State::UpToDate, compute(graph_, index_, reads_)};
    return {script.fails() ? State::Failed : State::Blocked, {}};
  }

 private:
  static int first(int day, uint32_t window) {
    return std::max(0, day + 1 - static_cast<int>(window));
  }

  void read_data() {
    if (!node_.reads_data) return;
    Values values;
    const int latest = data_.empty() ? -1 : data_.rbegin()->first;
    for (int day = first(day_, node_.data_window); day <= day_; ++day) {
      const auto found = data_.find(day);
      values.push_back(found == data_.end() ? std::nullopt : std::optional(found->second));
      if (values.back() || node_.optional_data) continue;
      if (day > latest) {
        blocked_ = true;
      } else if (day == day_) {
        impossible_ = true;
      }
    }
    reads_.push_back(std::move(values));
  }

  void read_dependency(size_t source, uint32_t window) {
    Values values;
    for (int day = first(day_, window); day <= day_; ++day) {
      const Expected& cell = cells_[source][static_cast<size_t>(day)];
      values.push_back(cell.value);
      impossible_ |= cell.state == State::Impossible && day == day_;
      failed_ |= cell.state == State::Failed || cell.state == State::FailedDependency;
      blocked_ |= cell.state == State::Blocked;
    }
    reads_.push_back(std::move(values));
  }

  void read_history() {
    Values values{std::nullopt};
    for (int day = day_ - 1; day >= 0; --day) {
      const Expected& cell = cells_[index_][static_cast<size_t>(day)];
      if (cell.state == State::Impossible) continue;
      values[0] = cell.value;
      blocked_ |= cell.state != State::UpToDate;
      break;
    }
    reads_.push_back(std::move(values));
  }

  const Graph& graph_;
  const Node& node_;
  const Data& data_;
  const Cells& cells_;
  const size_t index_;
  const int day_;
  std::vector<Values> reads_;
  bool impossible_ = false, failed_ = false, blocked_ = false;
};

}  // namespace

const char* name_of(State state) {
  static constexpr const char* kNames[] = {"up to date", "failed", "failedDependency", "blocked",
                                           "impossible"};
  return kNames[static_cast<size_t>(state)];
}

Cells oracle(const Graph& graph, const Data& data, const std::set<std::pair<size_t, int>>& held) {
  Cells cells(graph.nodes.size(), std::vector<Expected>(static_cast<size_t>(graph.days)));
  for (int day = 0; day < graph.days; ++day) {
    for (size_t node = 0; node < graph.nodes.size(); ++node) {
      cells[node][static_cast<size_t>(day)] =
          Recomputation(graph, data, cells, node, day).go(held.contains({node, day}));
    }
  }
  return cells;
}

}  // namespace almanac::simulator
