// The schema of the ledger and how older files come to it.
#pragma once

#include "core/base/result.h"
#include "storage/sqlite.h"

namespace almanac {

// Version of the files that this release writes; kept in user_version.
inline constexpr int64_t kLedgerVersion = 7;

// The version of an open file; 0 is a new, empty one. Usage error when the file is of a newer
// version or belongs to another program.
Result<int64_t> ledger_version(sqlite::Database& database);

// Brings a file from any older version to kLedgerVersion, in one transaction.
Result<void> migrate_ledger(sqlite::Database& database);

}  // namespace almanac
