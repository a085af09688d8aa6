// Sqlite: one connection and its prepared statements. Statements are text that is written in the
// source and values that are bound; nothing builds SQL.
//
// Thread rule: a Database and its queries are used by one thread at a time.
// Errors name the file. Temporary: another process holds the lock or left what only writing mends,
// the disk is full, or it cannot be read or written just now. Usage: the file is damaged, no SQLite
// file or cannot be opened. A failed fsync stops the process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/hash.h"
#include "core/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace almanac::sqlite {

// A value bound as a blob.
struct Bytes {
  std::string_view data;
};

class Database {
 public:
  // `name` is a path, a file: URI or :memory:; `path` is what errors call the file.
  static Result<std::unique_ptr<Database>> open(const std::string& name, const std::string& path,
                                                int flags);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs statements that are separated by semicolons and return nothing.
  Result<void> script(const char* statements);

  // Rows that the last statement changed; the row id of the last insert.
  int64_t changes() const;
  int64_t last_id() const;

  // Hardening that every connection has: no schema tricks, no checkpoint by a reader.
  Result<void> harden(bool read_only);

  const std::string& path() const { return path_; }

 private:
  friend class Query;
  friend class Transaction;
  Database(sqlite3* connection, std::string path);
  Result<sqlite3_stmt*> prepare(const char* statement);
  Error error(int code) const;

  sqlite3* connection_;
  std::string path_;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;  // by literal
};

// One execution of a statement. Texts and bytes live until the next call of next().
class Query {
 public:
  // `statement` is a literal; values are bound in order.
  template <class... Values>
  Query(Database& database, const char* statement, const Values&... values)
      : Query(database, statement, nullptr) {
    int index = 0;
    (bind(++index, values), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // True: there is a row. An error of prepare or bind is reported here.
  Result<bool> next();
  Result<void> run();  // to the end

  int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::string_view bytes(int column) const;
  Hash hash(int column) const;  // zero when the column has not the size of one

 private:
  Query(Database& database, const char* statement, std::nullptr_t);
  void bind(int index, int64_t value);
  void bind(int index, std::string_view value);
  void bind(int index, Bytes value);
  void bind(int index, const Hash& value);

  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  int bind_status_ = 0;
  std::unique_ptr<Error> prepare_error_;
};

template <class... Values>
Result<void> run(Database& database, const char* statement, const Values&... values) {
  return Query(database, statement, values...).run();
}

// Rolled back when it goes without a commit.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) {}
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Result<void> begin_read();   // one snapshot for all queries
  Result<void> begin_write();  // waits for another writer, at most the busy timeout
  Result<void> commit();

 private:
  Database& database_;
};

}  // namespace almanac::sqlite
