// Executes a calculation on one date (or the dates of a series) and stages its result. No ledger,
// no store: inputs come in as readers, the result leaves as staged files with their identities.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "almanac/date.h"
#include "core/base/result.h"
#include "core/ledger/records.h"
#include "core/manifest/calculation.h"

namespace arrow {
class RecordBatchReader;
}

namespace almanac {

class Module;    // runner/module.h: a loaded shared object
class Instance;  // and a calculation made from it with its parameters

// One date of one read. `open` streams the wanted columns in row order; it is empty for an absent
// day.
struct InputDay {
  Date date;
  std::function<Result<std::shared_ptr<arrow::RecordBatchReader>>(
      const std::vector<Calculation::Column>& columns)>
      open;
  std::shared_ptr<const ResultRecord> result;  // that `open` streams; null where it is root data
  uint64_t rows = 0;                           // that it streams
  // A hash of a column's type and values, by which it is found where it was decoded before; zero
  // where it is not known. Empty: none is.
  std::function<Hash(const Calculation::Column& column)> identity;
  // Whether the values are still those of `identity`, after reading. Empty: they are.
  std::function<bool()> unchanged;
};

struct Input {
  std::vector<InputDay> days;  // oldest first, as abi::ReadDays; one for a static dataset
  std::string entity;  // key column of the table; equal to the calculation's own: keyed by it
};

struct Limits {
  size_t batch_entities = 5000;
  uint64_t memory_bytes = 2'000'000'000;  // flush at 70 % of it
  double memory_flush_fraction = 0.7;
  uint64_t shard_bytes = 256u << 20;
  size_t max_shards = 64;

  uint64_t flush_at_bytes() const {
    return static_cast<uint64_t>(memory_flush_fraction * static_cast<double>(memory_bytes));
  }
};

struct CellTask {
  const Calculation* calculation;
  std::vector<Date> dates;     // one, or the consecutive calendar days of a series
  std::vector<Input> inputs;   // one per read, in order (Calendar reads: no days)
  std::vector<Date> calendar;  // up to the last date; empty unless declared
  Limits limits;
};

struct Statistics {
  static constexpr size_t kReasons = 20;

  uint64_t entities = 0, failed = 0, skipped = 0, rejected = 0, rows = 0, bytes = 0;
  uint64_t flushes_batch = 0, flushes_memory = 0;
  int64_t setup_us = 0, input_us = 0, process_us = 0, commit_us = 0;
  uint64_t peak_memory_bytes = 0;
  std::map<std::string, uint64_t> reasons;  // of rejected rows; of the first kReasons reasons
  std::vector<std::string> samples;         // messages of the first failed entities
  std::string walls;  // that stood around it, "limits,seccomp"; see isolation/
};

// How one date ended. `code` is empty on success.
struct CellOutcome {
  Date date;
  std::string code;  // QUALITY_CIRCUIT_BREAKER, ENTITY_CIRCUIT_BREAKER, SHARDING_LIMIT_EXCEEDED,
                     // DUPLICATE_KEY, SCHEMA_MISMATCH, PERMANENT, FAILED, INPUT, STORE, ENGINE
  std::string error, stage;
  bool deterministic = false;  // trying again cannot help
  bool engine_fault = false;   // engine or storage error (disk full): costs no attempt
  ResultRecord result;
  std::vector<StagedFile> files;
  Statistics statistics;
};

// Removes the files of a result that is not going to be kept.
void discard(CellOutcome* outcome);

// The part of a series' task that one of its dates needs.
CellTask one_date(const CellTask& task, size_t date);

// Told every two seconds what a task that runs in a child uses, on the thread that waits for it.
using OnReading = std::function<void(const Reading& reading)>;

// Gives a path for a new file in staging, unique in this process.
using StagePath = std::function<std::string(const std::string& name)>;

// One outcome per date of the task, in order; staged files of a date without a result are removed.
// Nothing is thrown. What a series puts out for a date is what it would put out for it alone.
// Thread rule: a Module may be used by several threads, an Instance by one at a time.
std::vector<CellOutcome> execute(Module& module, const CellTask& task, const StagePath& stage);
std::vector<CellOutcome> execute(Instance& instance, const CellTask& task, const StagePath& stage);

}  // namespace almanac
