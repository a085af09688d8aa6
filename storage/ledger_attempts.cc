// Attempts: their begin, and what is known of them afterwards. commit() ends them.
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
  attempt.worker = row.text(15);
  attempt.slice = row.text(16);
  attempt.high_mem = row.integer(17) != 0;
  attempt.heavy = row.integer(18) != 0;
  attempt.round = static_cast<int>(row.integer(19));
  attempt.entities = static_cast<uint64_t>(row.integer(20));
  attempt.peak_bytes = static_cast<uint64_t>(row.integer(21));
  attempt.input_rows = static_cast<uint64_t>(row.integer(27));
  if (row.integer(22) == 0) return attempt;
  attempt.reading =
      Reading{static_cast<uint64_t>(row.integer(23)), static_cast<uint64_t>(row.integer(24)),
              static_cast<uint64_t>(row.integer(26)), row.integer(25), row.integer(22)};
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

#define ALMANAC_ATTEMPTS                                                                          \
  "SELECT a.id, run.name, calculation.name, date, pass, key, state.name, reason.name,"            \
  " status, counted, error, stage, started_ms, duration_ms, statistics, worker, slice, high_mem," \
  " heavy, round, a.entities, peak_bytes, ifnull(at_ms, 0), resident_bytes, heap_bytes, cpu_ms,"  \
  " r.entities, input_rows"                                                                       \
  " FROM attempts a"                                                                              \
  " JOIN names run ON run.id = a.run JOIN names calculation ON calculation.id = a.calculation"    \
  " JOIN names state ON state.id = a.state JOIN names reason ON reason.id = a.reason"             \
  " LEFT JOIN readings r ON r.attempt = a.id"

}  // namespace

namespace {

// A Running attempt of the same cell belongs to a process that was given up: its commit is refused.
Result<int64_t> begin(Ledger::Impl& ledger, const Attempt& attempt, int64_t decided_at) {
  TRY(const int64_t calculation, ledger.name_id(attempt.calculation));
  TRY(const bool stale, ledger.touched(calculation, attempt.date, decided_at));
  if (stale) return 0;
  TRY_VOID(sqlite::run(ledger.db(),
                       "UPDATE attempts SET status = ?, counted = 0, error = ''"
                       " WHERE calculation = ? AND date = ? AND status = 0",
                       static_cast<int>(AttemptStatus::Lost), calculation, attempt.date.days()));
  TRY(const int64_t run, ledger.name_id(attempt.run));
  TRY(const int64_t state, ledger.name_id(attempt.state));
  TRY(const int64_t reason, ledger.name_id(attempt.reason));
  TRY_VOID(sqlite::run(
      ledger.db(),
      "INSERT INTO attempts(run, calculation, date, pass, key, state, reason, status, counted,"
      " error, stage, started_ms, duration_ms, statistics, worker, slice, high_mem, round,"
      " input_rows) VALUES(?, ?, ?, ?, ?, ?, ?, 0, 0, '', '', ?, 0, '', ?, ?, ?, ?, ?)",
      run, calculation, attempt.date.days(), attempt.pass, attempt.key, state, reason,
      attempt.started_ms, attempt.worker, attempt.slice, attempt.high_mem, attempt.round,
      static_cast<int64_t>(attempt.input_rows)));
  return ledger.db().last_id();
}

}  // namespace

Result<void> Ledger::begin_attempts(const Lease& lease, std::span<Attempt> attempts,
                                    int64_t decided_at) {
  std::vector<int64_t> ids;
  // A Running row is evidence, not a result: the death of this process must not lose it, a power
  // loss may. The commit that needs the row makes it durable.
  TRY_VOID(impl_->write_evidence(lease, [&]() -> Result<void> {
    for (const Attempt& attempt : attempts) {
      TRY(const int64_t id, begin(*impl_, attempt, decided_at));
      ids.push_back(id);
    }
    return {};
  }));
  for (size_t i = 0; i < ids.size(); ++i) {
    attempts[i].id = ids[i];
    if (ids[i] != 0) attempts[i].status = AttemptStatus::Running;
  }
  return {};
}

Result<void> Ledger::record_reading(const Lease& lease, int64_t attempt, const Reading& reading) {
  return impl_->write_evidence(lease, [&] {
    return sqlite::run(impl_->db(),
                       "INSERT INTO readings(attempt, at_ms, resident_bytes, heap_bytes, cpu_ms,"
                       " entities) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(attempt) DO UPDATE SET"
                       " at_ms = excluded.at_ms, resident_bytes = excluded.resident_bytes,"
                       " heap_bytes = excluded.heap_bytes, cpu_ms = excluded.cpu_ms,"
                       " entities = excluded.entities",
                       attempt, reading.at_ms, static_cast<int64_t>(reading.resident_bytes),
                       static_cast<int64_t>(reading.heap_bytes), reading.cpu_ms,
                       static_cast<int64_t>(reading.entities));
  });
}

Result<void> Ledger::Impl::lose_running() {
  return sqlite::run(db(), "UPDATE attempts SET status = ?, counted = 0 WHERE status = 0",
                     static_cast<int>(AttemptStatus::Lost));
}

Result<void> Ledger::lose_running(const Lease& lease) {
  return impl_->write(lease, [&] { return impl_->lose_running(); });
}

