// The inside of Ledger, shared by its source files: the connection, the lease's check and the
// interned tables.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "storage/ledger.h"
#include "storage/ledger_connection.h"
#include "storage/sqlite.h"

namespace almanac {

struct Ledger::Impl {
  std::string path;
  Mode mode;
  LedgerConnection connection;
  Seams seams{};
  std::unordered_map<std::string, int64_t> name_ids{};

  // The column names that results share, by their list; with the hash of its bytes.
  struct ColumnNames {
    std::shared_ptr<const std::vector<std::string>> names;
    Hash hash;
  };
  std::unordered_map<int64_t, ColumnNames> column_names{};

  // Ids that were seen in a transaction that was rolled back may come again for something else.
  void forget() {
    name_ids.clear();
    column_names.clear();
  }

  sqlite::Database& db() { return connection.database(); }

  Result<void> observe(Seams::Moment moment, const char* call) const {
    return seams.observer ? seams.observer(moment, call) : Result<void>();
  }

  // Runs `body` in one snapshot. Where no lock protects the reading and a writer came, the file is
  // opened again and read again. `call`, here and below: the function that asks.
  template <class Body>
  auto read(Body body, const char* call = __builtin_FUNCTION()) -> decltype(body());

  // Runs `body` in one transaction that is refused unless the lease is the newest and held. On an
  // error nothing of it remains.
  template <class Body>
  Result<void> write(const Lease& lease, Body body, const char* call = __builtin_FUNCTION()) {
    CHECK(mode == Mode::ReadWrite, "a ledger that is written was opened for writing");
    const auto checked = [&]() -> Result<void> {
      TRY_VOID(check(lease));
      return body();
    };
    return write_transaction(checked, call);
  }

  // The same, but a power loss may undo it. The log is written in order, so the next write() makes
  // it durable, too.
  template <class Body>
  Result<void> write_evidence(const Lease& lease, Body body,
                              const char* call = __builtin_FUNCTION()) {
    TRY_VOID(db().script("PRAGMA synchronous=NORMAL"));
    Result<void> done = write(lease, std::move(body), call);
    TRY_VOID(db().script("PRAGMA synchronous=FULL"));
    return done;
  }

  // The same as write() without a lease, for taking one.
  template <class Body>
  Result<void> write_transaction(Body body, const char* call = __builtin_FUNCTION()) {
    TRY_VOID(observe(Seams::Moment::Write, call));
    {
      sqlite::Transaction transaction(db());
      TRY_VOID(transaction.begin_write());
      Result<void> done = body();
      if (done.ok()) done = transaction.commit();
      if (!done.ok()) forget();
      if (!done.ok()) return done;
    }
    return observe(Seams::Moment::Wrote, call);
  }

  // Attempts that are Running become Lost, at no cost.
  Result<void> lose_running();
  Result<void> give_back();  // the lease
  Result<bool> has_ended(const std::string& run);

  // Error LeaseLost unless `lease` is the newest and held.
  Result<void> check(const Lease& lease);

  // Adds a line to the journal; `calculation` is the id of its name.
  Result<void> note(const Lease& lease, int64_t calculation, Date date, Act act,
                    const std::string& state = "", const std::string& reason = "");
  // Whether what was decided about the cell as of line `decided_at` may no longer stand. That the
  // view followed (Published) changes no decision.
  Result<bool> touched(int64_t calculation, Date date, int64_t decided_at);

  // Ids of interned rows, inserted where they are new.
  Result<int64_t> name_id(const std::string& name);
  Result<int64_t> list_id(const std::string& bytes);
  Result<int64_t> result_id(const ResultRecord& result);

  // Id of a name that may be unknown: then 0, which no row has.
  Result<int64_t> find_name(const std::string& name);

  Result<ColumnNames> names_of(int64_t list);

  // From columns hash, names, columns, rows, shards, seal, which start at `first`.
  Result<std::shared_ptr<const ResultRecord>> result_at(const sqlite::Query& query, int first);

  // A value that cannot be what was written.
  Error damaged(const std::string& what) const {
    return usage_error("the ledger " + path + " is damaged: " + what +
                       "; restore it from a copy, or move it away to compute everything anew");
  }
};

template <class Body>
auto Ledger::Impl::read(Body body, const char* call) -> decltype(body()) {
  TRY_VOID(observe(Seams::Moment::Read, call));
  constexpr int kTries = 10;  // each is disturbed only by a writer that starts during it
  for (int tries = 1;; ++tries) {
    auto value = [&]() -> decltype(body()) {
      sqlite::Transaction snapshot(db());
      TRY_VOID(snapshot.begin_read());
      return body();
    }();
    // A writer that is killed beside a reader leaves it an index that it cannot mend: once more.
    const bool again = mode == Mode::ReadOnly && tries == 1 && !value.ok() &&
                       value.error().kind == Error::Kind::Temporary;
    if (!again && connection.undisturbed()) return value;
    if (tries == kTries) return temporary_error("the ledger " + path + " changes all the time");
    TRY(connection, LedgerConnection::open(path, mode));
    forget();
  }
}

std::string packed_shards(const std::vector<Blob>& shards);
// False when the bytes are not those of a list of shards.
bool unpack_shards(std::string_view bytes, std::vector<Blob>* shards);

// Runs a query to its end and calls `each` per row, which returns a Result<void>.
template <class Each>
Result<void> for_each(sqlite::Query& query, Each each) {
  for (;;) {
    TRY(const bool row, query.next());
    if (!row) return {};
    TRY_VOID(each(query));
  }
}

}  // namespace almanac
