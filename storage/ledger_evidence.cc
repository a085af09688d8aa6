// What was found about versions of code, and what becomes of cells when it did not hold.
#include <algorithm>
#include <set>

#include "storage/ledger_rows.h"
#include "storage/ledger_seal.h"

namespace almanac {

namespace {

using Kind = EvidenceRecord::Kind;

// There are few, so all are read, and their seals checked, by whoever looks for one.
Result<std::vector<EvidenceRecord>> read_evidence(Ledger::Impl& ledger) {
  std::vector<EvidenceRecord> all;
  // An outer join: a name that is missing must be found, not leave the row out.
  sqlite::Query query(ledger.db(),
                      "SELECT e.id, kind, name, before, now, infrastructure, others, verdict,"
                      " document, made_ms, revoked, seal FROM evidence e LEFT JOIN names n"
                      " ON n.id = e.calculation ORDER BY e.id");
  TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
    const EvidenceRecord& evidence = all.emplace_back(
        EvidenceRecord{row.integer(0), static_cast<Kind>(row.integer(1)), std::string(row.text(2)),
                       row.hash(3), row.hash(4), row.hash(5), row.hash(6), std::string(row.text(7)),
                       std::string(row.text(8)), row.integer(9), row.integer(10) != 0});
    if (row.integer(11) == seal_of_evidence(evidence)) return {};
    return ledger.damaged("evidence " + std::to_string(evidence.id));
  }));
  return all;
}

bool about_the_same(const EvidenceRecord& a, const EvidenceRecord& b) {
  return a.kind == b.kind && a.calculation == b.calculation && a.before == b.before &&
         a.now == b.now && a.infrastructure == b.infrastructure;
}

// What may change of a row that is there, and its seal.
Result<void> update(Ledger::Impl& ledger, const EvidenceRecord& evidence) {
  TRY(const int64_t calculation, ledger.name_id(evidence.calculation));
  return sqlite::run(
      ledger.db(),
      "UPDATE OR REPLACE evidence SET calculation = ?, before = ?, now = ?,"
      " others = ?, verdict = ?, document = ?, made_ms = ?, revoked = ?, seal = ? WHERE id = ?",
      calculation, evidence.before, evidence.now, evidence.others, evidence.verdict,
      evidence.document, evidence.made_ms, evidence.revoked, seal_of_evidence(evidence),
      evidence.id);
}

// Traces that are deleted.
struct Deleted {
  std::set<int64_t> computations;
  std::set<Date> dates;
};

Result<Deleted> delete_traces(Ledger::Impl& ledger, const EvidenceRecord& evidence,
                              int64_t calculation) {
  Deleted deleted;
  sqlite::Query query(ledger.db(),
                      "DELETE FROM traces WHERE calculation = ? AND infrastructure = ?"
                      " AND code_hash IN (SELECT code FROM codes WHERE evidence = ?)"
                      " RETURNING computation, date",
                      calculation, evidence.infrastructure, evidence.id);
  TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
    deleted.computations.insert(row.integer(0));
    deleted.dates.insert(Date(static_cast<int32_t>(row.integer(1))));
    return {};
  }));
  return deleted;
}

Result<std::vector<CellRecord>> cells_of(Ledger::Impl& ledger, const std::string& name,
                                         int64_t calculation) {
  std::vector<CellRecord> cells;
  CellReader reader(ledger);
  sqlite::Query query(ledger.db(), "SELECT date FROM cells WHERE calculation = ? ORDER BY date",
                      calculation);
  TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
    const Date date(static_cast<int32_t>(row.integer(0)));
    return read_cell(ledger, reader, calculation, {name, date}, &cells);
  }));
  return cells;
}

