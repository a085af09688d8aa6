// Attempts, and what a person does about those that failed: dead letters, requeue, drop.
#include "storage/ledger_impl.h"

namespace almanac {

namespace {

Attempt attempt_at(const sqlite::Query& row) {
  Attempt attempt;
  attempt.id = row.integer(0);
  attempt.run = row.text(1);
  attempt.calculation = row.text(2);
  attempt.date = Date(static_cast<int32_t>(row.integer(3)));
  attempt.pass = static_cast<int>(row.integer(4));
  attempt.key = row.hash(5);
  attempt.state = row.text(6);
  attempt.reason = row.text(7);
  attempt.status = static_cast<AttemptStatus>(row.integer(8));
  attempt.counted = row.integer(9) != 0;
  attempt.error = row.text(10);
  attempt.stage = row.text(11);
  attempt.started_ms = row.integer(12);
  attempt.duration_ms = row.integer(13);
  attempt.statistics = row.text(14);
  return attempt;
}

// For a query of the columns above, oldest first.
Result<std::vector<Attempt>> attempts_from(sqlite::Query& query) {
  std::vector<Attempt> attempts;
  TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
    attempts.push_back(attempt_at(row));
    return {};
  }));
  return attempts;
}

#define ALMANAC_ATTEMPTS                                                                       \
  "SELECT a.id, run.name, calculation.name, date, pass, key, state.name, reason.name,"         \
  " status, counted, error, stage, started_ms, duration_ms, statistics FROM attempts a"        \
  " JOIN names run ON run.id = a.run JOIN names calculation ON calculation.id = a.calculation" \
  " JOIN names state ON state.id = a.state JOIN names reason ON reason.id = a.reason"

}  // namespace

Result<void> Ledger::begin_attempts(const Lease& lease, std::span<Attempt> attempts) {
  // A Running row is evidence, not a result: the death of this process must not lose it, a power
  // loss may. The log is written in order, so the commit that needs the row makes it durable, too.
  TRY_VOID(impl_->db().script("PRAGMA synchronous=NORMAL"));
  std::vector<int64_t> ids;
  auto begun = impl_->write(lease, [&]() -> Result<void> {
    for (const Attempt& attempt : attempts) {
      TRY(const int64_t run, impl_->name_id(attempt.run));
      TRY(const int64_t calculation, impl_->name_id(attempt.calculation));
      TRY(const int64_t state, impl_->name_id(attempt.state));
      TRY(const int64_t reason, impl_->name_id(attempt.reason));
      TRY_VOID(sqlite::run(
          impl_->db(),
          "INSERT INTO attempts(run, calculation, date, pass, key, state, reason, status, counted,"
          " error, stage, started_ms, duration_ms, statistics)"
          " VALUES(?, ?, ?, ?, ?, ?, ?, 0, 0, '', '', ?, 0, '')",
          run, calculation, attempt.date.days(), attempt.pass, attempt.key, state, reason,
          attempt.started_ms));
      ids.push_back(impl_->db().last_id());
    }
    return {};
  });
  TRY_VOID(impl_->db().script("PRAGMA synchronous=FULL"));
  TRY_VOID(std::move(begun));
  for (size_t i = 0; i < ids.size(); ++i) {
    attempts[i].id = ids[i];
    attempts[i].status = AttemptStatus::Running;
  }
  return {};
}

Result<int> Ledger::attempts_used(const std::string& calculation, Date date, const Hash& key) {
  return impl_->read([&]() -> Result<int> {
    TRY(const int64_t id, impl_->find_name(calculation));
    sqlite::Query query(impl_->db(),
                        "SELECT count(*) FROM attempts a"
                        " LEFT JOIN requeues r ON r.calculation = a.calculation AND r.date = a.date"
                        " WHERE a.calculation = ? AND a.date = ? AND key = ? AND counted"
                        " AND id > ifnull(r.attempt, 0)",
                        id, date.days(), key);
    TRY(const bool row, query.next());
    return row ? static_cast<int>(query.integer(0)) : 0;
  });
}

