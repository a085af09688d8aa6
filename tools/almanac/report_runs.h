// The runs that a build report is about: which there were, and what the latest of them did.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "storage/ledger.h"

namespace almanac {

class ReportRuns {
 public:
  // The latest is the one under way, where there is one.
  static Result<ReportRuns> read(Ledger& ledger);

  const std::string& latest() const { return latest_; }  // empty: there was none
  // Of cells that succeeded, by the run that computed them.
  void add(const Attempt& attempt);
  // What the latest run did to a cell that is up to date: computed, reused, skipped or stable.
  std::string outcome(const Ledger::CellName& cell) const;
  // The run that computed last on the date; empty: none did.
  std::string last_on(Date date) const;

  // Those that computed cells which were added, and the latest; newest first.
  nlohmann::json runs() const;
  // Of how many runs the end is not recorded: they were killed, or are under way.
  size_t unrecorded() const;
  // What the last runs that the journal still has did without computing, by calculation and
  // reason, in a range of dates.
  nlohmann::json reused(Date from, Date to) const;

 private:
  std::string latest_;
  std::vector<Ledger::RunRecord> runs_;  // newest first
  std::map<std::string, std::vector<Deed>> deeds_;
  std::map<Ledger::CellName, std::string> done_;          // by the latest
  std::map<std::string, size_t> computed_;                // cells, by run
  std::map<Date, std::pair<int64_t, std::string>> last_;  // attempt and its run
};

}  // namespace almanac