// Takes the keys of cells that stood on deleted traces, or stand on none; how many.
Result<int64_t> take_keys(Ledger::Impl& ledger, const Ledger::Lease& lease,
                          const EvidenceRecord& evidence) {
  TRY(const int64_t calculation, ledger.find_name(evidence.calculation));
  TRY(Deleted deleted, delete_traces(ledger, evidence, calculation));
  TRY(auto cells, cells_of(ledger, evidence.calculation, calculation));
  int64_t taken = 0;
  for (CellRecord& cell : cells) {
    if (cell.key.zero()) continue;
    TRY(const auto trace,
        read_trace(ledger, cell.key));  // a damaged one must not pass for another's
    if (trace && !deleted.computations.contains(cell.computation)) continue;
    cell.key = Hash();
    TRY_VOID(write_cell(ledger, cell));
    deleted.dates.insert(cell.date);
    ++taken;
  }
  // Also where only a trace is gone: somebody may be about to use it.
  for (const Date date : deleted.dates) {
    TRY_VOID(ledger.note(lease, calculation, date, Act::Revoked));
  }
  return taken;
}

}  // namespace

Result<void> rename_evidence(Ledger::Impl& ledger, const Ledger::Renaming& renaming) {
  TRY(auto all, read_evidence(ledger));
  for (EvidenceRecord& evidence : all) {
    for (const auto& code : renaming.codes) {
      if (code.calculation != evidence.calculation) continue;
      if (evidence.before == code.before) evidence.before = code.now;
      if (evidence.now == code.before) evidence.now = code.now;
      if (evidence.others == code.others_before) evidence.others = code.others_now;
    }
    if (evidence.calculation == renaming.from) evidence.calculation = renaming.to;
    TRY_VOID(update(ledger, evidence));
  }
  return {};
}

Result<std::vector<EvidenceRecord>> Ledger::evidence() {
  return impl_->read([&] { return read_evidence(*impl_); });
}

Result<std::vector<Ledger::CellName>> Ledger::owed(const std::string& calculation,
                                                   std::span<const Hash> paid) {
  return impl_->read([&]() -> Result<std::vector<CellName>> {
    std::vector<CellName> cells;
    TRY(const int64_t id, impl_->find_name(calculation));
    sqlite::Query query(impl_->db(),
                        "SELECT c.date, code_hash FROM cells c JOIN traces t ON t.key = c.key"
                        " WHERE c.calculation = ? ORDER BY c.computation, c.date",
                        id);
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      if (std::ranges::find(paid, row.hash(1)) != paid.end()) return {};
      cells.push_back({calculation, Date(static_cast<int32_t>(row.integer(0)))});
      return {};
    }));
    return cells;
  });
}

Result<size_t> Ledger::verified(const std::string& calculation, std::span<const Hash> accepted) {
  return impl_->read([&]() -> Result<size_t> {
    TRY(const int64_t id, impl_->find_name(calculation));
    // An attempt that gives what was there leaves the computation as it is.
    sqlite::Query query(impl_->db(),
                        "SELECT code_hash FROM cells c JOIN traces t ON t.key = c.key"
                        " WHERE c.calculation = ? AND EXISTS (SELECT 1 FROM attempts a"
                        " WHERE a.calculation = c.calculation AND a.date = c.date AND"
                        " a.key = c.key AND a.status = ? AND a.id > c.computation)",
                        id, static_cast<int>(AttemptStatus::Success));
    size_t cells = 0;
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      cells += std::ranges::find(accepted, row.hash(0)) != accepted.end();
      return {};
    }));
    return cells;
  });
}

