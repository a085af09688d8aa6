#include "storage/sqlite.h"

#include <sqlite3.h>

#include <cerrno>

namespace almanac::sqlite {

Database::Database(sqlite3* connection, std::string path)
    : connection_(connection), path_(std::move(path)) {}

Database::~Database() {
  for (const auto& [text, statement] : statements_) sqlite3_finalize(statement);
  const int code = sqlite3_close(connection_);
  CHECK(code == SQLITE_OK, "a query outlives its database");
}

namespace {

// Whether the disk refused to give bytes of the database or its log. SQLite then says that the file
// is damaged.
bool unreadable(sqlite3* connection) {
  int error = 0;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
  if (error == EIO) return true;
  sqlite3_file* log = nullptr;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&log));
  if (log == nullptr || log->pMethods == nullptr) return false;
  log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
  return error == EIO;
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& name, const std::string& path,
                                                 int flags) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(
      name.c_str(), &connection,
      flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE, nullptr);
  CHECK(connection != nullptr, "out of memory");
  std::unique_ptr<Database> database(new Database(connection, path));
  if (code != SQLITE_OK) return database->error(code);
  return database;
}

Result<void> Database::harden(bool read_only) {
  const struct {
    int option, value;
  } options[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                 {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                 {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                 {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, read_only ? 1 : 0}};
  for (const auto& [option, value] : options) {
    int found = -1;
    const int code = sqlite3_db_config(connection_, option, value, &found);
    if (code != SQLITE_OK || found != value) {
      return internal_error("SQLite refuses the setting " + std::to_string(option) + " for " +
                            path_ + ": expected " + std::to_string(value) + ", found " +
                            std::to_string(found));
    }
  }
  sqlite3_limit(connection_, SQLITE_LIMIT_ATTACHED, 0);
  return {};
}

Result<void> Database::script(const char* statements) {
  while (*statements != '\0') {
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v2(connection_, statements, -1, &statement, &statements);
    if (code != SQLITE_OK) return error(code);
    if (statement == nullptr) continue;  // white space at the end
    code = sqlite3_step(statement);
    if (code != SQLITE_DONE && code != SQLITE_ROW) {
      Error failure = error(code);
      sqlite3_finalize(statement);
      return failure;
    }
    sqlite3_finalize(statement);
  }
  return {};
}

int64_t Database::changes() const {
  return sqlite3_changes64(connection_);
}
int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(connection_);
}

Result<sqlite3_stmt*> Database::prepare(const char* text) {
  sqlite3_stmt*& statement = statements_[text];
  if (statement == nullptr) {
    const int code =
        sqlite3_prepare_v3(connection_, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return error(code);
  }
  CHECK(!sqlite3_stmt_busy(statement), text);
  return statement;
}

Error Database::error(int code) const {
  const std::string text =
      std::string(sqlite3_errmsg(connection_)) + " (SQLite code " + std::to_string(code) + ")";
  CHECK(code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_DIR_FSYNC,
        ("sync of " + path_ + " failed: " + text + "; what the disk holds is unknown").c_str());
  const int system = sqlite3_system_errno(connection_);
  const bool io = (code & 0xff) == SQLITE_IOERR;
  if ((code & 0xff) == SQLITE_FULL || (io && (system == ENOSPC || system == EDQUOT))) {
    return temporary_error("disk full while writing " + path_ +
                           ": nothing of this step was recorded; free space and run again");
  }
  if (io && system == EISDIR) return usage_error(path_ + " is a folder; expected a file");
  if (io || ((code & 0xff) == SQLITE_CORRUPT && unreadable(connection_))) {
    return temporary_error("cannot read or write " + path_ + ": " + text +
                           "; check the disk and try again");
  }
  if (code == SQLITE_PROTOCOL || code == SQLITE_READONLY_RECOVERY ||
      code == SQLITE_READONLY_CANTINIT) {
    return temporary_error(path_ + " was left by a killed process in a state that only writing " +
                           "mends: " + text);
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return temporary_error(path_ + " is locked by another process: try again when it is done");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return usage_error(path_ + " is damaged or no SQLite file: " + text +
                         "; restore it from a copy, or move it away to compute everything anew");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return usage_error("cannot open or write " + path_ + ": " + text +
                         "; check that the folder exists and that you may write there");
    default:
      return internal_error(path_ + ": " + text);
  }
}

Query::Query(Database& database, const char* statement, std::nullptr_t) : database_(database) {
  auto prepared = database.prepare(statement);
  if (prepared.ok()) {
    statement_ = *prepared;
  } else {
    prepare_error_ = std::make_unique<Error>(prepared.error());
  }
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::bind(int index, int64_t value) {
  if (statement_ != nullptr) bind_status_ |= sqlite3_bind_int64(statement_, index, value);
}

void Query::bind(int index, std::string_view value) {
  if (statement_ == nullptr) return;
  const char* data = value.data() == nullptr ? "" : value.data();
  bind_status_ |=
      sqlite3_bind_text64(statement_, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Query::bind(int index, Bytes value) {
  if (statement_ == nullptr) return;
  const char* data = value.data.data() == nullptr ? "" : value.data.data();
  bind_status_ |= sqlite3_bind_blob64(statement_, index, data, value.data.size(), SQLITE_TRANSIENT);
}

void Query::bind(int index, const Hash& value) {
  const auto bytes = value.bytes();
  bind(index, Bytes{{reinterpret_cast<const char*>(bytes.data()), bytes.size()}});
}

Result<bool> Query::next() {
  if (prepare_error_ != nullptr) return *prepare_error_;
  CHECK(bind_status_ == SQLITE_OK, sqlite3_sql(statement_));
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_.error(code);
}

Result<void> Query::run() {
  for (;;) {
    TRY(const bool row, next());
    if (!row) return {};
  }
}

int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Query::text(int column) const {
  const auto* data = sqlite3_column_text(statement_, column);
  return {reinterpret_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Query::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  return {static_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

Hash Query::hash(int column) const {
  const std::string_view data = bytes(column);
  return data.size() == Hash::kBytes ? Hash::from_bytes(data.data()) : Hash{};
}

// NOLINTNEXTLINE(bugprone-exception-escape): only for want of memory, and that ends the process
Transaction::~Transaction() {
  // SQLite has already rolled back after some errors. A rollback that fails leaves the transaction
  // open, and the next begin reports it.
  if (sqlite3_get_autocommit(database_.connection_) == 0) (void)run(database_, "ROLLBACK");
}

Result<void> Transaction::begin_read() {
  return run(database_, "BEGIN");
}
Result<void> Transaction::begin_write() {
  return run(database_, "BEGIN IMMEDIATE");
}
Result<void> Transaction::commit() {
  return run(database_, "COMMIT");
}

}  // namespace almanac::sqlite