Result<void> Ledger::lose(const Lease& lease, int sweep, std::span<const Attempt> attempts) {
  return impl_->write(lease, [&]() -> Result<void> {
    sqlite::Query now(impl_->db(), "SELECT sweep FROM lease");
    TRY(const bool row, now.next());
    if (row && now.integer(0) > sweep) {
      return Error{Error::Kind::LeaseLost, "run " + lease.run + " has begun sweep " +
                                               std::to_string(now.integer(0)) + " already; sweep " +
                                               std::to_string(sweep) + " ends no attempts"};
    }
    for (const Attempt& attempt : attempts) {
      TRY_VOID(sqlite::run(
          impl_->db(), "UPDATE attempts SET status = ?, counted = 0 WHERE id = ? AND status = 0",
          static_cast<int>(AttemptStatus::Lost), attempt.id));
    }
    return {};
  });
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

Result<std::vector<Attempt>> Ledger::attempts_between(const std::string& calculation, Date from,
                                                      Date to) {
  return impl_->read([&]() -> Result<std::vector<Attempt>> {
    TRY(const int64_t id, impl_->find_name(calculation));
    sqlite::Query query(impl_->db(),
                        ALMANAC_ATTEMPTS
                        " WHERE a.calculation = ? AND date BETWEEN ? AND ? ORDER BY a.id",
                        id, from.days(), to.days());
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

Result<std::vector<Attempt>> Ledger::running() {
  return impl_->read([&]() -> Result<std::vector<Attempt>> {
    sqlite::Query query(impl_->db(), ALMANAC_ATTEMPTS " WHERE a.status = 0 ORDER BY a.id");
    return attempts_from(query);
  });
}

Result<std::vector<Ledger::CellName>> Ledger::heavy_cells() {
  return impl_->read([&]() -> Result<std::vector<CellName>> {
    std::vector<CellName> cells;
    sqlite::Query query(
        impl_->db(),
        "SELECT DISTINCT name, date FROM attempts a JOIN names n ON n.id = a.calculation"
        " WHERE heavy = 1 AND NOT EXISTS(SELECT 1 FROM attempts b WHERE"
        " b.calculation = a.calculation AND b.date = a.date AND b.id > a.id AND b.heavy = 0"
        " AND b.status IN (?, ?, ?))",
        static_cast<int>(AttemptStatus::Success), static_cast<int>(AttemptStatus::Failure),
        static_cast<int>(AttemptStatus::Crash));
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      cells.push_back({std::string(row.text(0)), Date(static_cast<int32_t>(row.integer(1)))});
      return {};
    }));
    return cells;
  });
}

Result<std::vector<Ledger::Interrupted>> Ledger::interrupted(const std::string& run) {
  return impl_->read([&]() -> Result<std::vector<Interrupted>> {
    std::vector<Interrupted> cells;
    TRY(const int64_t run_id, impl_->find_name(run));
    // An attempt that ended by an error of engine or storage is lost, too, and says so.
    sqlite::Query query(impl_->db(),
                        "SELECT name, date, count(*), sum(a.run = ?) FROM attempts a JOIN names n "
                        "ON n.id = a.calculation"
                        " WHERE status = ? AND error = '' AND NOT EXISTS (SELECT 1 FROM attempts b"
                        "   WHERE b.calculation = a.calculation AND b.date = a.date AND b.id > a.id"
                        "     AND NOT (b.status = a.status AND b.error = ''))"
                        " GROUP BY a.calculation, date",
                        run_id, static_cast<int>(AttemptStatus::Lost));
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      cells.push_back({{std::string(row.text(0)), Date(static_cast<int32_t>(row.integer(1)))},
                       static_cast<int>(row.integer(2)),
                       static_cast<int>(row.integer(3))});
      return {};
    }));
    return cells;
  });
}

// By the index attempts_of_cell: of each calculation the attempts at its latest dates, so that the
// cost does not grow with the history.
Result<std::map<std::string, std::vector<Usage>>> Ledger::usages() {
  return impl_->read([&]() -> Result<std::map<std::string, std::vector<Usage>>> {
    std::map<std::string, std::vector<Usage>> usages;
    sqlite::Query calculations(
        impl_->db(),
        "WITH RECURSIVE known(id) AS (SELECT min(calculation) FROM attempts UNION ALL"
        " SELECT (SELECT min(calculation) FROM attempts WHERE calculation > known.id)"
        " FROM known WHERE known.id IS NOT NULL)"
        " SELECT known.id, name FROM known JOIN names ON names.id = known.id");
    TRY_VOID(for_each(calculations, [&](sqlite::Query& row) -> Result<void> {
      sqlite::Query latest(impl_->db(),
                           "SELECT input_rows, peak_bytes, duration_ms FROM attempts"
                           " WHERE calculation = ? AND status = ?"
                           " ORDER BY date DESC, id DESC LIMIT ?",
                           row.integer(0), static_cast<int>(AttemptStatus::Success),
                           Profile::kUsages);
      std::vector<Usage> found;
      TRY_VOID(for_each(latest, [&](sqlite::Query& usage) -> Result<void> {
        found.push_back({static_cast<uint64_t>(usage.integer(0)),
                         static_cast<uint64_t>(usage.integer(1)), usage.integer(2)});
        return {};
      }));
      if (!found.empty()) usages[std::string(row.text(1))] = std::move(found);
      return {};
    }));
    return usages;
  });
}

}  // namespace almanac
