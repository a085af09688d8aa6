// Ledger: the durable record, one SQLite file on a local file system (WAL, synchronous=FULL, one
// writer). Everything else can be rebuilt; this and the bytes in the store cannot.
//
// Thread rule: a Ledger is used by one thread at a time. Readers of other processes see committed
// transactions only. A failed fsync stops the process (CHECK).
// Errors: Temporary when another process holds the write lock or the disk is full, LeaseLost when
// the run that writes no longer holds the lease, Usage when the file is damaged, of a newer
// version, of another program or not on a local file system.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/availability.h"
#include "core/ledger/records.h"
#include "core/quality/profile.h"

namespace almanac {

class LeaseWatch;
struct LeaseOwner;

class Ledger {
 public:
  // ReadOnly never creates, migrates or writes (a missing file reads as an empty ledger).
  enum class Mode { ReadOnly, ReadWrite };
  // What a simulation puts in place of this process.
  struct Seams {
    enum class Moment { Read, Write, Wrote };
    // Called before a transaction, which it may refuse, and after one that has written.
    std::function<Result<void>(Moment moment, const char* call)> observer;
    std::function<LeaseOwner()> self;
    std::function<bool(const LeaseOwner&)> may_be_alive;
  };
  static Result<std::unique_ptr<Ledger>> open(const std::string& path, Mode mode, Seams seams = {});
  ~Ledger();

  // 16 digits that no other ledger has, not even a copy of its file. Empty where there is no file.
  Result<std::string> identity();

  struct CellName {
    std::string calculation;
    Date date;
    auto operator<=>(const CellName&) const = default;
  };

  // The write lease: one run at a time. `token` grows with every lease; every write below names the
  // token and is refused (LeaseLost) when a newer lease exists.
  struct Lease {
    int64_t token = 0;
    std::string run;
  };
  // Who keeps a lease. A process: it ends when its owner is known to be dead (lease_owner.h). A
  // run, whose work is done by any processes: it lasts as long as they renew() it.
  enum class Keeper { Process, Run };
  struct LeaseHolder {
    std::string run, host;
    int64_t pid = 0;
    Keeper keeper = Keeper::Process;
    int64_t token = 0, renewals = 0;
  };
  struct Claim {
    std::string run;
    Keeper keeper = Keeper::Process;
    LeaseWatch* watch = nullptr;
    int sweep = 0;  // of the run; they follow each other
  };
  // Taken over at once where the holder is a process that is dead, or a run of which `watch` says
  // that it has not been renewed for too long. A run that holds the lease already is given the same
  // one again, where it is kept by runs or by this process. With a new lease, and with a new sweep,
  // Running attempts of before become Lost. Empty optional: held by somebody else, whom `holder`
  // then names. LeaseLost: the run has ended, or has begun a later sweep.
  Result<std::optional<Lease>> acquire(const Claim& claim, LeaseHolder* holder);
  Result<void> renew(const Lease& lease);
  Result<void> release(const Lease& lease);
  // Gives back the lease with this token, if there is one: the caller knows that its run is over.
  Result<void> free(int64_t token);
  Result<std::optional<LeaseHolder>> holder();  // empty: nobody

  // --- what planning reads ---
  Result<std::vector<CellRecord>> cells();  // ordered by calculation, date; equal parts are shared
  Result<std::vector<CellRecord>> cells_of(std::span<const CellName> names);  // that are recorded
  Result<std::optional<Trace>> trace(const Hash& key);
  Result<std::vector<DeadLetter>> dead_letters();
  Result<std::vector<BreakerRecord>> breakers();
  // Fingerprints as last recorded, per dataset; used for partitions that vanished.
  Result<std::vector<DatasetAvailability>> partitions();
  // Counted attempts for this key since the last requeue.
  Result<int> attempts_used(const std::string& calculation, Date date, const Hash& key);
  // What the cells of each calculation used: the successes among its attempts at its latest dates,
  // of which Profile::kUsages are looked at. Calculations without one are left out.
  Result<std::map<std::string, std::vector<Usage>>> usages();
  Result<std::vector<Repeats>> repeats();
  Result<std::vector<CodeRecord>> codes();         // oldest first
  Result<std::vector<EvidenceRecord>> evidence();  // oldest first
  // Cells that were accepted, not computed, by the code of now: those of the calculation on traces
  // of code that is none of `paid`. In the order of their computation.
  Result<std::vector<CellName>> owed(const std::string& calculation, std::span<const Hash> paid);
  // How many cells that another version had computed were computed again, with the same result, by
  // one of these.
  Result<size_t> verified(const std::string& calculation, std::span<const Hash> accepted);