namespace {

enum class Fate : uint8_t { Recorded, Ignored, Revokes };

// What becomes of new evidence where there is some about the same. Revoked is for ever. What was
// seen to be another calculation stays that, whoever says otherwise; where it is seen now, what was
// said before did not hold. While cells stand on evidence, nothing less takes its place.
Result<Fate> fate_of(Ledger::Impl& ledger, const EvidenceRecord& old, const EvidenceRecord& now) {
  if (old.revoked) return Fate::Ignored;
  if (now.kind == Kind::Certificate) return Fate::Recorded;
  const bool same = old.others == now.others;
  if (old.verdict == kLogic && now.verdict == kCosmetic && same) return Fate::Ignored;
  if (old.verdict != kCosmetic || (now.verdict == kCosmetic && same)) return Fate::Recorded;
  if (now.verdict == kLogic && same) return Fate::Revokes;
  sqlite::Query query(ledger.db(), "SELECT 1 FROM codes WHERE evidence = ?", old.id);
  TRY(const bool is_used, query.next());
  return is_used ? Fate::Ignored : Fate::Recorded;
}

// Whether the certificate that lets a verdict count did not hold.
bool stands_on_nothing(const std::vector<EvidenceRecord>& all, const EvidenceRecord& verdict) {
  if (verdict.kind == Kind::Certificate || verdict.verdict != kCosmetic) return false;
  return std::ranges::any_of(all, [&](const EvidenceRecord& one) {
    return one.kind == Kind::Certificate && one.revoked && one.calculation == verdict.calculation &&
           one.now == verdict.before && one.infrastructure == verdict.infrastructure;
  });
}

}  // namespace

Result<int64_t> Ledger::record_evidence(const Lease& lease, const EvidenceRecord& evidence) {
  EvidenceRecord recorded = evidence;
  TRY_VOID(impl_->write(lease, [&]() -> Result<void> {
    TRY(const auto all, read_evidence(*impl_));
    const auto old = std::ranges::find_if(
        all, [&](const EvidenceRecord& one) { return about_the_same(one, evidence); });
    if (old != all.end()) {
      TRY(const Fate fate, fate_of(*impl_, *old, evidence));
      recorded.id = old->id;
      if (fate == Fate::Revokes) TRY_VOID(revoke_evidence(*impl_, lease, old->id));
      if (fate != Fate::Recorded) return {};
    } else {
      TRY(const int64_t calculation, impl_->name_id(evidence.calculation));
      TRY_VOID(sqlite::run(impl_->db(),
                           "INSERT INTO evidence(kind, calculation, before, now, infrastructure,"
                           " others, verdict, document, made_ms, revoked, seal)"
                           " VALUES(?, ?, ?, ?, ?, x'', '', '', 0, 0, 0)",
                           static_cast<int>(evidence.kind), calculation, evidence.before,
                           evidence.now, evidence.infrastructure));
      recorded.id = impl_->db().last_id();
    }
    recorded.revoked = stands_on_nothing(all, evidence);
    return update(*impl_, recorded);
  }));
  return recorded.id;
}

// The certificate of the version in the keys did not hold either, nor what else it let count.
Result<int64_t> revoke_evidence(Ledger::Impl& ledger, const Ledger::Lease& lease, int64_t id) {
  TRY(auto all, read_evidence(ledger));
  const auto found = std::ranges::find(all, id, &EvidenceRecord::id);
  if (found == all.end()) {
    return usage_error("there is no evidence " + std::to_string(id) +
                       "; almanac evidence list has the ids");
  }
  if (found->revoked) return int64_t{0};
  const EvidenceRecord first = *found;
  const bool lets_count = first.kind == Kind::Certificate || first.verdict == kCosmetic;
  int64_t taken = 0;
  for (EvidenceRecord& one : all) {
    const bool related = lets_count && one.calculation == first.calculation &&
                         one.before == first.before && one.infrastructure == first.infrastructure &&
                         (one.kind == Kind::Certificate || one.verdict == kCosmetic);
    if (one.revoked || (one.id != id && !related)) continue;
    one.revoked = true;
    TRY_VOID(update(ledger, one));
    if (one.kind == Kind::Certificate) continue;
    TRY_VOID(sqlite::run(ledger.db(), "UPDATE codes SET revoked = 1 WHERE evidence = ?", one.id));
    TRY(const int64_t cells, take_keys(ledger, lease, one));
    taken += cells;
  }
  return taken;
}

Result<int64_t> Ledger::revoke(const Lease& lease, int64_t evidence) {
  int64_t taken = 0;
  TRY_VOID(impl_->write(lease, [&]() -> Result<void> {
    TRY(taken, revoke_evidence(*impl_, lease, evidence));
    return {};
  }));
  return taken;
}

}  // namespace almanac
