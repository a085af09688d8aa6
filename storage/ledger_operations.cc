// Breakers, runs, and what garbage collection asks.
#include <set>

#include "storage/ledger_impl.h"
#include "storage/ledger_rows.h"

namespace almanac {

namespace {

// Traces beyond the newest `?` generations of their cell that no cell stands on.
#define ALMANAC_OLD_TRACE                                                     \
  "(traces.key IN (SELECT key FROM (SELECT key, dense_rank() OVER"            \
  " (PARTITION BY calculation, date ORDER BY computation DESC) AS generation" \
  " FROM traces) WHERE generation > ?) AND NOT EXISTS(SELECT 1 FROM cells c"  \
  " WHERE c.calculation = traces.calculation AND c.date = traces.date"        \
  " AND (c.key = traces.key OR c.computation = traces.computation)))"

}  // namespace

BreakerRecord breaker_at(const sqlite::Query& row) {
  return {std::string(row.text(0)), static_cast<int>(row.integer(1)), row.integer(2) != 0,
          std::string(row.text(3))};
}

Result<std::vector<BreakerRecord>> Ledger::breakers() {
  return impl_->read([&]() -> Result<std::vector<BreakerRecord>> {
    std::vector<BreakerRecord> breakers;
    sqlite::Query query(impl_->db(), ALMANAC_BREAKERS " ORDER BY name");
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      breakers.push_back(breaker_at(row));
      return {};
    }));
    return breakers;
  });
}

Result<void> Ledger::record_breaker(const Lease& lease, const BreakerRecord& breaker) {
  return impl_->write(lease, [&]() -> Result<void> {
    TRY(const int64_t calculation, impl_->name_id(breaker.calculation));
    TRY_VOID(sqlite::run(impl_->db(),
                         "INSERT INTO breakers(calculation, failures_in_row, open, opened_by_run)"
                         " VALUES(?, ?, ?, ?) ON CONFLICT(calculation) DO UPDATE SET"
                         " failures_in_row = excluded.failures_in_row, open = excluded.open,"
                         " opened_by_run = excluded.opened_by_run",
                         calculation, breaker.failures_in_row, breaker.open,
                         breaker.opened_by_run));
    return impl_->note(lease, calculation, Date(), Act::Breaker);
  });
}

Result<std::vector<Repeats>> Ledger::repeats() {
  return impl_->read([&]() -> Result<std::vector<Repeats>> {
    std::vector<Repeats> repeats;
    sqlite::Query query(impl_->db(),
                        "SELECT name, code, cells, differing, date, difference FROM repeats r"
                        " JOIN names n ON n.id = r.calculation ORDER BY name, code");
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      repeats.push_back({std::string(row.text(0)), row.hash(1), row.integer(2), row.integer(3),
                         Date(static_cast<int32_t>(row.integer(4))), std::string(row.text(5))});
      return {};
    }));
    return repeats;
  });
}

Result<void> Ledger::record_repeat(const Lease& lease, const Repeats& repeat) {
  return impl_->write_evidence(lease, [&]() -> Result<void> {
    TRY(const int64_t calculation, impl_->name_id(repeat.calculation));
    return sqlite::run(
        impl_->db(),
        "INSERT INTO repeats(calculation, code, cells, differing, date, difference)"
        " VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(calculation, code) DO UPDATE SET"
        " cells = cells + excluded.cells, differing = differing + excluded.differing,"
        " date = iif(excluded.differing, excluded.date, date),"
        " difference = iif(excluded.differing, excluded.difference, difference)",
        calculation, repeat.code, repeat.cells, repeat.differing, repeat.date.days(),
        repeat.difference);
  });
}

Result<std::vector<Ledger::RunRecord>> Ledger::runs(size_t newest) {
  return impl_->read([&]() -> Result<std::vector<RunRecord>> {
    std::vector<RunRecord> runs;
    sqlite::Query query(impl_->db(),
                        "SELECT run, command, totals, started_ms, finished_ms FROM runs"
                        " ORDER BY id DESC LIMIT ?",
                        static_cast<int64_t>(newest));
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      runs.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                      row.integer(3), row.integer(4)});
      return {};
    }));
    return runs;
  });
}

Result<int64_t> Ledger::old_traces(int generations) {
  return impl_->read([&]() -> Result<int64_t> {
    sqlite::Query query(impl_->db(), "SELECT count(*) FROM traces WHERE " ALMANAC_OLD_TRACE,
                        generations);
    TRY(const bool row, query.next());
    return row ? query.integer(0) : 0;
  });
}

Result<std::vector<Blob>> Ledger::live_blobs(int generations) {
  return impl_->read([&]() -> Result<std::vector<Blob>> {
    std::vector<Blob> blobs;
    TRY(const auto codes, read_codes(*impl_));
    for (const CodeRecord& code : codes) blobs.insert(blobs.end(), {code.module, code.bundle});
    std::set<std::string> seen;
    sqlite::Query query(impl_->db(),
                        "SELECT hash, names, columns, rows, shards, seal FROM results r WHERE"
                        " EXISTS(SELECT 1 FROM cells WHERE result = r.id) OR"
                        " EXISTS(SELECT 1 FROM traces WHERE result = r.id"
                        " AND NOT " ALMANAC_OLD_TRACE ")",
                        generations);
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      TRY(const auto result, impl_->result_at(row, 0));
      for (const Blob& shard : result->shards) {
        if (seen.insert(shard.sha256).second) blobs.push_back(shard);
      }
      return {};
    }));
    return blobs;
  });
}

Result<int64_t> Ledger::prune_traces(const Lease& lease, int generations) {
  int64_t pruned = 0;
  TRY_VOID(impl_->write(lease, [&]() -> Result<void> {
    TRY_VOID(sqlite::run(impl_->db(), "DELETE FROM traces WHERE " ALMANAC_OLD_TRACE, generations));
    pruned = impl_->db().changes();
    return sqlite::run(impl_->db(),
                       "DELETE FROM results WHERE"
                       " NOT EXISTS(SELECT 1 FROM cells WHERE result = results.id) AND"
                       " NOT EXISTS(SELECT 1 FROM traces WHERE result = results.id)");
  }));
  return pruned;
}

}  // namespace almanac