  // The number of the journal's last line; what was read after this call holds at least up to it.
  Result<int64_t> sequence();
  // What the cells are now that the journal names after `sequence`, in one snapshot. Where lines
  // after it are deleted already, all cells are named: nobody knows which were touched.
  struct Touched {
    int64_t sequence = 0;  // up to which it holds
    std::vector<CellName> names;
    std::vector<CellRecord> cells;        // of the names, those that are recorded
    std::vector<DeadLetter> letters;      // all of the names
    std::vector<BreakerRecord> breakers;  // of the calculations that the journal names
  };
  Result<Touched> touched_after(int64_t sequence);
  // After that line, oldest first.
  Result<std::vector<Deed>> deeds_of(const std::string& run, int64_t after = 0);

  // --- what a run writes; each call is one transaction, durable when it returns ---
  // Gives the ids. `decided_at` is the journal's sequence that the decisions stand on: a cell that
  // was touched after it is not begun, and has the id 0; so has every cell when lines after it are
  // deleted already. That the view or a breaker changed touches no cell here. An attempt of the
  // same cell that is still Running is overtaken: it becomes Lost.
  Result<void> begin_attempts(const Lease&, std::span<Attempt> attempts, int64_t decided_at);
  // What an attempt uses now; kept when it ends. Evidence: a power loss may lose it.
  Result<void> record_reading(const Lease&, int64_t attempt, const Reading& reading);
  // Attempts that are Running become Lost: those who made them are gone, or are not waited for.
  Result<void> lose_running(const Lease&);
  // The same for some, of this sweep of the run or of earlier ones; LeaseLost when a later one has
  // begun, to which they may belong.
  Result<void> lose(const Lease&, int sweep, std::span<const Attempt> attempts);
  struct Commit {
    Attempt attempt;         // id 0: nothing ran (hit, skipped, moved)
    int64_t decided_at = 0;  // where nothing ran, as for begin_attempts
    Act act = Act::Attempted;
    std::string state, reason;       // for the journal; where nothing ran
    std::optional<CellRecord> cell;  // new state of the cell, unpublished
    std::optional<Trace> trace;      // left by a computation, and by which code
    std::optional<DeadLetter> dead_letter;
    bool forget_trace = false;              // a forced run differed: the key has no trace then
    std::vector<Hash> clears_dead_letters;  // keys of this cell's letters that no longer apply
    std::vector<int64_t> contradicts;       // evidence that its outcome shows not to hold
  };
  // A published cell stays published when neither its result nor its category change; otherwise it
  // is unpublished until mark_published. Returns which were overtaken, as indices: their attempt is
  // no longer Running, their cell was touched after they were decided, or they stand under the code
  // of another version on evidence that was revoked. Nothing of those counts. What contradicts
  // evidence revokes it, with the rest of the commit.
  Result<std::vector<size_t>> commit(const Lease&, std::span<const Commit> commits);
  struct Publication {
    CellName cell;
    Hash result;  // that the view has now
    std::string category;
  };
  // Marks the cells whose result and category these still are, and returns the indices of the
  // others: somebody else has committed them meanwhile.
  Result<std::vector<size_t>> mark_published(const Lease&, std::span<const Publication> cells);
  Result<void> mark_withdrawn(const Lease&, std::span<const CellName> cells);
  Result<void> record_partitions(const Lease&, const std::vector<DatasetAvailability>& changed);
  Result<void> record_breaker(const Lease&, const BreakerRecord& breaker);
  // Versions of code that a run has met; those that are recorded already are left as they are.
  Result<void> record_codes(const Lease&, std::span<const CodeRecord> codes);
  // Gives the id. Takes the place, and the id, of what was found earlier about the same code with
  // the same infrastructure. What was revoked stays: then nothing is recorded, and its id is given.
  Result<int64_t> record_evidence(const Lease&, const EvidenceRecord& evidence);
  // It did not hold (Usage: there is none with this id). So the certificate of the representative
  // does not, nor what else was found by it: versions of code that stand on any of that are
  // revoked, and so is all of it where `evidence` is a certificate. Their traces go, whatever keys
  // they have, and cells that stand on these get the key zero: they keep their results and are up
  // to date for nobody. So does a cell of the calculation without a trace, of which nobody knows
  // which code computed it. Gives how many cells that are; the second time nothing changes.
  Result<int64_t> revoke(const Lease&, int64_t evidence);
  // A cell was computed twice. Adds up: `repeat` says how many more there are.
  Result<void> record_repeat(const Lease&, const Repeats& repeat);

