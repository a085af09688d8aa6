// What a run writes about cells.
#include "core/plan/identity.h"
#include "storage/ledger_rows.h"
#include "storage/ledger_seal.h"
#include "storage/packed.h"

namespace almanac {

namespace {

std::string packed_identity(const Identity& identity) {
  Packer packer;
  packer.add(identity.dated);
  for (const KeyPart& part : identity.parts) packer.add(part.name).add(part.hash);
  return packer.bytes();
}

}  // namespace

Result<void> write_cell(Ledger::Impl& ledger, const CellRecord& cell) {
  CHECK(cell.identity != nullptr && cell.result != nullptr, "a cell has an identity and a result");
  CHECK(cell.dated.size() == cell.identity->dated.size(), "a cell has a hash per dated part");
  TRY(const int64_t calculation, ledger.name_id(cell.calculation));
  TRY(const int64_t category, ledger.name_id(cell.category));
  const std::string parts = packed_identity(*cell.identity);
  const std::string dated = Packer().add(cell.dated).bytes();
  TRY(const int64_t identity, ledger.list_id(parts));
  TRY(const int64_t result, ledger.result_id(*cell.result));
  return sqlite::run(
      ledger.db(),
      "INSERT INTO cells(calculation, date, key, identity, dated, provenance, computation, result,"
      " category, published, seal) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)"
      " ON CONFLICT(calculation, date) DO UPDATE SET key = excluded.key,"
      " identity = excluded.identity, dated = excluded.dated, provenance = excluded.provenance,"
      " computation = excluded.computation, result = excluded.result,"
      " category = excluded.category, seal = excluded.seal, published ="
      " published AND result = excluded.result AND category = excluded.category",
      calculation, cell.date.days(), cell.key, identity, sqlite::Bytes{dated}, cell.provenance,
      cell.computation, result, category,
      seal_of_cell(hash_of_bytes(cell.calculation), cell.date, cell.key, hash_of_bytes(parts),
                   dated, cell.provenance, cell.computation, cell.result->hash, cell.category));
}

Result<void> write_trace(Ledger::Impl& ledger, const Trace& trace, const Ledger::CellName& cell) {
  CHECK(trace.result != nullptr, "a trace has a result");
  TRY(const int64_t calculation, ledger.name_id(cell.calculation));
  TRY(const int64_t result, ledger.result_id(*trace.result));
  return sqlite::run(ledger.db(),
                     "INSERT INTO traces(key, calculation, date, computation, result, code_hash,"
                     " infrastructure, seal) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
                     " ON CONFLICT(key) DO UPDATE SET calculation = excluded.calculation,"
                     " date = excluded.date, computation = excluded.computation,"
                     " result = excluded.result, code_hash = excluded.code_hash,"
                     " infrastructure = excluded.infrastructure, seal = excluded.seal",
                     trace.key, calculation, cell.date.days(), trace.computation, result,
                     trace.code_hash, trace.infrastructure,
                     seal_of_trace(trace.key, cell.calculation, cell.date, trace.computation,
                                   trace.result->hash, trace.code_hash, trace.infrastructure));
}

namespace {

Result<void> end_attempt(Ledger::Impl& ledger, const Attempt& attempt) {
  return sqlite::run(ledger.db(),
                     "UPDATE attempts SET status = ?, counted = ?, error = ?, stage = ?,"
                     " duration_ms = ?, statistics = ?, heavy = ?, entities = ?, peak_bytes = ?"
                     " WHERE id = ?",
                     static_cast<int>(attempt.status), attempt.counted, attempt.error,
                     attempt.stage, attempt.duration_ms, attempt.statistics, attempt.heavy,
                     static_cast<int64_t>(attempt.entities),
                     static_cast<int64_t>(attempt.peak_bytes), attempt.id);
}

Result<void> write_letter(Ledger::Impl& ledger, const DeadLetter& letter) {
  TRY(const int64_t calculation, ledger.name_id(letter.calculation));
  return sqlite::run(ledger.db(),
                     "INSERT INTO dead_letters(calculation, date, key, code, error, stage,"
                     " attempts, permanent, dropped) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
                     " ON CONFLICT(calculation, date, key) DO UPDATE SET code = excluded.code,"
                     " error = excluded.error, stage = excluded.stage,"
                     " attempts = excluded.attempts, permanent = excluded.permanent,"
                     " dropped = excluded.dropped",
                     calculation, letter.date.days(), letter.key, letter.code, letter.error,
                     letter.stage, letter.attempts, letter.permanent, letter.dropped);
}

Ledger::CellName name_of(const Ledger::Commit& commit) {
  if (commit.cell) return {commit.cell->calculation, commit.cell->date};
  return {commit.attempt.calculation, commit.attempt.date};
}

// Whether somebody else has taken over or decided what this commit is about.
Result<bool> is_overtaken(Ledger::Impl& ledger, const Ledger::Commit& commit) {
  const Attempt& attempt = commit.attempt;
  const Ledger::CellName name = name_of(commit);
  if (attempt.id == 0) {
    TRY(const int64_t calculation, ledger.find_name(name.calculation));
    return ledger.touched(calculation, name.date, commit.decided_at);
  }
  sqlite::Query query(ledger.db(), "SELECT status FROM attempts WHERE id = ?", attempt.id);
  TRY(const bool begun, query.next());
  if (begun) return query.integer(0) != static_cast<int>(AttemptStatus::Running);
  return internal_error("attempt " + std::to_string(attempt.id) + " of " + name.calculation + " " +
                        name.date.str() + " ends without having begun");
}

// The process that made the attempt is alive: the cell was not interrupted by its end.
Result<void> note_survivor(Ledger::Impl& ledger, const Attempt& attempt) {
  return sqlite::run(ledger.db(),
                     "UPDATE attempts SET error = 'given up by the engine while its process went"
                     " on' WHERE id = ? AND status = ? AND error = ''",
                     attempt.id, static_cast<int>(AttemptStatus::Lost));
}

Result<void> write_commit(Ledger::Impl& ledger, const Ledger::Lease& lease,
                          const Ledger::Commit& commit) {
  const Attempt& attempt = commit.attempt;
  const Ledger::CellName name = name_of(commit);
  TRY(const int64_t calculation, ledger.name_id(name.calculation));
  if (attempt.id != 0) {
    TRY_VOID(end_attempt(ledger, attempt));
    // An attempt that changes nothing that is known of the cell is no news.
    if (commit.cell || commit.dead_letter) {
      TRY_VOID(ledger.note(lease, calculation, name.date, Act::Attempted, attempt.state,
                           attempt.reason));
    }
  } else {
    TRY_VOID(ledger.note(lease, calculation, name.date, commit.act, commit.state, commit.reason));
  }
  if (commit.forget_trace) {
    const Hash& key = commit.cell ? commit.cell->key : attempt.key;
    TRY_VOID(sqlite::run(ledger.db(), "DELETE FROM traces WHERE key = ?", key));
  }
  if (commit.trace && !commit.forget_trace) {
    TRY_VOID(write_trace(ledger, *commit.trace, name));
  }
  if (commit.cell) TRY_VOID(write_cell(ledger, *commit.cell));
  for (const Hash& key : commit.clears_dead_letters) {
    TRY_VOID(sqlite::run(ledger.db(),
                         "DELETE FROM dead_letters WHERE calculation = ? AND date = ? AND key = ?",
                         calculation, name.date.days(), key));
  }
  if (commit.dead_letter) TRY_VOID(write_letter(ledger, *commit.dead_letter));
  return {};
}

// False when the cell is not what was published.
Result<bool> mark(Ledger::Impl& ledger, const Ledger::Lease& lease,
                  const Ledger::Publication& publication) {
  const auto& [name, result, category] = publication;
  TRY(const int64_t calculation, ledger.find_name(name.calculation));
  TRY(const int64_t category_id, ledger.find_name(category));
  bool published = false;
  {
    sqlite::Query query(ledger.db(),
                        "SELECT published FROM cells JOIN results ON results.id = result"
                        " WHERE calculation = ? AND date = ? AND hash = ? AND category = ?",
                        calculation, name.date.days(), result, category_id);
    TRY(const bool same, query.next());
    if (!same) return false;
    published = query.integer(0) != 0;
  }
  if (published) return true;
  TRY_VOID(sqlite::run(ledger.db(),
                       "UPDATE cells SET published = 1 WHERE calculation = ? AND date = ?",
                       calculation, name.date.days()));
  TRY_VOID(ledger.note(lease, calculation, name.date, Act::Published));
  return true;
}

// Whether a cell would stand under a representative of which its code is no longer a version.
Result<bool> is_revoked(Ledger::Impl& ledger, const Ledger::Commit& commit) {
  if (!commit.cell || !commit.trace) return false;
  if (code_of(*commit.cell->identity) == commit.trace->code_hash) return false;
  TRY(const int64_t calculation, ledger.find_name(commit.cell->calculation));
  sqlite::Query query(ledger.db(),
                      "SELECT 1 FROM codes WHERE calculation = ? AND code = ?"
                      " AND infrastructure = ? AND revoked = 1",
                      calculation, commit.trace->code_hash, commit.trace->infrastructure);
  return query.next();
}

}  // namespace

Result<std::vector<size_t>> Ledger::commit(const Lease& lease, std::span<const Commit> commits) {
  std::vector<size_t> overtaken;
  TRY_VOID(impl_->write(lease, [&]() -> Result<void> {
    for (size_t i = 0; i < commits.size(); ++i) {
      TRY(bool late, is_overtaken(*impl_, commits[i]));
      if (!late) {
        TRY(late, is_revoked(*impl_, commits[i]));
      }
      if (late) {
        overtaken.push_back(i);
        TRY_VOID(note_survivor(*impl_, commits[i].attempt));
      } else {
        TRY_VOID(write_commit(*impl_, lease, commits[i]));
        for (const int64_t id : commits[i].contradicts) {
          TRY(const int64_t cells, revoke_evidence(*impl_, lease, id));
          (void)cells;
        }
      }
    }
    return {};
  }));
  return overtaken;
}

Result<std::vector<size_t>> Ledger::mark_published(const Lease& lease,
                                                   std::span<const Publication> cells) {
  std::vector<size_t> others;
  TRY_VOID(impl_->write(lease, [&]() -> Result<void> {
    for (size_t i = 0; i < cells.size(); ++i) {
      TRY(const bool marked, mark(*impl_, lease, cells[i]));
      if (!marked) others.push_back(i);
    }
    return {};
  }));
  return others;
}

Result<void> Ledger::mark_withdrawn(const Lease& lease, std::span<const CellName> cells) {
  return impl_->write(lease, [&]() -> Result<void> {
    for (const CellName& cell : cells) {
      TRY(const int64_t calculation, impl_->find_name(cell.calculation));
      TRY_VOID(sqlite::run(impl_->db(),
                           "UPDATE cells SET published = 0"
                           " WHERE calculation = ? AND date = ? AND published <> 0",
                           calculation, cell.date.days()));
      if (impl_->db().changes() == 0) continue;
      TRY_VOID(impl_->note(lease, calculation, cell.date, Act::Published));
    }
    return {};
  });
}

}  // namespace almanac
