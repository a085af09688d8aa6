// Contracts: what workflows and steps tell each other. Numbers, hashes and names only: cells stay
// in the ledger, bytes in the store. Days are positions in the sweep's calendar.
//
// These travel as JSON and stand in histories. Fields are only ever added, with a default that
// means what was before.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace almanac {

// How a run is cut up. They are kept with it, so that a change of the numbers here does not change
// runs that are under way. An activity costs about six events of a history, a child about fourteen;
// a service wants histories of some thousand events.
struct Sizes {
  uint64_t chunk_days = 256;
  uint64_t slices = 500;      // that come from one plan at most
  uint64_t activities = 550;  // of a run of a workflow at most, then it continues as new
  uint64_t children = 150;    // the same
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Sizes, chunk_days, slices, activities, children)

// A run, as a person asked for it.
struct Order {
  std::string run;       // id, unique
  std::string from, to;  // YYYY-MM-DD, empty: not said
  std::vector<std::string> lines;
  std::string select;
  bool exact = false, force = false;
  std::string today;    // in the project's time zone
  std::string modules;  // hash of modules and infrastructure that all of the run's workers have
  std::string allowed;  // blob with the only cells that may be changed; empty: all may
  bool shared = false;  // worked on by several processes; the lease is the run's own
  int parallel = 1;     // slices at a time
  Sizes sizes;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Order, run, from, to, lines, select, exact, force,
                                                today, modules, allowed, shared, parallel, sizes)

// One way through all dates and passes. A run has another one when root data moved under it, and
// for the cells that an abrupt end interrupted: the level says how often that happened to those
// which are tried now, alone; cells of a higher level wait for a later sweep.
struct Sweep {
  Order order;
  int64_t token = 0;  // of the ledger's lease
  int number = 0;
  int level = 0;
  std::string index;  // digest of what the sweep found of the root data
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Sweep, order, token, number, level, index)

// Consecutive days [first, end), with the passes in which something may be to do.
struct Chunk {
  uint64_t first = 0, end = 0;
  std::vector<uint32_t> passes;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Chunk, first, end, passes)

struct BeginOrder {
  Order order;
  int number = 0;
  int level = 0;  // the lowest that is wanted; the sweep takes the next that there is, else 0
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(BeginOrder, order, number, level)

struct Begun {
  Sweep sweep;
  std::vector<Chunk> chunks;  // in date order; none: nothing is to do
  uint64_t cells = 0;         // that are going to be computed, by what is known now
  bool later = false;         // interrupted cells wait for a higher level
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Begun, sweep, chunks, cells, later)

struct PassOrder {
  Sweep sweep;
  Chunk chunk;
  uint32_t pass = 0;
  int round = 0;  // how often it has been planned
  int idle = 0;   // rounds in a row in which nothing got done
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PassOrder, sweep, chunk, pass, round, idle)

// Cells of one calculation that are computed together: those of the days [first, end) that are
// still to be computed when it begins.
struct Slice {
  std::string calculation;
  uint64_t first = 0, end = 0;
  uint64_t cells = 0;
  bool high_mem = false;  // goes to the queue for cells that need much memory
  bool alone = false;     // while nothing else of the pass is under way
  bool probe = false;     // to see whether the calculation's breaker may close
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Slice, calculation, first, end, cells, high_mem,
                                                alone, probe)

struct PassPlan {
  std::vector<Slice> slices;
  uint64_t cells = 0;  // of the slices
  bool more = false;   // there are more than fit into one plan
  bool moved = false;  // root data or a stored result are not what the sweep began with
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PassPlan, slices, cells, more, moved)

struct SliceOrder {
  PassOrder pass;
  Slice slice;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SliceOrder, pass, slice)

struct Failed {
  std::string calculation, date, error;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Failed, calculation, date, error)

// What was done, of slices, passes or whole sweeps.
struct Done {
  uint64_t computed = 0, failed = 0;
  uint64_t left = 0;             // not through with: they are planned again
  bool moved = false;            // as in PassPlan
  bool lost = false;             // a worker was lost while it computed
  bool ending = false;           // the worker was asked to end before it was through
  std::vector<Failed> failures;  // the first of them
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Done, computed, failed, left, moved, lost, ending,
                                                failures)

// What a slice computes now, and what that used when it was last looked at. Stands in the details
// of the heartbeats of a slice whose calculation takes some seconds.
struct Computing {
  std::string calculation, date;
  uint64_t dates = 1;  // that are computed together, the first of which is `date`
  uint64_t resident_bytes = 0, heap_bytes = 0, entities = 0;
  int64_t cpu_ms = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Computing, calculation, date, dates, resident_bytes,
                                                heap_bytes, entities, cpu_ms)

inline constexpr size_t kShownFailures = 10;
void add(const Done& done, Done* to);

// How a run is steered while it is under way; the latest holds.
struct Control {
  int parallel = 0;  // slices at a time, of each pass; 0: as ordered
  bool paused = false;
  int serial = 0;  // counts the changes
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Control, parallel, paused, serial)

struct CellId {
  std::string calculation, date;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(CellId, calculation, date)

struct RequeueOrder {
  Sweep sweep;
  std::vector<CellId> cells;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RequeueOrder, sweep, cells)

struct FinishOrder {
  Sweep sweep;
  int64_t started_ms = 0;
  bool cancelled = false, moved = false;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(FinishOrder, sweep, started_ms, cancelled, moved)

// How a run ended.
struct Tally {
  std::string totals = "{}";  // of the wanted cells by outcome, JSON
  bool cancelled = false, moved = false;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Tally, totals, cancelled, moved)

// What was found and mended without computing anything.
struct Reconciled {
  uint64_t zombies = 0;    // attempts of processes that are gone
  uint64_t published = 0;  // results that were not in the view as recorded
  uint64_t accepted = 0;   // new provenance noted
  uint64_t withdrawn = 0;  // results of cells that are impossible now
  uint64_t dead_letters = 0;
  uint64_t to_compute = 0;            // cells that a run would compute now
  uint64_t offered = 0;               // of these, cells that were tried before
  std::string cells;                  // blob with those, as Order::allowed; empty: none
  std::vector<std::string> problems;  // counters that contradict each other; the first of them
  Tally tally;                        // of the run that tried the cells that were offered
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Reconciled, zombies, published, accepted, withdrawn,
                                                dead_letters, to_compute, offered, cells, problems,
                                                tally)

}  // namespace almanac
