// A model of a project whose calculations are pure functions of small numbers: the planner decides,
// a plain loop computes and records, and an oracle recomputes everything. No files, no threads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/plan/planner.h"

namespace almanac::model {

// What one calculation of the model is.
struct Node {
  uint64_t code = 0;       // identity of its source
  uint64_t behaviour = 0;  // what it computes; a change of code may leave it
  uint64_t coarse = 0;     // results are taken modulo this number; 0: not at all
  bool reads_dataset = false, optional_dataset = false, historical = false;
  uint32_t dataset_window = 1;
  std::map<size_t, uint32_t> reads;  // earlier node -> window
  bool fails = false;                // ends in the dead letter queue
};

class World {
 public:
  static constexpr int kFirstDay = 18000;

  explicit World(size_t days) : data(days), days_(days) {}

  std::vector<Node> nodes;
  // The dataset: a value per day; nullopt: no rows.
  std::vector<std::optional<uint64_t>> data;

  struct Ran {
    size_t node, day;
    Verdict verdict;
    bool operator==(const Ran&) const = default;
  };
  // Plans and computes all cells like a run; returns those that were really computed, in order.
  std::vector<Ran> run();

  // What the ledger says a cell put out; nullopt where it has no result that counts.
  std::optional<uint64_t> value(size_t node, size_t day) const;

  // The same, by computing everything from scratch.
  std::vector<std::vector<std::optional<uint64_t>>> oracle() const;

  // Every stored result is where it was put. Emptied by tests that lose bytes.
  std::map<Hash, Facts::Stored> stored;
  const Planner& planner() const { return *planner_; }

 private:
  Manifest manifest() const;
  Availability availability() const;
  uint64_t compute(size_t node, size_t day,
                   const std::vector<std::vector<std::optional<uint64_t>>>& values) const;

  size_t days_;
  std::map<std::pair<std::string, Date>, CellRecord> ledger_;
  std::map<Hash, Trace> traces_;
  std::vector<DeadLetter> letters_;
  std::vector<std::vector<std::optional<uint64_t>>> values_;
  int64_t next_computation_ = 1;
  Project project_;
  Manifest manifest_;
  Availability availability_;
  std::unique_ptr<Planner> planner_;
};

}  // namespace almanac::model
