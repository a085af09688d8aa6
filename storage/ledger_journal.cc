// The journal: what runs did about cells, in order, so that a process learns cheaply what others
// have changed.
#include "storage/ledger_impl.h"
#include "storage/ledger_rows.h"

namespace almanac {

namespace {

static_assert(static_cast<int>(Act::Published) == 5 && static_cast<int>(Act::Breaker) == 8,
              "the statements below say so");

Result<int64_t> last_line(sqlite::Database& db) {
  // What AUTOINCREMENT remembers: the last line itself may be deleted.
  sqlite::Query query(db, "SELECT seq FROM sqlite_sequence WHERE name = 'journal'");
  TRY(const bool row, query.next());
  return row ? query.integer(0) : 0;
}

Result<bool> has_forgotten(sqlite::Database& db, int64_t sequence) {
  sqlite::Query query(db, "SELECT forgotten > ? FROM lease", sequence);
  TRY(const bool row, query.next());
  return row && query.integer(0) != 0;
}

struct Cell {
  int64_t calculation = 0;
  Ledger::CellName name;
};

Result<std::vector<Cell>> cells_of(sqlite::Query& query) {
  std::vector<Cell> cells;
  TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
    cells.push_back(
        {row.integer(0), {std::string(row.text(1)), Date(static_cast<int32_t>(row.integer(2)))}});
    return {};
  }));
  return cells;
}

// By name and date.
Result<std::vector<Cell>> cells_after(sqlite::Database& db, int64_t sequence) {
  sqlite::Query query(db,
                      "SELECT DISTINCT calculation, name, date FROM journal"
                      " JOIN names ON id = calculation WHERE sequence > ? AND act <> 8"
                      " ORDER BY name, date",
                      sequence);
  return cells_of(query);
}

// The same where lines are missing: every cell of which anything is known.
Result<std::vector<Cell>> all_cells(sqlite::Database& db) {
  sqlite::Query query(db,
                      "SELECT calculation, name, date FROM (SELECT calculation, date FROM cells"
                      " UNION SELECT calculation, date FROM dead_letters"
                      " UNION SELECT calculation, date FROM attempts"
                      " UNION SELECT calculation, date FROM requeues"
                      " UNION SELECT calculation, date FROM journal WHERE act <> 8)"
                      " JOIN names ON id = calculation ORDER BY name, date");
  return cells_of(query);
}

Result<void> read_letters(sqlite::Database& db, const Cell& cell,
                          std::vector<DeadLetter>* letters) {
  sqlite::Query query(db, ALMANAC_LETTERS " WHERE calculation = ? AND date = ? ORDER BY key",
                      cell.calculation, cell.name.date.days());
  return for_each(query, [&](sqlite::Query& row) -> Result<void> {
    letters->push_back(letter_at(row));
    return {};
  });
}

Result<void> read_breakers(sqlite::Database& db, int64_t sequence, bool all,
                           std::vector<BreakerRecord>* breakers) {
  sqlite::Query query(db,
                      ALMANAC_BREAKERS
                      " WHERE ? OR calculation IN (SELECT calculation"
                      " FROM journal WHERE sequence > ?)",
                      all, sequence);
  return for_each(query, [&](sqlite::Query& row) -> Result<void> {
    breakers->push_back(breaker_at(row));
    return {};
  });
}

}  // namespace

Result<void> Ledger::Impl::note(const Lease& lease, int64_t calculation, Date date, Act act,
                                const std::string& state, const std::string& reason) {
  TRY(const int64_t run, name_id(lease.run));
  TRY(const int64_t state_id, name_id(state));
  TRY(const int64_t reason_id, name_id(reason));
  return sqlite::run(db(),
                     "INSERT INTO journal(run, calculation, date, act, state, reason)"
                     " VALUES(?, ?, ?, ?, ?, ?)",
                     run, calculation, date.days(), static_cast<int>(act), state_id, reason_id);
}

Result<bool> Ledger::Impl::touched(int64_t calculation, Date date, int64_t decided_at) {
  TRY(const bool unknown, has_forgotten(db(), decided_at));
  if (unknown) return true;
  sqlite::Query query(db(),
                      "SELECT 1 FROM journal WHERE calculation = ? AND date = ? AND sequence > ?"
                      " AND act NOT IN (5, 8) LIMIT 1",
                      calculation, date.days(), decided_at);
  return query.next();
}

Result<int64_t> Ledger::sequence() {
  return impl_->read([&] { return last_line(impl_->db()); });
}

Result<Ledger::Touched> Ledger::touched_after(int64_t sequence) {
  return impl_->read([&]() -> Result<Touched> {
    Touched touched;
    TRY(touched.sequence, last_line(impl_->db()));
    if (touched.sequence <= sequence) return touched;
    TRY(const bool all, has_forgotten(impl_->db(), sequence));
    TRY(const auto cells, all ? all_cells(impl_->db()) : cells_after(impl_->db(), sequence));
    CellReader reader(*impl_);
    for (const Cell& cell : cells) {
      touched.names.push_back(cell.name);
      TRY_VOID(read_cell(*impl_, reader, cell.calculation, cell.name, &touched.cells));
      TRY_VOID(read_letters(impl_->db(), cell, &touched.letters));
    }
    TRY_VOID(read_breakers(impl_->db(), sequence, all, &touched.breakers));
    return touched;
  });
}

Result<std::vector<Deed>> Ledger::deeds_of(const std::string& run, int64_t after) {
  return impl_->read([&]() -> Result<std::vector<Deed>> {
    std::vector<Deed> deeds;
    TRY(const int64_t id, impl_->find_name(run));
    sqlite::Query query(impl_->db(),
                        "SELECT sequence, calculation.name, date, act, state.name, reason.name"
                        " FROM journal j JOIN names calculation ON calculation.id = j.calculation"
                        " JOIN names state ON state.id = j.state"
                        " JOIN names reason ON reason.id = j.reason"
                        " WHERE j.run = ? AND sequence > ? ORDER BY sequence",
                        id, after);
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      deeds.push_back({row.integer(0), std::string(row.text(1)),
                       Date(static_cast<int32_t>(row.integer(2))), static_cast<Act>(row.integer(3)),
                       std::string(row.text(4)), std::string(row.text(5))});
      return {};
    }));
    return deeds;
  });
}

}  // namespace almanac
