// Cells and traces as planning reads them.
#include <map>
#include <unordered_map>

#include "storage/ledger_impl.h"
#include "storage/ledger_rows.h"
#include "storage/ledger_seal.h"
#include "storage/packed.h"

namespace almanac {

namespace {

// By the id of their row.
using Names = std::unordered_map<int64_t, std::string>;
using Results = std::vector<std::shared_ptr<const ResultRecord>>;

Result<Results> read_results(Ledger::Impl& ledger) {
  constexpr int64_t kMaxResults = 1 << 28;
  Results results;
  sqlite::Query query(
      ledger.db(),
      "SELECT id, hash, names, columns, rows, shards, seal FROM results ORDER BY id DESC");
  TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
    const int64_t id = row.integer(0);
    if (results.empty() && id > 0 && id < kMaxResults) results.resize(static_cast<size_t>(id) + 1);
    if (id <= 0 || static_cast<size_t>(id) >= results.size()) return ledger.damaged("result ids");
    TRY(results[static_cast<size_t>(id)], ledger.result_at(row, 1));
    return {};
  }));
  return results;
}

Result<Names> read_names(Ledger::Impl& ledger) {
  Names names;
  sqlite::Query query(ledger.db(), "SELECT id, name FROM names");
  TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
    names[row.integer(0)] = row.text(1);
    return {};
  }));
  return names;
}

Result<size_t> count_cells(Ledger::Impl& ledger) {
  sqlite::Query query(ledger.db(), "SELECT count(*) FROM cells");
  TRY(const bool row, query.next());
  return row ? static_cast<size_t>(query.integer(0)) : 0;
}

// Reads the cells of one calculation, oldest first.
Result<void> read_cells(Ledger::Impl& ledger, int64_t calculation, const Names& names,
                        const Results& results, CellReader* reader,
                        std::vector<CellRecord>* cells) {
  sqlite::Query query(ledger.db(),
                      "SELECT result, category, " ALMANAC_CELL
                      " FROM cells c WHERE calculation = ? ORDER BY date",
                      calculation);
  const std::string& id = names.at(calculation);
  const Hash name = hash_of_bytes(id);
  return for_each(query, [&](sqlite::Query& row) -> Result<void> {
    const auto result = static_cast<size_t>(row.integer(0));
    const auto category = names.find(row.integer(1));
    TRY(CellRecord cell,
        reader->cell_at(row, 2, id, name, result < results.size() ? results[result] : nullptr,
                        category == names.end() ? std::string_view() : category->second));
    cells->push_back(std::move(cell));
    return {};
  });
}

}  // namespace

Result<CellReader::KnownIdentity> CellReader::read_identity(int64_t id) {
  sqlite::Query query(ledger_.db(), "SELECT bytes FROM lists WHERE id = ?", id);
  TRY(const bool row, query.next());
  if (!row) return ledger_.damaged("identity " + std::to_string(id) + " is missing");
  const std::string_view bytes = query.bytes(0);
  Unpacker unpacker(bytes);
  auto identity = std::make_shared<Identity>();
  identity->dated = unpacker.texts();
  while (unpacker.more()) {
    KeyPart& part = identity->parts.emplace_back();
    part.name = unpacker.text();
    part.hash = unpacker.hash();
  }
  if (!unpacker.done()) return ledger_.damaged("identity " + std::to_string(id));
  return KnownIdentity{std::move(identity), hash_of_bytes(bytes)};
}

Result<CellRecord> CellReader::cell_at(const sqlite::Query& row, int first,
                                       const std::string& calculation, const Hash& name,
                                       std::shared_ptr<const ResultRecord> result,
                                       std::string_view category) {
  CellRecord cell;
  cell.calculation = calculation;
  cell.date = Date(static_cast<int32_t>(row.integer(first)));
  cell.key = row.hash(first + 1);
  KnownIdentity& known = identities_[row.integer(first + 2)];
  if (known.identity == nullptr) {
    TRY(known, read_identity(row.integer(first + 2)));
  }
  cell.identity = known.identity;
  const std::string_view dated = row.bytes(first + 3);
  cell.dated = Unpacker(dated).hashes();
  cell.provenance = row.hash(first + 4);
  cell.computation = row.integer(first + 5);
  cell.published = row.integer(first + 6) != 0;
  if (result == nullptr || cell.dated.size() != known.identity->dated.size() ||
      row.integer(first + 7) != seal_of_cell(name, cell.date, cell.key, known.hash, dated,
                                             cell.provenance, cell.computation, result->hash,
                                             category)) {
    return ledger_.damaged("cell " + calculation + " " + cell.date.str());
  }
  cell.result = std::move(result);
  cell.category = category;
  return cell;
}

