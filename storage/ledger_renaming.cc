// A calculation gets another name in all that is recorded of it.
#include <map>

#include "storage/ledger_rows.h"

namespace almanac {

namespace {

Result<bool> is_recorded(Ledger::Impl& ledger, const std::string& calculation) {
  TRY(const int64_t id, ledger.find_name(calculation));
  sqlite::Query query(ledger.db(),
                      "SELECT EXISTS(SELECT 1 FROM cells WHERE calculation = ?)"
                      " OR EXISTS(SELECT 1 FROM attempts WHERE calculation = ?)"
                      " OR EXISTS(SELECT 1 FROM traces WHERE calculation = ?)",
                      id, id, id);
  TRY(const bool row, query.next());
  return row && query.integer(0) != 0;
}

// A trace knows no parts of its key. Where the key is not one that was exchanged, it stays, and
// nothing is going to have it again.
Result<void> rename_trace(Ledger::Impl& ledger, const Ledger::Renaming& renaming, const Hash& key,
                          const Hash& now) {
  TRY(auto found, read_trace(ledger, key));
  if (!found) return {};
  for (const auto& code : renaming.codes) {
    if (code.calculation == found->cell.calculation && code.before == found->trace.code_hash) {
      found->trace.code_hash = code.now;
      break;
    }
  }
  if (found->cell.calculation == renaming.from) found->cell.calculation = renaming.to;
  found->trace.key = now;
  TRY_VOID(sqlite::run(ledger.db(), "DELETE FROM traces WHERE key = ?", key));
  return write_trace(ledger, found->trace, found->cell);
}

Result<void> change_key(Ledger::Impl& ledger, const Ledger::Renaming& renaming,
                        const Ledger::Renaming::Key& key) {
  TRY(const int64_t calculation, ledger.find_name(key.cell.calculation));
  const int64_t date = key.cell.date.days();
  TRY_VOID(sqlite::run(ledger.db(),
                       "UPDATE attempts SET key = ? WHERE calculation = ? AND date = ? AND key = ?",
                       key.now, calculation, date, key.before));
  TRY_VOID(sqlite::run(
      ledger.db(), "UPDATE dead_letters SET key = ? WHERE calculation = ? AND date = ? AND key = ?",
      key.now, calculation, date, key.before));
  return rename_trace(ledger, renaming, key.before, key.now);
}

Result<void> rename_other_traces(Ledger::Impl& ledger, const Ledger::Renaming& renaming,
                                 int64_t from) {
  std::vector<Hash> keys;
  sqlite::Query query(ledger.db(), "SELECT key FROM traces WHERE calculation = ?", from);
  TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
    keys.push_back(row.hash(0));
    return {};
  }));
  for (const Hash& key : keys) TRY_VOID(rename_trace(ledger, renaming, key, key));
  return {};
}

Result<void> write_cells(Ledger::Impl& ledger, const Ledger::Renaming& renaming, int64_t from) {
  TRY_VOID(sqlite::run(ledger.db(), "DELETE FROM cells WHERE calculation = ?", from));
  int64_t left = ledger.db().changes();
  for (const CellRecord& cell : renaming.cells) {
    TRY_VOID(write_cell(ledger, cell));
    if (cell.calculation != renaming.to) continue;
    --left;
    if (!cell.published) continue;
    TRY(const int64_t id, ledger.find_name(cell.calculation));
    TRY_VOID(sqlite::run(ledger.db(),
                         "UPDATE cells SET published = 1 WHERE calculation = ? AND date = ?", id,
                         cell.date.days()));
  }
  if (left == 0) return {};
  return internal_error("a renaming left " + std::to_string(left) + " cells out");
}

}  // namespace

Result<bool> Ledger::knows(const std::string& calculation) {
  return impl_->read([&] { return is_recorded(*impl_, calculation); });
}

Result<void> Ledger::rename(const Lease& lease, const Renaming& renaming) {
  return impl_->write(lease, [&]() -> Result<void> {
    TRY(const bool taken, is_recorded(*impl_, renaming.to));
    if (taken) return internal_error("something is recorded of " + renaming.to + " already");
    TRY(const int64_t from, impl_->find_name(renaming.from));
    TRY(const int64_t to, impl_->name_id(renaming.to));
    for (const auto& key : renaming.keys) TRY_VOID(change_key(*impl_, renaming, key));
    TRY_VOID(rename_other_traces(*impl_, renaming, from));
    for (const auto& code : renaming.codes) {
      TRY(const int64_t calculation, impl_->find_name(code.calculation));
      TRY_VOID(sqlite::run(
          impl_->db(), "UPDATE OR REPLACE repeats SET code = ? WHERE calculation = ? AND code = ?",
          code.now, calculation, code.before));
      TRY_VOID(rename_code(*impl_, code, calculation));
    }
    TRY_VOID(rename_evidence(*impl_, renaming));
    TRY_VOID(write_cells(*impl_, renaming, from));
    for (const char* statement : {"UPDATE attempts SET calculation = ? WHERE calculation = ?",
                                  "UPDATE dead_letters SET calculation = ? WHERE calculation = ?",
                                  "UPDATE requeues SET calculation = ? WHERE calculation = ?",
                                  "UPDATE breakers SET calculation = ? WHERE calculation = ?",
                                  "UPDATE repeats SET calculation = ? WHERE calculation = ?",
                                  "UPDATE codes SET calculation = ? WHERE calculation = ?",
                                  "UPDATE journal SET calculation = ? WHERE calculation = ?"}) {
      TRY_VOID(sqlite::run(impl_->db(), statement, to, from));
    }
    return {};
  });
}

}  // namespace almanac
