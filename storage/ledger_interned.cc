// Names, lists and results: stored once, named by id.
#include "storage/ledger_impl.h"
#include "storage/ledger_seal.h"
#include "storage/packed.h"

namespace almanac {

namespace {

constexpr size_t kHexDigits = 2 * Hash::kBytes;  // half of a SHA-256

}  // namespace

std::string packed_shards(const std::vector<Blob>& shards) {
  Packer packer;
  for (const Blob& shard : shards) {
    const std::string_view name = shard.sha256;
    Hash first, second;
    CHECK(name.size() == 2 * kHexDigits && Hash::from_hex(name.substr(0, kHexDigits), &first) &&
              Hash::from_hex(name.substr(kHexDigits), &second),
          "a blob is named by 64 lower-case hex digits");
    packer.add(first).add(second).add(shard.bytes);
  }
  return packer.bytes();
}

bool unpack_shards(std::string_view bytes, std::vector<Blob>* shards) {
  Unpacker unpacker(bytes);
  shards->reserve(bytes.size() / (2 * Hash::kBytes + 8));
  while (unpacker.more()) {
    Blob& shard = shards->emplace_back();
    shard.sha256 = unpacker.hash().hex();
    shard.sha256 += unpacker.hash().hex();
    shard.bytes = unpacker.number();
  }
  return unpacker.done();
}

Result<int64_t> Ledger::Impl::find_name(const std::string& name) {
  sqlite::Query query(db(), "SELECT id FROM names WHERE name = ?", name);
  TRY(const bool row, query.next());
  return row ? query.integer(0) : 0;
}

Result<int64_t> Ledger::Impl::name_id(const std::string& name) {
  if (const auto known = name_ids.find(name); known != name_ids.end()) return known->second;
  TRY(int64_t id, find_name(name));
  if (id == 0) {
    TRY_VOID(sqlite::run(db(), "INSERT INTO names(name) VALUES(?)", name));
    id = db().last_id();
  }
  name_ids[name] = id;
  return id;
}

Result<int64_t> Ledger::Impl::list_id(const std::string& bytes) {
  const sqlite::Bytes value{bytes};
  sqlite::Query query(db(), "SELECT id FROM lists WHERE bytes = ?", value);
  TRY(const bool row, query.next());
  if (row) return query.integer(0);
  TRY_VOID(sqlite::run(db(), "INSERT INTO lists(bytes) VALUES(?)", value));
  return db().last_id();
}

Result<int64_t> Ledger::Impl::result_id(const ResultRecord& result) {
  CHECK(result.names->size() == result.columns.size(), "a result has a hash for each column");
  const std::string shards = packed_shards(result.shards);
  {
    sqlite::Query query(db(), "SELECT id, shards FROM results WHERE hash = ?", result.hash);
    TRY(const bool row, query.next());
    if (row && query.bytes(1) == shards) return query.integer(0);
  }
  // Equal values may be in other files: written anew because the old ones were lost.
  const std::string names = Packer().add(*result.names).bytes();
  const std::string columns = Packer().add(result.columns).bytes();
  TRY(const int64_t list, list_id(names));
  sqlite::Query insert(
      db(),
      "INSERT INTO results(hash, names, columns, rows, shards, seal)"
      " VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(hash) DO UPDATE SET names = excluded.names,"
      " columns = excluded.columns, rows = excluded.rows, shards = excluded.shards,"
      " seal = excluded.seal RETURNING id",
      result.hash, list, sqlite::Bytes{columns}, result.rows, sqlite::Bytes{shards},
      seal_of_result(result.hash, hash_of_bytes(names), columns, result.rows, shards));
  TRY(const bool row, insert.next());
  CHECK(row, "an upsert returns its row");
  const int64_t id = insert.integer(0);
  TRY_VOID(insert.run());
  return id;
}

Result<Ledger::Impl::ColumnNames> Ledger::Impl::names_of(int64_t list) {
  ColumnNames& known = column_names[list];
  if (known.names == nullptr) {
    sqlite::Query query(db(), "SELECT bytes FROM lists WHERE id = ?", list);
    TRY(const bool row, query.next());
    const std::string_view bytes = row ? query.bytes(0) : std::string_view();
    Unpacker unpacker(bytes);
    auto names = std::make_shared<const std::vector<std::string>>(unpacker.texts());
    if (!row || !unpacker.done()) return damaged("list " + std::to_string(list));
    known = {std::move(names), hash_of_bytes(bytes)};
  }
  return known;
}

Result<std::shared_ptr<const ResultRecord>> Ledger::Impl::result_at(const sqlite::Query& query,
                                                                    int first) {
  auto result = std::make_shared<ResultRecord>();
  result->hash = query.hash(first);
  TRY(const ColumnNames names, names_of(query.integer(first + 1)));
  const std::string_view columns = query.bytes(first + 2), shards = query.bytes(first + 4);
  result->names = names.names;
  result->columns = Unpacker(columns).hashes();
  result->rows = static_cast<uint64_t>(query.integer(first + 3));
  const int64_t seal = seal_of_result(result->hash, names.hash, columns, result->rows, shards);
  if (seal != query.integer(first + 5) || !unpack_shards(shards, &result->shards) ||
      result->columns.size() != result->names->size()) {
    return damaged("result " + result->hash.hex());
  }
  return std::shared_ptr<const ResultRecord>(std::move(result));
}

}  // namespace almanac