  // --- operations ---
  // Their attempts start anew, and their letters go.
  Result<void> requeue(const Lease&, const std::vector<CellName>& cells);
  // Each has a letter (else Usage, and none is dropped).
  Result<void> drop(const Lease&, const std::vector<CellName>& cells);
  // A calculation gets another name, and with it cells, their keys and the code that names it.
  struct Renaming {
    std::string from, to;
    std::vector<CellRecord> cells;  // as they are from now on; each is recorded, maybe as of `from`
    // Of cells, named as before, with and without a record.
    struct Key {
      CellName cell;
      Hash before, now;
    };
    std::vector<Key> keys;
    struct Code {
      std::string calculation;  // named as before
      Hash before, now;
      std::vector<KeyPart> parts;      // of now
      Hash others_before, others_now;  // others_of() the identity, for evidence
    };
    std::vector<Code> codes;  // own code and layers
  };
  // All that is recorded of `from` is of `to` then, under the keys of now: cells, traces, attempts,
  // letters, breakers, repeats, codes, evidence and the journal. Nothing of `to` is recorded so
  // far: see knows().
  Result<void> rename(const Lease&, const Renaming& renaming);
  // Whether anything is recorded of a calculation.
  Result<bool> knows(const std::string& calculation);
  struct RunRecord {
    std::string run, command, totals;  // JSON
    int64_t started_ms = 0, finished_ms = 0;
  };
  // The run is over: it is recorded, unless it is already, gives the lease back if it has it, and
  // is given none again. Needs no lease.
  Result<void> end_run(const RunRecord& run);
  Result<bool> has_ended(const std::string& run);
  Result<std::vector<RunRecord>> runs(size_t newest);
  Result<std::vector<Attempt>> attempts(const std::string& calculation, Date date);
  // At its cells on the dates from `from` to `to`, oldest attempt first.
  Result<std::vector<Attempt>> attempts_between(const std::string& calculation, Date from, Date to);
  Result<std::vector<Attempt>> attempts_of_run(const std::string& run);
  Result<std::vector<Attempt>> running();  // whose begin is recorded, but no end
  // Cells whose newest attempts were under way when their process died, and how many of them; how
  // many of these were of this run.
  struct Interrupted {
    CellName cell;
    int times, of_run;
  };
  Result<std::vector<Interrupted>> interrupted(const std::string& run = "");
  // What of the ledger contradicts itself, a line each: cells whose computation is no attempt that
  // succeeded, dead letters without an attempt, runs that count more cells than they computed.
  Result<std::vector<std::string>> audit();
  // What SQLite finds wrong in the file, a line each. Reads all of it.
  Result<std::vector<std::string>> damage();
  // Cells whose last attempt that ended was heavy.
  Result<std::vector<CellName>> heavy_cells();
  // Traces that no cell stands on beyond the newest `generations` of each cell; how many they are,
  // and their removal.
  Result<int64_t> old_traces(int generations);
  Result<int64_t> prune_traces(const Lease&, int generations);
  // Blobs that a cell, another trace or a version of code names, for garbage collection.
  Result<std::vector<Blob>> live_blobs(int generations);

  struct Impl;  // of the source files

 private:
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace almanac
