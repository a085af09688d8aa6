// Rows that more than one source file of the ledger reads: their columns, and what they mean.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "storage/ledger_impl.h"

namespace almanac {

#define ALMANAC_CELL \
  "c.date, c.key, c.identity, c.dated, c.provenance, c.computation, c.published, c.seal"
#define ALMANAC_LETTERS                                                      \
  "SELECT name, date, key, code, error, stage, attempts, permanent, dropped" \
  " FROM dead_letters JOIN names ON id = calculation"
#define ALMANAC_BREAKERS                              \
  "SELECT name, failures_in_row, open, opened_by_run" \
  " FROM breakers JOIN names ON id = calculation"

DeadLetter letter_at(const sqlite::Query& row);
BreakerRecord breaker_at(const sqlite::Query& row);
Result<std::vector<CodeRecord>> read_codes(Ledger::Impl& ledger);
// Ledger::revoke, within a transaction.
Result<int64_t> revoke_evidence(Ledger::Impl& ledger, const Ledger::Lease& lease, int64_t id);
Result<void> rename_code(Ledger::Impl& ledger, const Ledger::Renaming::Code& code,
                         int64_t calculation);
// Rows of `from` become rows of `to`, and codes that are translated are so here.
Result<void> rename_evidence(Ledger::Impl& ledger, const Ledger::Renaming& renaming);

// Reads cells within one snapshot; equal identities are one object.
class CellReader {
 public:
  explicit CellReader(Ledger::Impl& ledger) : ledger_(ledger) {}

  // From the columns of ALMANAC_CELL, which start at `first`. `name` is the hash of `calculation`;
  // no result or category means that the row which the cell names is missing.
  Result<CellRecord> cell_at(const sqlite::Query& row, int first, const std::string& calculation,
                             const Hash& name, std::shared_ptr<const ResultRecord> result,
                             std::string_view category);

 private:
  struct KnownIdentity {
    std::shared_ptr<const Identity> identity;
    Hash hash;  // of its bytes
  };
  Result<KnownIdentity> read_identity(int64_t id);

  Ledger::Impl& ledger_;
  std::unordered_map<int64_t, KnownIdentity> identities_;  // by the id of their row
};

// Adds the cell, if it is recorded. `calculation` is the id of its name.
Result<void> read_cell(Ledger::Impl& ledger, CellReader& reader, int64_t calculation,
                       const Ledger::CellName& name, std::vector<CellRecord>* cells);

// A cell that is new, or has another result or category, is unpublished.
Result<void> write_cell(Ledger::Impl& ledger, const CellRecord& cell);

// What one transaction reads and writes of traces.
struct TraceRow {
  Trace trace;
  Ledger::CellName cell;
};
Result<std::optional<TraceRow>> read_trace(Ledger::Impl& ledger, const Hash& key);
Result<void> write_trace(Ledger::Impl& ledger, const Trace& trace, const Ledger::CellName& cell);

}  // namespace almanac
