// Ledger: the durable record, one SQLite file on a local file system (WAL, synchronous=FULL, one
// writer). Everything else can be rebuilt; this and the bytes in the store cannot.
//
// Thread rule: a Ledger is used by one thread at a time. Readers of other processes see committed
// transactions only. A failed fsync stops the process (CHECK).
// Errors: Temporary when another process holds the write lock or the disk is full, Usage when the
// file is damaged, of a newer version, of another program or not on a local file system.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/availability.h"
#include "core/ledger/records.h"

namespace almanac {

class Ledger {
 public:
  // ReadOnly never creates, migrates or writes (a missing file reads as an empty ledger).
  enum class Mode { ReadOnly, ReadWrite };
  static Result<std::unique_ptr<Ledger>> open(const std::string& path, Mode mode);
  ~Ledger();

  // The write lease: one run at a time. `token` grows with every lease; every write below names the
  // token and is refused (Temporary) when a newer lease exists. A lease whose owner is known
  // to be dead (lease_owner.h) is taken over at once, and its Running attempts become Lost.
  struct Lease {
    int64_t token = 0;
    std::string run;
  };
  struct LeaseHolder {
    std::string run, host;
    int64_t pid = 0;
  };
  // Empty optional: held by a living process, which `holder` then names.
  Result<std::optional<Lease>> acquire(const std::string& run, LeaseHolder* holder);
  Result<void> release(const Lease& lease);

  // --- what planning reads ---
  Result<std::vector<CellRecord>> cells();  // ordered by calculation, date; equal parts are shared
  Result<std::optional<Trace>> trace(const Hash& key);
  Result<std::vector<DeadLetter>> dead_letters();
  Result<std::vector<BreakerRecord>> breakers();
  // Fingerprints as last recorded, per dataset; used for partitions that vanished.
  Result<std::vector<DatasetAvailability>> partitions();
  // Counted attempts for this key since the last requeue.
  Result<int> attempts_used(const std::string& calculation, Date date, const Hash& key);

  // --- what a run writes; each call is one transaction, durable when it returns ---
  Result<void> begin_attempts(const Lease&, std::span<Attempt> attempts);  // gives the ids
  struct Commit {
    Attempt attempt;                 // id 0: nothing ran (hit, skipped, moved)
    std::optional<CellRecord> cell;  // new state of the cell, unpublished
    std::optional<Trace> trace;      // left by a computation that can be reused
    std::optional<DeadLetter> dead_letter;
    bool forget_trace = false;              // a forced run differed: the key's trace goes
    std::vector<Hash> clears_dead_letters;  // keys of this cell's letters that no longer apply
  };
  // A published cell stays published when neither its result nor its category change; otherwise it
  // is unpublished until mark_published.
  Result<void> commit(const Lease&, std::span<const Commit> commits);
  struct CellName {
    std::string calculation;
    Date date;
  };
  Result<void> mark_published(const Lease&, std::span<const CellName> cells, bool published = true);
  Result<void> record_partitions(const Lease&, const std::vector<DatasetAvailability>& changed);
  Result<void> record_breaker(const Lease&, const BreakerRecord& breaker);

  // --- operations ---
  Result<void> requeue(const Lease&, const CellName& cell);  // attempts start anew, letter goes
  Result<void> drop(const Lease&, const CellName& cell);
  struct RunRecord {
    std::string run, command, totals;  // JSON
    int64_t started_ms = 0, finished_ms = 0;
  };
  Result<void> record_run(const Lease&, const RunRecord& run);
  Result<std::vector<RunRecord>> runs(size_t newest);
  Result<std::vector<Attempt>> attempts(const std::string& calculation, Date date);
  Result<std::vector<Attempt>> attempts_of_run(const std::string& run);
  // Cells whose newest attempts were under way when their process died, and how many of them.
  struct Interrupted {
    CellName cell;
    int times;
  };
  Result<std::vector<Interrupted>> interrupted();
  // Traces that no cell stands on beyond the newest `generations` of each cell; how many they are,
  // and their removal.
  Result<int64_t> old_traces(int generations);
  Result<int64_t> prune_traces(const Lease&, int generations);
  // Blobs that a cell or another trace names, for garbage collection.
  Result<std::vector<Blob>> live_blobs(int generations);

  struct Impl;  // of the source files

 private:
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace almanac
