// The records of the ledger as values. What a calculation is called here is its id; dates are
// calendar days. See storage/ledger.h for where they are kept and ARCHITECTURE.md for the formats.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "almanac/date.h"
#include "core/base/hash.h"

namespace almanac {

// A file in the content-addressed store.
struct Blob {
  std::string sha256;  // 64 lower-case hex digits: its name
  uint64_t bytes = 0;
  bool code = false;  // a module or a code bundle; otherwise rows
  bool operator==(const Blob&) const = default;
};

// A finished file that is not yet in the store.
struct StagedFile {
  std::string path;
  Blob blob;
};

// What a cell put out. Interned by `hash`.
struct ResultRecord {
  Hash hash;  // identity of the whole: columns, failed entities, rejected rows
  std::shared_ptr<const std::vector<std::string>> names;  // output columns as declared; shared
  std::vector<Hash> columns;  // identity of each column's values in canonical row order
  uint64_t rows = 0;
  std::vector<Blob> shards;  // Parquet files whose rows follow each other
};

// One named part of a key: "code", "layer:layers/lots.h", "dataset:prices", "window:prices", ...
struct KeyPart {
  std::string name;
  Hash hash;
  bool operator==(const KeyPart&) const = default;
};

// The parts of a key that are the same for all dates of a calculation (code, layers, parameters,
// schema, columns, infrastructure, epoch) and the names of the parts that are per date. Interned:
// most cells of a calculation share one.
struct Identity {
  std::vector<KeyPart> parts;
  std::vector<std::string> dated;  // names of the per-date parts, in key order
  bool operator==(const Identity&) const = default;
};

// The recorded state of a cell that was computed or reused.
struct CellRecord {
  std::string calculation;
  Date date;
  Hash key;  // zero: it is up to date for nobody (Ledger::revoke)
  std::shared_ptr<const Identity> identity;
  std::vector<Hash> dated;  // hashes of Identity::dated
  Hash provenance;          // own code hash and the computations of all dependency cells read
  int64_t computation = 0;  // attempt that really produced the result
  std::shared_ptr<const ResultRecord> result;
  std::string category;  // under which the result is published
  bool published = false;
};

// What a trace knows: a key that some run computed, and its result.
struct Trace {
  Hash key;
  int64_t computation = 0;
  std::shared_ptr<const ResultRecord> result;
  Hash code_hash, infrastructure;  // own code and layers
};

// A version of a calculation's code that runs have met, and whose behaviour it has.
struct CodeRecord {
  std::string calculation;
  Hash code;                    // own code and layers
  std::vector<KeyPart> parts;   // these, as they stand in an identity
  Hash object, infrastructure;  // identity of its object code, and what it was made with
  Hash representative;          // code whose parts stand in the keys of its cells; maybe its own
  int64_t evidence = 0;         // id of that; 0: the objects are the same, or it is its own
  bool revoked = false;         // the evidence did not hold
  Blob module, bundle;
  bool operator==(const CodeRecord&) const = default;
};

// The verdict that lets a version take the place of another.
inline constexpr const char* kCosmetic = "cosmetic";
// The verdict that two versions do not do the same.
inline constexpr const char* kLogic = "logic";

// What was found about two versions of a calculation's code; or, of one, how far such findings can
// be trusted.
struct EvidenceRecord {
  enum class Kind : uint8_t { Verdict, Certificate };
  int64_t id = 0;  // given by the ledger
  Kind kind = Kind::Verdict;
  std::string calculation;
  Hash before, now;      // own code and layers: the representative's and the new version's; of a
                         // certificate both are those of the version that is certified
  Hash infrastructure;   // with which both were made
  Hash others;           // others_of() what else their keys have; of a certificate zero
  std::string verdict;   // cosmetic, logic, inconclusive; of a certificate: certified, refused
  std::string document;  // JSON: what was looked at and seen
  int64_t made_ms = 0;   // wall clock, for people only
  bool revoked = false;  // a cell showed that it does not hold
  bool operator==(const EvidenceRecord&) const = default;
};

// What an attempt used when it was last looked at; while it runs every two seconds.
struct Reading {
  uint64_t resident_bytes = 0, heap_bytes = 0;  // now
  uint64_t entities = 0;                        // done so far
  int64_t cpu_ms = 0, at_ms = 0;                // of its process so far; wall clock
  bool operator==(const Reading&) const = default;
};

enum class AttemptStatus { Running, Success, Failure, Crash, Lost, Cancelled };

struct Attempt {
  int64_t id = 0;  // given by the ledger
  std::string run, calculation;
  Date date;
  int pass = 0;
  int round = 0;  // of its pass: how often it had been planned
  Hash key;
  std::string state, reason;  // the decision that triggered it
  AttemptStatus status = AttemptStatus::Running;
  bool counted = false;                     // costs one of the attempts for this key
  std::string error, stage;                 // stage: setup, input, process, validate, store
  int64_t started_ms = 0, duration_ms = 0;  // wall clock, for people only
  std::string statistics;                   // JSON
  std::string worker, slice;                // process@host; the activity that it was a part of
  bool high_mem = false;                    // ran on the queue for cells that need much memory
  bool heavy = false;       // needed, or lacked, more than others should (memory_need.h)
  uint64_t input_rows = 0;  // over all that it reads
  uint64_t entities = 0, peak_bytes = 0;  // of memory, as far as it came
  std::optional<Reading> reading;         // the last; of attempts that took some seconds
};

// What a run did about a cell.
enum class Act : uint8_t {
  Attempted,  // an attempt ended with a result or a dead letter
  Reused,     // the result of a trace was published again
  Accepted,   // skipped: the new provenance was noted
  Moved,      // to another category
  Withdrawn,  // became impossible: its result left the view
  Published,  // the mark that the view has it was changed
  Requeued,   // a person put its dead letter back
  Dropped,    // a person gave it up
  Breaker,    // the calculation's breaker opened or closed; no date
  Revoked,    // what it stands on, or a trace of it, was made on evidence that did not hold
};

// A line of the ledger's journal: a run's deeds in their order. It is kept until the run after the
// next one begins.
struct Deed {
  int64_t sequence = 0;
  std::string calculation;
  Date date;
  Act act{};
  std::string state, reason;  // the decision that led to it; empty where there was none
};

struct DeadLetter {
  std::string calculation;
  Date date;
  Hash key;
  std::string code;  // the cause: QUALITY_CIRCUIT_BREAKER, ENTITY_CIRCUIT_BREAKER, FAILED, ...
  std::string error, stage;
  int attempts = 0;
  bool permanent = false;  // trying again cannot help
  bool dropped = false;    // a person gave it up: the cell is impossible until its key changes

  const char* end() const {
    return permanent ? "PERMANENT_DETERMINISTIC_ERROR" : "MAX_RETRIES_EXCEEDED";
  }
};

// How often cells of a calculation with this code were computed twice, and what came of it.
struct Repeats {
  std::string calculation;
  Hash code;  // own code and layers
  int64_t cells = 0, differing = 0;
  Date date;               // of the last that differed
  std::string difference;  // what was not the same; empty where nothing ever differed
};

// Open after `kThreshold` failed cells in a row in date order; probed once in a later run.
struct BreakerRecord {
  std::string calculation;
  int failures_in_row = 0;
  bool open = false;
  std::string opened_by_run;
};

}  // namespace almanac
