// Planner: what is known of every cell, and the decision that follows from it.
//
// 1. It starts from the recorded cells, the availability and the manifest; every cell is undecided.
// 2. evaluate() decides one cell from the settled state of the cells it reads (earlier passes of
// its
//    date, earlier dates of its windows); it changes nothing.
// 3. settle() says what became of a cell: decided as up to date, about to be computed, computed,
// failed. `plan` does 2 and 3 for every cell; a run does the same and settles computed cells with
// what they put out, so both take the very same decisions.
//
// Pure but for the look-ups in Sources. Not thread-safe.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/data/availability.h"
#include "core/ledger/records.h"
#include "core/manifest/manifest.h"
#include "core/manifest/project.h"
#include "core/plan/behaviour.h"
#include "core/plan/decide.h"
#include "core/plan/preimage.h"

namespace almanac {

// What is known of a cell while planning or running.
struct Settled {
  enum class Now : uint8_t {
    Undecided,
    Final,    // has its result; dependents can be decided
    Pending,  // will be computed by this run
    Failed,   // failed or failedDependency
    Blocked,
    Impossible,
  };
  Now now = Now::Undecided;
  int64_t computation = 0;
  std::shared_ptr<const ResultRecord> result;
};

// The decision on one cell, with everything that a run needs to act on it.
struct CellPlan {
  Verdict verdict;
  bool predicted = false;  // an input will be computed first; key and dated hashes are unknown
  bool archived = false;   // stands on data that can no longer be read
  bool withdraw = false;   // impossible, but an older result is published
  std::string detail;      // for people; empty where there is nothing to add
  Hash key;
  std::vector<Hash> dated;
  Hash provenance;
  std::vector<std::string> changed;  // parts that differ from the recorded key
  std::optional<Trace> trace;        // of a hit on another record
  std::string letter_code;           // of the dead letter of this key
};

class Planner {
 public:
  struct Sources {
    const Manifest* manifest;
    const Project* project;
    const Availability* availability;
    std::vector<CellRecord> cells;  // recorded
    std::vector<DeadLetter> letters;
    std::vector<BreakerRecord> breakers;
    std::vector<Repeats> repeats;
    std::vector<CodeRecord> codes;                               // oldest first
    std::vector<EvidenceRecord> evidence;                        // oldest first
    std::function<std::optional<Trace>(const Hash& key)> trace;  // whose bytes are in the store
    std::function<Facts::Stored(const CellRecord& record)> stored;
    // Whether the view has the result, whatever the ledger says; empty: as the ledger says.
    std::function<bool(const CellRecord& record)> in_view;
  };

  explicit Planner(Sources sources);

  const Manifest& manifest() const { return *sources_.manifest; }
  size_t days() const { return calendar_.size(); }
  Date date(size_t day) const { return calendar_[day]; }
  // The first day that is not before the date; days() if there is none.
  size_t day_of(Date date) const;
  // Calculation and day of a cell; nullopt where the manifest or the calendar does not have it.
  std::optional<std::pair<size_t, size_t>> cell_at(const std::string& calculation, Date date) const;

  CellPlan evaluate(size_t calculation, size_t day);
  void settle(size_t calculation, size_t day, Settled settled);
  // Settles a cell that no run is going to touch by its verdict: Final where it is up to date or
  // can be reused, Pending where it would be computed, otherwise Failed, Blocked or Impossible.
  void settle(size_t calculation, size_t day, const CellPlan& plan);

  const Settled& settled(size_t calculation, size_t day) const;
  // Makes every cell undecided again.
  void unsettle();
  // The latest earlier day on which the cell is not impossible.
  std::optional<size_t> day_before(size_t calculation, size_t day) const;
  // Whether a dataset's table can be read on a day.
  bool readable(const std::string& dataset, size_t day) const;
  // What was indexed of it, null where nothing was.
  const Partition* partition(const std::string& dataset, size_t day) const;
  const CellRecord* record(size_t calculation, size_t day) const;
  // What was recorded since the planner was made; its word is taken for where the bytes are.
  void set_record(size_t calculation, size_t day, CellRecord record);
  const std::shared_ptr<const Identity>& identity(size_t calculation) const;
  // A letter that a person or this run wrote; drops an older one of the cell.
  void set_letter(const DeadLetter& letter);
  std::vector<Hash> letter_keys(size_t calculation, size_t day) const;
  void clear_letters(size_t calculation, size_t day) { letters_.erase({calculation, day}); }
  void set_breaker(size_t calculation, bool open) { breaker_open_[calculation] = open; }
  bool breaker_open(size_t calculation) const { return breaker_open_[calculation]; }
  std::string breaker_detail(size_t calculation) const;  // for people
  // What is known of computing cells of a calculation twice, with the code that it has now.
  const Repeats& repeats(size_t calculation) const { return repeats_[calculation]; }
  void add_repeat(size_t calculation, const Repeats& repeat);
  // Not every computation of the same inputs gave the same: a result is no answer to the question
  // what another one would be, so no trace of such a calculation is a hit.
  bool nondeterministic(size_t calculation) const { return repeats_[calculation].differing > 0; }
  // Cells (calculation, day) for which this is true are computed even when they are up to date.
  void force(std::function<bool(size_t, size_t)> forced) { forced_ = std::move(forced); }
  // What keeps root data that is there from being read as declared, of the cells evaluated so far.
  const std::map<size_t, std::set<std::string>>& misfits() const { return misfits_; }

