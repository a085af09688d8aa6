// Dead letters, and what a person does about them: requeue, drop.
#include "storage/ledger_impl.h"
#include "storage/ledger_rows.h"

namespace almanac {

DeadLetter letter_at(const sqlite::Query& row) {
  DeadLetter letter;
  letter.calculation = row.text(0);
  letter.date = Date(static_cast<int32_t>(row.integer(1)));
  letter.key = row.hash(2);
  letter.code = row.text(3);
  letter.error = row.text(4);
  letter.stage = row.text(5);
  letter.attempts = static_cast<int>(row.integer(6));
  letter.permanent = row.integer(7) != 0;
  letter.dropped = row.integer(8) != 0;
  return letter;
}

Result<std::vector<DeadLetter>> Ledger::dead_letters() {
  return impl_->read([&]() -> Result<std::vector<DeadLetter>> {
    std::vector<DeadLetter> letters;
    sqlite::Query query(impl_->db(), ALMANAC_LETTERS " ORDER BY name, date, key");
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      letters.push_back(letter_at(row));
      return {};
    }));
    return letters;
  });
}

Result<void> Ledger::requeue(const Lease& lease, const std::vector<CellName>& cells) {
  return impl_->write(lease, [&]() -> Result<void> {
    for (const CellName& cell : cells) {
      TRY(const int64_t calculation, impl_->name_id(cell.calculation));
      TRY_VOID(sqlite::run(
          impl_->db(),
          "INSERT INTO requeues(calculation, date, attempt)"
          " SELECT ?1, ?2, ifnull(max(id), 0) FROM attempts WHERE calculation = ?1 AND date = ?2"
          " ON CONFLICT(calculation, date) DO UPDATE SET attempt = excluded.attempt",
          calculation, cell.date.days()));
      TRY_VOID(sqlite::run(impl_->db(),
                           "DELETE FROM dead_letters WHERE calculation = ? AND date = ?",
                           calculation, cell.date.days()));
      TRY_VOID(impl_->note(lease, calculation, cell.date, Act::Requeued));
    }
    return {};
  });
}

Result<void> Ledger::drop(const Lease& lease, const std::vector<CellName>& cells) {
  return impl_->write(lease, [&]() -> Result<void> {
    for (const CellName& cell : cells) {
      TRY(const int64_t calculation, impl_->find_name(cell.calculation));
      TRY_VOID(sqlite::run(impl_->db(),
                           "UPDATE dead_letters SET dropped = 1 WHERE calculation = ? AND date = ?",
                           calculation, cell.date.days()));
      if (impl_->db().changes() == 0) {
        return usage_error("there is no dead letter of " + cell.calculation + " on " +
                           cell.date.str() + " to drop: `almanac dlq list` shows those there are");
      }
      TRY_VOID(impl_->note(lease, calculation, cell.date, Act::Dropped));
    }
    return {};
  });
}

}  // namespace almanac
