#include "storage/fingerprint_cache.h"

#include <sqlite3.h>

#include <filesystem>

#include "storage/packed.h"
#include "storage/sqlite.h"

namespace almanac {

namespace {

using sqlite::Bytes;
using sqlite::Database;
using sqlite::Query;

// Grows whenever fingerprints or their encoding change.
constexpr int64_t kVersion = 2;

constexpr const char* kCreate = R"sql(
  CREATE TABLE IF NOT EXISTS fingerprint (
    path TEXT, date_column TEXT, timezone TEXT,
    size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, inode INTEGER,
    content BLOB,
    seal BLOB,  -- hash of the row, because SQLite has no checksums
    PRIMARY KEY (path, date_column, timezone)) WITHOUT ROWID;
  PRAGMA user_version = 2;  -- kVersion
)sql";

std::string packed(const Fingerprint& fingerprint) {
  Packer packer;
  packer.add(fingerprint.schema->names).add(fingerprint.schema->types);
  for (const Fingerprint::Day& day : fingerprint.days) {
    packer.add(static_cast<uint64_t>(static_cast<int64_t>(day.date.days())));
    packer.add(day.rows).add(day.columns).add(day.strays.size());
    for (const Stray& stray : day.strays) {
      packer.add(stray.column).add(stray.types.bits()).add(stray.row).add(stray.text);
    }
  }
  return packer.bytes();
}

Fingerprint unpacked(std::string_view bytes) {
  Unpacker unpacker(bytes);
  auto schema = std::make_shared<PartitionSchema>();
  schema->names = unpacker.texts();
  schema->types = unpacker.texts();
  Fingerprint fingerprint;
  while (unpacker.more()) {
    Fingerprint::Day& day = fingerprint.days.emplace_back();
    day.date = Date(static_cast<int32_t>(static_cast<int64_t>(unpacker.number())));
    day.rows = unpacker.number();
    for (size_t i = 0; i < schema->names.size(); ++i) day.columns.push_back(unpacker.hash());
    for (uint64_t strays = unpacker.number(); strays > 0 && unpacker.more(); --strays) {
      Stray& stray = day.strays.emplace_back();
      stray.column = unpacker.number();
      stray.types = TypeSet::of_bits(unpacker.number());
      stray.row = unpacker.number();
      stray.text = unpacker.text();
    }
  }
  fingerprint.schema = std::move(schema);
  return fingerprint;
}

Hash seal(const FingerprintCache::Key& key, const FileStat& stat, std::string_view content) {
  Hasher hasher("fingerprint-cache/1");
  hasher.add(key.path).add(key.date_column).add(key.timezone);
  for (const int64_t value : {stat.size, stat.mtime_ns, stat.ctime_ns}) {
    hasher.add(static_cast<uint64_t>(value));
  }
  return hasher.add(stat.inode).add(content).digest();
}

Result<std::unique_ptr<Database>> open(const std::string& file, int flags) {
  TRY(auto database, Database::open(file, file, flags));
  TRY_VOID(database->harden(false));
  // Rows are sealed, so what a power loss leaves is used or thrown away; and no sync can fail.
  TRY_VOID(database->script("PRAGMA synchronous = OFF"));
  return database;
}

// A cache that cannot be removed is one that cannot be written either; both only cost time.
void remove(const std::string& file) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  std::filesystem::remove(file + "-journal", ignored);
}

}  // namespace

FingerprintCache::FingerprintCache(std::string file) : file_(std::move(file)) {
  const auto loaded = load();
  if (loaded.ok()) return;
  entries_.clear();
  if (loaded.error().kind != Error::Kind::Temporary) remove(file_);
}

Result<void> FingerprintCache::load() {
  std::error_code error;
  if (!std::filesystem::exists(file_, error)) return {};
  TRY(const auto database, open(file_, SQLITE_OPEN_READWRITE));
  const Error damaged = data_error(file_ + " is damaged");
  {
    Query version(*database, "PRAGMA user_version");
    TRY(const bool row, version.next());
    if (!row || version.integer(0) != kVersion) return damaged;
  }
  Query query(*database,
              "SELECT path, date_column, timezone, size, mtime_ns, ctime_ns, inode, content, seal "
              "FROM fingerprint");
  for (;;) {
    const auto row = query.next();
    // A file with the right version and without the table is as useless as a damaged one.
    if (!row.ok()) return row.error().kind == Error::Kind::Internal ? damaged : row.error();
    if (!*row) return {};
    const Key key{std::string(query.text(0)), std::string(query.text(1)),
                  std::string(query.text(2))};
    const FileStat stat{query.integer(3), query.integer(4), query.integer(5),
                        static_cast<uint64_t>(query.integer(6))};
    const std::string_view content = query.bytes(7);
    if (seal(key, stat, content) != query.hash(8)) return damaged;
    entries_[key] = {stat, std::make_shared<Fingerprint>(unpacked(content))};
  }
}

std::shared_ptr<const Fingerprint> FingerprintCache::find(const Key& key, const FileStat& stat) {
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.stat != stat) return nullptr;
  found->second.used = true;
  return found->second.fingerprint;
}

void FingerprintCache::put(const Key& key, const FileStat& stat, int64_t read_ns,
                           std::shared_ptr<const Fingerprint> fingerprint) {
  if (!stat.settled_by(read_ns)) return;
  entries_[key] = {stat, std::move(fingerprint), true, true};
}

void FingerprintCache::save() {
  bool changed = false;
  for (const auto& [key, entry] : entries_) changed |= entry.unsaved || !entry.used;
  const auto written = changed ? write() : Result<void>();
  if (!written.ok() && written.error().kind != Error::Kind::Temporary) remove(file_);
  std::erase_if(entries_, [](const auto& entry) { return !entry.second.used; });
  for (auto& [key, entry] : entries_) {
    entry.used = false;
    if (written.ok()) entry.unsaved = false;
  }
}

Result<void> FingerprintCache::write() {
  std::error_code ignored;  // shows when the file is opened
  std::filesystem::create_directories(std::filesystem::path(file_).parent_path(), ignored);
  TRY(const auto database, open(file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  TRY_VOID(database->script(kCreate));
  sqlite::Transaction transaction(*database);
  TRY_VOID(transaction.begin_write());
  for (const auto& [key, entry] : entries_) {
    if (!entry.used) {
      TRY_VOID(run(*database,
                   "DELETE FROM fingerprint WHERE path = ? AND date_column = ? AND timezone = ?",
                   std::string_view(key.path), std::string_view(key.date_column),
                   std::string_view(key.timezone)));
    } else if (entry.unsaved) {
      const std::string content = packed(*entry.fingerprint);
      TRY_VOID(run(
          *database, "INSERT OR REPLACE INTO fingerprint VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          std::string_view(key.path), std::string_view(key.date_column),
          std::string_view(key.timezone), entry.stat.size, entry.stat.mtime_ns, entry.stat.ctime_ns,
          static_cast<int64_t>(entry.stat.inode), Bytes{content}, seal(key, entry.stat, content)));
    }
  }
  return transaction.commit();
}

}  // namespace almanac