  // The rows of all that a cell reads, of what is known of that so far.
  uint64_t rows_read(size_t calculation, size_t day) const;
  // Own code and layers of a calculation; the identity has those of its behaviour.
  const Hash& code(size_t calculation) const { return code_hashes_[calculation]; }
  const Behaviour& behaviour(size_t calculation) const { return behaviours_[calculation]; }
  // Versions of its code that are no other than that of now: it, and those of which the compiler
  // makes the same.
  std::vector<Hash> same_code(size_t calculation) const;
  // Ids of the evidence by which versions of its code share the keys of its cells.
  std::vector<int64_t> shared_on(size_t calculation) const;
  // Whether results that are recorded were computed, or accepted, under the code of this version.
  bool stands_under(size_t calculation, const std::vector<KeyPart>& code) const;
  const std::vector<CodeRecord>& codes() const { return sources_.codes; }
  const std::vector<EvidenceRecord>& evidence() const { return sources_.evidence; }
  // What is to be recorded of its code, where no run has met it; module and bundle are left out.
  std::optional<CodeRecord> new_code(size_t calculation) const;

  // The first of the calendar days of a window that ends on `day`.
  static size_t window_start(size_t day, uint32_t window) {
    return day + 1 >= window ? day + 1 - window : 0;
  }

 private:
  // One read of a calculation, with its names resolved.
  struct ReadPlan {
    const Calculation::Read* read;
    size_t source = 0;  // index of the dataset or calculation
    const Dataset* dataset = nullptr;
    std::optional<Type> entity;   // of a dataset that is streamed by its entity: its type
    std::vector<size_t> columns;  // of a calculation's outputs: key fields, then what is read
    // Of a dataset, per schema met: positions of the entity column and of what is read, or the
    // problem.
    struct Resolved {
      const PartitionSchema* schema;
      std::vector<std::pair<size_t, std::optional<Type>>> columns;  // and as what they are read
      std::string problem;
    };
    std::vector<Resolved> resolved;
    // Table hash per day, with what it was taken of: windows ask for the same days again and again.
    struct Known {
      std::shared_ptr<const void> of;
      Hash hash;
    };
    std::vector<Known> known;
  };
  struct Gathered;

  EvidencePolicy policy_of(size_t calculation) const;
  size_t at(size_t calculation, size_t day) const { return calculation * days() + day; }
  void gather(size_t calculation, size_t day, Gathered* out);
  void gather_dataset(ReadPlan& read, size_t day, Gathered* out);
  void gather_dependency(ReadPlan& read, size_t day, Gathered* out);
  void gather_previous(ReadPlan& read, size_t calculation, size_t day, Gathered* out);
  std::optional<Hash> partition_hash(ReadPlan& read, size_t day, std::string* problem);
  Hash result_hash(ReadPlan& read, size_t day);
  const DeadLetter* letter(size_t calculation, size_t day, const Hash& key) const;
  void compare_code(size_t calculation, const CellRecord& record, const Gathered& gathered,
                    Facts* facts);

  Sources sources_;
  std::vector<Date> calendar_;
  std::vector<std::vector<ReadPlan>> reads_;                 // per calculation
  std::vector<std::shared_ptr<const Identity>> identities_;  // per calculation
  std::vector<Hash> identity_hashes_, code_hashes_;
  std::vector<Behaviour> behaviours_;                      // into sources_.codes
  std::vector<std::vector<const CodeRecord*>> versions_;   // of sources_.codes, per calculation
  std::vector<std::vector<const Partition*>> partitions_;  // [dataset][day]
  std::vector<std::vector<Presence>> presences_;           // [dataset][day]
  std::map<std::string, size_t> datasets_;                 // by name
  std::vector<Hash> calendar_hashes_;  // of the days up to each, filled on demand
  std::vector<CellRecord*> records_;   // in sources_.cells or added_; null: never computed
  std::deque<CellRecord> added_;       // by set_record
  std::vector<char> fresh_;            // the record is one of set_record
  std::vector<Settled> settled_;
  std::vector<char> breaker_open_;
  std::vector<Repeats> repeats_;  // per calculation
  std::map<std::pair<size_t, size_t>, std::vector<DeadLetter>> letters_;
  std::map<size_t, std::set<std::string>> misfits_;  // by day
  std::function<bool(size_t, size_t)> forced_;
  Preimage preimage_;
};

}  // namespace almanac
