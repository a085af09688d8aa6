// LedgerConnection: how the ledger's file is opened.
//
// Writing: WAL, synchronous=FULL; created, migrated and made durable in its folder when new.
//
// Reading must leave no trace, and SQLite would create -wal and -shm. Hence:
//   1. no file, or an empty one: an empty ledger in memory.
//   2. a log and its index are there (a writer is at work or was killed): opened with a read-only
//      index, under SQLite's own locks.
//   3. no log, or one without a single page: the file alone is the whole, and it is read without
//      locks and without a log.
//   4. a log without its index: read without locks, with the index in memory.
// A killed writer may leave an index that only a writer could mend. Mending it would be writing, so
// a ledger that cannot be read by 2 is read by 4, which takes every commit that the log has.
//
// In 3 and 4 a writer may start meanwhile. It truncates or creates the index first and cannot
// change the file without changing its times, so `undisturbed` tells afterwards whether what was
// read is valid. Where opening fails because a writer came or went, the files are looked at again;
// Temporary when they do not come to rest.
//
// In a process that has the ledger open for writing, nothing may open it but for writing, too:
// closing any of the files in another way would take the writer's locks with it.
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "storage/ledger.h"
#include "storage/sqlite.h"

namespace almanac {

class LedgerConnection {
 public:
  static Result<LedgerConnection> open(const std::string& path, Ledger::Mode mode);

  sqlite::Database& database() { return *database_; }

  // Whether all that was read since opening is what the file held.
  bool undisturbed() const;

 private:
  std::string path_;
  std::unique_ptr<sqlite::Database> database_;
  std::string stamp_;  // of the files at opening; empty where SQLite's locks protect
};

}  // namespace almanac