Result<std::vector<Attempt>> Ledger::attempts(const std::string& calculation, Date date) {
  return impl_->read([&]() -> Result<std::vector<Attempt>> {
    TRY(const int64_t id, impl_->find_name(calculation));
    sqlite::Query query(impl_->db(),
                        ALMANAC_ATTEMPTS " WHERE a.calculation = ? AND date = ? ORDER BY a.id", id,
                        date.days());
    return attempts_from(query);
  });
}

Result<std::vector<Attempt>> Ledger::attempts_of_run(const std::string& run) {
  return impl_->read([&]() -> Result<std::vector<Attempt>> {
    TRY(const int64_t id, impl_->find_name(run));
    sqlite::Query query(impl_->db(), ALMANAC_ATTEMPTS " WHERE a.run = ? ORDER BY a.id", id);
    return attempts_from(query);
  });
}

Result<std::vector<Ledger::Interrupted>> Ledger::interrupted() {
  return impl_->read([&]() -> Result<std::vector<Interrupted>> {
    std::vector<Interrupted> cells;
    // An attempt that ended by an error of engine or storage is lost, too, and says so.
    sqlite::Query query(
        impl_->db(),
        "SELECT name, date, count(*) FROM attempts a JOIN names n ON n.id = a.calculation"
        " WHERE status = ? AND error = '' AND NOT EXISTS (SELECT 1 FROM attempts b"
        "   WHERE b.calculation = a.calculation AND b.date = a.date AND b.id > a.id"
        "     AND NOT (b.status = a.status AND b.error = ''))"
        " GROUP BY a.calculation, date",
        static_cast<int>(AttemptStatus::Lost));
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      cells.push_back({{std::string(row.text(0)), Date(static_cast<int32_t>(row.integer(1)))},
                       static_cast<int>(row.integer(2))});
      return {};
    }));
    return cells;
  });
}

Result<std::vector<DeadLetter>> Ledger::dead_letters() {
  return impl_->read([&]() -> Result<std::vector<DeadLetter>> {
    std::vector<DeadLetter> letters;
    sqlite::Query query(impl_->db(),
                        "SELECT name, date, key, code, error, stage, attempts, permanent,"
                        " dropped"
                        " FROM dead_letters JOIN names ON id = calculation"
                        " ORDER BY name, date, key");
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      DeadLetter& letter = letters.emplace_back();
      letter.calculation = row.text(0);
      letter.date = Date(static_cast<int32_t>(row.integer(1)));
      letter.key = row.hash(2);
      letter.code = row.text(3);
      letter.error = row.text(4);
      letter.stage = row.text(5);
      letter.attempts = static_cast<int>(row.integer(6));
      letter.permanent = row.integer(7) != 0;
      letter.dropped = row.integer(8) != 0;
      return {};
    }));
    return letters;
  });
}

Result<void> Ledger::requeue(const Lease& lease, const CellName& cell) {
  return impl_->write(lease, [&]() -> Result<void> {
    TRY(const int64_t calculation, impl_->find_name(cell.calculation));
    TRY_VOID(sqlite::run(impl_->db(),
                         "INSERT INTO requeues(calculation, date, attempt)"
                         " SELECT calculation, date, max(id) FROM attempts"
                         " WHERE calculation = ? AND date = ? GROUP BY calculation, date"
                         " ON CONFLICT(calculation, date) DO UPDATE SET attempt = excluded.attempt",
                         calculation, cell.date.days()));
    return sqlite::run(impl_->db(), "DELETE FROM dead_letters WHERE calculation = ? AND date = ?",
                       calculation, cell.date.days());
  });
}

Result<void> Ledger::drop(const Lease& lease, const CellName& cell) {
  return impl_->write(lease, [&]() -> Result<void> {
    TRY(const int64_t calculation, impl_->find_name(cell.calculation));
    TRY_VOID(sqlite::run(impl_->db(),
                         "UPDATE dead_letters SET dropped = 1 WHERE calculation = ? AND date = ?",
                         calculation, cell.date.days()));
    if (impl_->db().changes() > 0) return {};
    return usage_error("there is no dead letter of " + cell.calculation + " on " + cell.date.str() +
                       " to drop: `almanac dlq list` shows those there are");
  });
}

}  // namespace almanac
