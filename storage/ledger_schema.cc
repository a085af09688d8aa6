#include "storage/ledger_schema.h"

#include <iterator>
#include <string>

namespace almanac {

namespace {

// Names, lists and results are interned: a cell holds their ids. A list is packed bytes (packed.h):
// the parts of an identity, the columns of a result, the schema of a partition.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE names(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE lists(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL UNIQUE) STRICT;

CREATE TABLE results(
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  names INTEGER NOT NULL REFERENCES lists,
  columns BLOB NOT NULL,                     -- a hash for each of the names
  rows INTEGER NOT NULL,
  shards BLOB NOT NULL,                      -- SHA-256 and size of each
  seal INTEGER NOT NULL                      -- ledger_seal.h, here and below
) STRICT;

CREATE TABLE cells(
  calculation INTEGER NOT NULL REFERENCES names,
  date INTEGER NOT NULL,                     -- days since 1970-01-01
  key BLOB NOT NULL,
  identity INTEGER NOT NULL REFERENCES lists,
  dated BLOB NOT NULL,                       -- a hash for each dated part of the identity
  provenance BLOB NOT NULL,
  computation INTEGER NOT NULL,              -- id of an attempt
  result INTEGER NOT NULL REFERENCES results,
  category INTEGER NOT NULL REFERENCES names,
  published INTEGER NOT NULL,
  seal INTEGER NOT NULL,
  PRIMARY KEY(calculation, date)
) STRICT, WITHOUT ROWID;
CREATE INDEX cells_of_result ON cells(result);

CREATE TABLE traces(
  key BLOB PRIMARY KEY,
  calculation INTEGER NOT NULL REFERENCES names,
  date INTEGER NOT NULL,
  computation INTEGER NOT NULL,
  result INTEGER NOT NULL REFERENCES results,
  code_hash BLOB NOT NULL,
  infrastructure BLOB NOT NULL,
  seal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX traces_of_result ON traces(result);

CREATE TABLE attempts(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES names,
  calculation INTEGER NOT NULL REFERENCES names,
  date INTEGER NOT NULL,
  pass INTEGER NOT NULL,
  key BLOB NOT NULL,
  state INTEGER NOT NULL REFERENCES names,
  reason INTEGER NOT NULL REFERENCES names,
  status INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  error TEXT NOT NULL,
  stage TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  statistics TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_of_cell ON attempts(calculation, date);
CREATE INDEX attempts_of_run ON attempts(run);
CREATE INDEX attempts_running ON attempts(id) WHERE status = 0;
CREATE INDEX attempts_lost ON attempts(calculation, date) WHERE status = 4;

CREATE TABLE requeues(                       -- attempts up to this one no longer count
  calculation INTEGER NOT NULL REFERENCES names,
  date INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  PRIMARY KEY(calculation, date)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters(
  calculation INTEGER NOT NULL REFERENCES names,
  date INTEGER NOT NULL,
  key BLOB NOT NULL,
  code TEXT NOT NULL,
  error TEXT NOT NULL,
  stage TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  permanent INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  PRIMARY KEY(calculation, date, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE breakers(
  calculation INTEGER PRIMARY KEY REFERENCES names,
  failures_in_row INTEGER NOT NULL,
  open INTEGER NOT NULL,
  opened_by_run TEXT NOT NULL
) STRICT;

CREATE TABLE datasets(
  name INTEGER PRIMARY KEY REFERENCES names,
  entity TEXT NOT NULL,
  is_static INTEGER NOT NULL
) STRICT;
CREATE TABLE partitions(
  dataset INTEGER NOT NULL REFERENCES datasets,
  date INTEGER NOT NULL,
  presence INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  schema INTEGER NOT NULL REFERENCES lists,
  columns BLOB NOT NULL,                     -- a fingerprint for each column of the schema
  problem TEXT NOT NULL,
  PRIMARY KEY(dataset, date)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs(
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL UNIQUE,
  command TEXT NOT NULL,
  totals TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE lease(
  id INTEGER PRIMARY KEY CHECK(id = 1),      -- one row
  token INTEGER NOT NULL,
  held INTEGER NOT NULL,
  run TEXT NOT NULL,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  pids TEXT NOT NULL,                        -- the namespace of the pid
  pid INTEGER NOT NULL,
  started INTEGER NOT NULL
) STRICT;
INSERT INTO lease VALUES(1, 0, 0, '', '', '', '', 0, 0);

PRAGMA application_id = 0x414c4d43;
PRAGMA user_version = 1;
)sql";

// What several processes need that work for one run: whose attempts there are, a lease that lasts
// as long as it is renewed, and a journal of what was done.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE attempts ADD COLUMN worker TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN slice TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN high_mem INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN heavy INTEGER NOT NULL DEFAULT 0;
CREATE INDEX attempts_heavy ON attempts(calculation, date) WHERE heavy = 1;

ALTER TABLE lease ADD COLUMN keeper INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lease ADD COLUMN renewals INTEGER NOT NULL DEFAULT 0;
-- The journal may lack lines up to this one: those of runs of long ago are deleted.
ALTER TABLE lease ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

CREATE TABLE journal(
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES names,
  calculation INTEGER NOT NULL REFERENCES names,
  date INTEGER NOT NULL,
  act INTEGER NOT NULL,
  state INTEGER NOT NULL REFERENCES names,
  reason INTEGER NOT NULL REFERENCES names
) STRICT;
CREATE INDEX journal_of_cell ON journal(calculation, date);  -- and the sequence, as in every index
CREATE INDEX journal_of_run ON journal(run);

PRAGMA user_version = 2;
)sql";

// What keeps those from doing harm who come too late: the sweep that the lease is at, and the plan
// of its pass that an attempt belongs to. And what one ledger has that no other has.
constexpr const char* kVersion3 = R"sql(
ALTER TABLE lease ADD COLUMN sweep INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lease ADD COLUMN ledger TEXT NOT NULL DEFAULT '';
UPDATE lease SET ledger = lower(hex(randomblob(8)));
ALTER TABLE attempts ADD COLUMN round INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 3;
)sql";

// What attempts use while they run, and what a cell of so many entities is going to need.
constexpr const char* kVersion4 = R"sql(
CREATE TABLE readings(                       -- the last of each attempt
  attempt INTEGER PRIMARY KEY REFERENCES attempts,
  at_ms INTEGER NOT NULL,
  resident_bytes INTEGER NOT NULL,
  heap_bytes INTEGER NOT NULL,
  cpu_ms INTEGER NOT NULL,
  entities INTEGER NOT NULL
) STRICT;
ALTER TABLE attempts ADD COLUMN entities INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN peak_bytes INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 4;
)sql";

// How much a cell reads, and what came out when one was computed twice.
constexpr const char* kVersion5 = R"sql(
ALTER TABLE attempts ADD COLUMN input_rows INTEGER NOT NULL DEFAULT 0;
CREATE TABLE repeats(                        -- of cells, by the code that computed them
  calculation INTEGER NOT NULL REFERENCES names,
  code BLOB NOT NULL,
  cells INTEGER NOT NULL,
  differing INTEGER NOT NULL,
  date INTEGER NOT NULL,                     -- of the last that differed
  difference TEXT NOT NULL,
  PRIMARY KEY(calculation, code)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 5;
)sql";

// The versions of the code of each calculation, and whose behaviour they have.
constexpr const char* kVersion6 = R"sql(
CREATE TABLE codes(
  id INTEGER PRIMARY KEY,
  calculation INTEGER NOT NULL REFERENCES names,
  code BLOB NOT NULL,
  parts INTEGER NOT NULL REFERENCES lists,   -- as those of an identity
  object BLOB NOT NULL,
  infrastructure BLOB NOT NULL,
  representative BLOB NOT NULL,
  evidence INTEGER NOT NULL,
  revoked INTEGER NOT NULL,
  blobs BLOB NOT NULL,                       -- module and bundle: SHA-256 and size of each
  UNIQUE(calculation, code, infrastructure)
) STRICT;

PRAGMA user_version = 6;
)sql";

// What was found about versions of code, on which others are accepted.
constexpr const char* kVersion7 = R"sql(
CREATE TABLE evidence(
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  calculation INTEGER NOT NULL REFERENCES names,
  before BLOB NOT NULL,
  now BLOB NOT NULL,
  infrastructure BLOB NOT NULL,
  others BLOB NOT NULL,                      -- others_of() the identity
  verdict TEXT NOT NULL,
  document TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  revoked INTEGER NOT NULL,
  seal INTEGER NOT NULL,
  UNIQUE(kind, calculation, before, now, infrastructure)
) STRICT;

PRAGMA user_version = 7;
)sql";

// The step at index n brings version n to n + 1 and sets user_version.
constexpr const char* kMigrations[] = {kVersion1, kVersion2, kVersion3, kVersion4,
                                       kVersion5, kVersion6, kVersion7};
static_assert(std::size(kMigrations) == kLedgerVersion);

constexpr int64_t kApplicationId = 0x414c4d43;  // "ALMC"

Result<int64_t> number(sqlite::Database& database, const char* statement) {
  sqlite::Query query(database, statement);
  TRY(const bool row, query.next());
  return row ? query.integer(0) : 0;
}

}  // namespace

Result<int64_t> ledger_version(sqlite::Database& database) {
  TRY(const int64_t version, number(database, "PRAGMA user_version"));
  TRY(const int64_t application, number(database, "PRAGMA application_id"));
  TRY(const int64_t tables, number(database, "SELECT count(*) FROM sqlite_schema"));
  if (version == 0 && application == 0 && tables == 0) return 0;
  if (application != kApplicationId) {
    return usage_error(database.path() +
                       " is a SQLite file of another program: name another file as the ledger");
  }
  if (version > kLedgerVersion) {
    return usage_error("the ledger " + database.path() + " is of version " +
                       std::to_string(version) + ", this almanac knows versions up to " +
                       std::to_string(kLedgerVersion) + ": upgrade almanac");
  }
  return version;
}

Result<void> migrate_ledger(sqlite::Database& database) {
  sqlite::Transaction transaction(database);
  TRY_VOID(transaction.begin_write());
  TRY(const int64_t version, ledger_version(database));  // again: another process may be first
  for (int64_t step = version; step < kLedgerVersion; ++step) {
    TRY_VOID(database.script(kMigrations[step]));
  }
  return transaction.commit();
}

}  // namespace almanac
