// What the attempts at the cells of one calculation say: what was computed and why, what it took,
// and what the results are without.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/ledger/records.h"

namespace almanac {

class ReportWork {
 public:
  // The cell's last attempt that came to an end.
  struct Cell {
    std::string run, state, reason;  // the decision that it followed
    bool succeeded = false;
    int attempts = 0;  // that came to an end
    std::string error, stage;
    nlohmann::json statistics;  // of the last success; null: there was none
  };

  ReportWork(std::string calculation, const std::vector<Attempt>& attempts);

  const std::map<Date, Cell>& cells() const { return cells_; }
  const Cell* cell(Date date) const;
  const std::map<std::string, size_t>& runs() const { return runs_; }  // id to cells computed
  const std::map<Date, int64_t>& spent_ms() const { return spent_ms_; }

  // Time, memory, rows and bytes; null where nothing was tried.
  nlohmann::json took() const;
  // Null where no row was rejected, no entity failed.
  nlohmann::json rejected() const;
  nlohmann::json failed_entities() const;
  // Results that the validator refused, the last of each cell; computed twice, not the same.
  const nlohmann::json& findings() const { return findings_; }
  const nlohmann::json& not_reproduced() const { return not_reproduced_; }

 private:
  void add(const Attempt& attempt);
  void measure(const Attempt& attempt);
  uint64_t sum(const char* name) const;  // over the last success of each cell

  std::string calculation_;
  std::map<Date, Cell> cells_;
  std::map<std::string, size_t> runs_;
  std::map<Date, int64_t> spent_ms_;
  std::vector<int64_t> times_ms_;  // of successes
  size_t attempts_ = 0, failures_ = 0;
  int64_t total_ms_ = 0, most_ms_ = -1;
  uint64_t peak_bytes_ = 0;
  Date slowest_, biggest_;
  nlohmann::json findings_ = nlohmann::json::array();
  nlohmann::json not_reproduced_ = nlohmann::json::array();
};

}  // namespace almanac
