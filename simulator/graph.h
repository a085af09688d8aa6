// Graph: the project that is simulated. Calculations are pure functions of small numbers, and each
// cell has a script that says what else becomes of it. Thread rule: a value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/records.h"
#include "core/manifest/manifest.h"
#include "simulator/random.h"

namespace almanac::simulator {

inline constexpr int kFirstDay = 18000;
inline constexpr const char* kDataset = "data";

// What becomes of a cell each time that it is computed.
struct Script {
  enum class Kind : uint8_t {
    Succeeds,
    Fails,      // `times` times, then it succeeds
    Permanent,  // trying again cannot help
    Poison,     // ends its process `times` times, then it succeeds
    Heavy,      // lacks memory `times` times, then it succeeds, and needs much
    Unstored,   // its result cannot be stored `times` times, then it succeeds
  };
  Kind kind = Kind::Succeeds;
  int times = 0;
  static constexpr int kAlways = 1 << 20;

  bool ends_well() const {
    return kind == Kind::Succeeds || (kind != Kind::Permanent && times < kAlways);
  }
  // What ends its process each time is left for a person; other cells that do not end well fail.
  bool fails() const { return !ends_well() && kind != Kind::Poison; }
};

struct Node {
  // What it is at one time; a person may bring an older one back.
  struct Version {
    uint64_t code = 0;              // identity of its source
    uint64_t behaviour = 0;         // what it computes; a change of code may leave it
    std::map<int, Script> scripts;  // by day; others succeed
  };
  Version version;
  std::string category = "model";
  uint64_t coarse = 0;  // results are taken modulo this number; 0: not at all
  bool reads_data = false, optional_data = false, historical = false, series = false;
  uint32_t data_window = 1;
  std::map<size_t, uint32_t> reads;  // earlier node -> window
  int64_t duration_ms = 100;         // of a cell

  Script script(int day) const {
    const auto found = version.scripts.find(day);
    return found == version.scripts.end() ? Script() : found->second;
  }
};

struct Graph {
  int days = 0;
  std::vector<Node> nodes;

  Project project() const;
  Manifest manifest() const;
};

// Root data: a value per day; a day without one has no rows.
using Data = std::map<int, uint64_t>;

std::string id_of(size_t node);
size_t node_of(const std::string& id);
inline Date date_of(int day) {
  return Date(kFirstDay + day);
}
inline int day_of(Date date) {
  return date.days() - kFirstDay;
}

// What a cell puts out, of all that it reads, read by read, each oldest first.
using Values = std::vector<std::optional<uint64_t>>;
uint64_t compute(const Graph& graph, size_t node, const std::vector<Values>& reads);

// As the runner would give it.
ResultRecord result_of(uint64_t value);
uint64_t value_of(const ResultRecord& result);
// Fingerprint of the column with the value.
inline Hash fingerprint_of(uint64_t value) {
  return {2, value};
}

// `fatal`: cells may end their process.
Graph random_graph(Random& random, bool fatal);
Data random_data(Random& random, int days);
// Three calculations on four dates, each reading the ones before it.
Graph reference_graph();

}  // namespace almanac::simulator