Result<std::vector<CellRecord>> Ledger::cells() {
  return impl_->read([&]() -> Result<std::vector<CellRecord>> {
    std::vector<CellRecord> cells;
    CellReader reader(*impl_);
    TRY(const Results results, read_results(*impl_));
    TRY(const Names names, read_names(*impl_));
    std::map<std::string_view, int64_t> sorted;
    for (const auto& [id, name] : names) sorted[name] = id;
    TRY(const size_t count, count_cells(*impl_));
    cells.reserve(count);
    for (const auto& [name, id] : sorted) {
      TRY_VOID(read_cells(*impl_, id, names, results, &reader, &cells));
    }
    return cells;
  });
}

Result<void> read_cell(Ledger::Impl& ledger, CellReader& reader, int64_t calculation,
                       const Ledger::CellName& name, std::vector<CellRecord>* cells) {
  // Outer joins: a row that is missing must be found, not leave the cell out.
  sqlite::Query query(ledger.db(),
                      "SELECT r.hash, r.names, r.columns, r.rows, r.shards, r.seal, category.name,"
                      " " ALMANAC_CELL
                      " FROM cells c LEFT JOIN results r ON r.id = c.result"
                      " LEFT JOIN names category ON category.id = c.category"
                      " WHERE c.calculation = ? AND c.date = ?",
                      calculation, name.date.days());
  TRY(const bool recorded, query.next());
  if (!recorded) return {};
  TRY(auto result, ledger.result_at(query, 0));
  TRY(CellRecord record, reader.cell_at(query, 7, name.calculation, hash_of_bytes(name.calculation),
                                        std::move(result), query.text(6)));
  cells->push_back(std::move(record));
  return {};
}

Result<std::vector<CellRecord>> Ledger::cells_of(std::span<const CellName> names) {
  return impl_->read([&]() -> Result<std::vector<CellRecord>> {
    std::vector<CellRecord> cells;
    CellReader reader(*impl_);
    for (const CellName& name : names) {
      TRY(const int64_t calculation, impl_->find_name(name.calculation));
      TRY_VOID(read_cell(*impl_, reader, calculation, name, &cells));
    }
    return cells;
  });
}

Result<std::optional<TraceRow>> read_trace(Ledger::Impl& ledger, const Hash& key) {
  sqlite::Query query(ledger.db(),
                      "SELECT computation, code_hash, infrastructure, t.seal, name, date, hash,"
                      " names, columns, rows, shards, r.seal FROM traces t"
                      " JOIN results r ON r.id = t.result JOIN names n ON n.id = t.calculation"
                      " WHERE key = ?",
                      key);
  TRY(const bool row, query.next());
  if (!row) return std::optional<TraceRow>();
  TraceRow found;
  Trace& trace = found.trace;
  trace.key = key;
  trace.computation = query.integer(0);
  trace.code_hash = query.hash(1);
  trace.infrastructure = query.hash(2);
  TRY(trace.result, ledger.result_at(query, 6));
  found.cell = {std::string(query.text(4)), Date(static_cast<int32_t>(query.integer(5)))};
  if (query.integer(3) != seal_of_trace(key, found.cell.calculation, found.cell.date,
                                        trace.computation, trace.result->hash, trace.code_hash,
                                        trace.infrastructure)) {
    return ledger.damaged("trace " + key.hex());
  }
  return std::optional<TraceRow>(std::move(found));
}

Result<std::optional<Trace>> Ledger::trace(const Hash& key) {
  return impl_->read([&]() -> Result<std::optional<Trace>> {
    TRY(auto found, read_trace(*impl_, key));
    if (!found) return std::optional<Trace>();
    return std::optional<Trace>(std::move(found->trace));
  });
}

}  // namespace almanac
