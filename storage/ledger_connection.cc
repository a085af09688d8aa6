#include "storage/ledger_connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "storage/files.h"
#include "storage/ledger_schema.h"

namespace almanac {

namespace {

constexpr const char* kLog = "-wal";
constexpr const char* kIndex = "-shm";

uint64_t size_of(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

bool exists(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0;
}

// What changes when a writer touches the ledger.
std::string stamp_of(const std::string& path) {
  std::string stamp;
  for (const char* suffix : {"", kLog, kIndex}) {
    struct stat status;
    const bool there = stat((path + suffix).c_str(), &status) == 0;
    const bool empty_log = there && suffix == kLog && status.st_size == 0;
    if (there && !empty_log) {
      stamp += std::to_string(status.st_ino) + ':' + std::to_string(status.st_size) + ':' +
               std::to_string(status.st_mtim.tv_sec) + ':' + std::to_string(status.st_mtim.tv_nsec);
    }
    stamp += ';';
  }
  return stamp;
}

std::string uri(const std::string& path, const char* query) {
  std::string text = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      text += '%';
      text += "0123456789ABCDEF"[static_cast<uint8_t>(c) >> 4];
      text += "0123456789ABCDEF"[c & 15];
    } else {
      text += c;
    }
  }
  return text + query;
}

Result<void> refuse_network(const std::string& path) {
  struct statfs status;
  const std::string folder = parent_of(path);
  if (statfs(folder.c_str(), &status) != 0) return file_error("look at", folder, errno);
  if (const char* name = network_file_system(status.f_type)) {
    return usage_error("the ledger " + path + " is on a network file system (" + name +
                       "): put it on a local disk, or use PostgreSQL");
  }
  return {};
}

// Sets each pragma and reads it back: builds of SQLite differ in what they let through.
Result<void> expect(sqlite::Database& database, const char* set, const char* get,
                    std::string_view value) {
  TRY_VOID(sqlite::run(database, set));
  sqlite::Query query(database, get);
  TRY(const bool row, query.next());
  if (row && query.text(0) == value) return {};
  return internal_error("SQLite does not keep a setting for " + database.path() + ": " + set +
                        " reads back as " + (row ? std::string(query.text(0)) : "nothing"));
}

Result<void> configure(sqlite::Database& database, bool read_only) {
  TRY_VOID(database.harden(read_only));
  TRY_VOID(expect(database, "PRAGMA busy_timeout = 10000", "PRAGMA busy_timeout", "10000"));
  TRY_VOID(expect(database, "PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1"));
  TRY_VOID(expect(database, "PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", "1"));
  TRY_VOID(expect(database, "PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0"));

  const char* value = read_only ? "1" : "0";
  return expect(database, read_only ? "PRAGMA query_only = ON" : "PRAGMA query_only = OFF",
                "PRAGMA query_only", value);
}

Result<std::unique_ptr<sqlite::Database>> open_empty(const std::string& path) {
  TRY(auto database,
      sqlite::Database::open(":memory:", path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY));
  TRY_VOID(migrate_ledger(*database));
  TRY_VOID(configure(*database, true));
  return database;
}

Result<std::unique_ptr<sqlite::Database>> open_for_writing(const std::string& path) {
  TRY_VOID(make_folders(parent_of(path)));
  TRY_VOID(refuse_network(path));
  // One process at a time opens for writing: SQLite does not wait when two switch a new file to
  // WAL.
  const FileHandle folder(::open(parent_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || flock(folder.get(), LOCK_EX) != 0) {
    return file_error("lock folder", parent_of(path), errno);
  }
  const bool created = !exists(path);
  TRY(auto database,
      sqlite::Database::open(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  TRY_VOID(configure(*database, false));
  // Before the journal mode, which already writes: a file of another program stays as it is.
  TRY(const int64_t version, ledger_version(*database));
  TRY_VOID(expect(*database, "PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"));
  TRY_VOID(expect(*database, "PRAGMA synchronous = FULL", "PRAGMA synchronous", "2"));
  if (version < kLedgerVersion) TRY_VOID(migrate_ledger(*database));
  if (created) TRY_VOID(sync_folder(parent_of(path)));
  return database;
}

enum class Way { Locked, LogWithoutIndex, FileAlone };

// How to read what is there now. A writer creates the log with its header; what follows is pages.
Way way_to_read(const std::string& path) {
  constexpr uint64_t kLogHeaderBytes = 32;
  if (size_of(path + kLog) <= kLogHeaderBytes) return Way::FileAlone;
  return exists(path + kIndex) ? Way::Locked : Way::LogWithoutIndex;
}

Result<std::unique_ptr<sqlite::Database>> open_by(Way way, const std::string& path) {
  const char* query = way == Way::Locked            ? "?mode=ro&readonly_shm=1"
                      : way == Way::LogWithoutIndex ? "?mode=ro&vfs=unix-none"
                                                    : "?mode=ro&immutable=1";
  TRY(auto database,
      sqlite::Database::open(uri(path, query), path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI));
  if (way == Way::LogWithoutIndex) {
    TRY_VOID(
        expect(*database, "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA locking_mode", "exclusive"));
  }
  TRY_VOID(configure(*database, true));
  TRY(const int64_t version, ledger_version(*database));
  if (version == 0) return open_empty(path);
  if (version < kLedgerVersion) {
    return usage_error("the ledger " + path + " is of version " + std::to_string(version) +
                       ": bring it to version " + std::to_string(kLedgerVersion) +
                       " with `almanac migrate`");
  }
  return database;
}

Result<std::unique_ptr<sqlite::Database>> open_for_reading_only(const std::string& path,
                                                                std::string* stamp) {
  constexpr int kTries = 50;
  constexpr useconds_t kPauseUs = 10'000;  // in all, longer than a writer takes to start or to end
  bool index_is_broken = false;
  for (int tries = 1;; ++tries) {
    *stamp = stamp_of(path);  // first: a writer that starts after this line changes it
    if (size_of(path) == 0) return open_empty(path);
    Way way = way_to_read(path);
    if (way == Way::Locked && index_is_broken) way = Way::LogWithoutIndex;
    auto database = open_by(way, path);
    const bool disturbed = *stamp != stamp_of(path);
    if (way == Way::Locked) stamp->clear();
    if (database.ok()) return database;
    const bool temporary = database.error().kind == Error::Kind::Temporary;
    if (!disturbed && (way != Way::Locked || !temporary)) return database;
    if (tries == kTries) {
      return temporary_error("the ledger " + path + " changes all the time: try again");
    }
    index_is_broken = way == Way::Locked && temporary;
    usleep(kPauseUs);
  }
}

}  // namespace

Result<LedgerConnection> LedgerConnection::open(const std::string& path, Ledger::Mode mode) {
  LedgerConnection connection;
  connection.path_ = path;
  if (mode == Ledger::Mode::ReadWrite) {
    TRY(connection.database_, open_for_writing(path));
  } else {
    TRY(connection.database_, open_for_reading_only(path, &connection.stamp_));
  }
  return connection;
}

bool LedgerConnection::undisturbed() const {
  return stamp_.empty() || stamp_ == stamp_of(path_);
}

}  // namespace almanac
