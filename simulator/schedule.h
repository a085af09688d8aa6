// Schedule: runs of a project with what people and data do between them. A value that follows from
// its seed. Thread rule: a value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulator/fault.h"
#include "simulator/graph.h"

namespace almanac::simulator {

struct RunStep {
  bool shared = true;  // by all processes; otherwise by one with an engine of its own
  bool force = false, exact = false;
  int first = -1, last = -1;  // days; -1: not said
  int parallel = 2;
  int64_t cancel_after_ms = -1;  // -1: not
  int64_t pause_after_ms = -1, pause_ms = 0;
  int64_t beside_after_ms = -1;  // somebody else starts a run of everything, too; -1: nobody
  bool hasty = false;            // what follows does not wait for those who stand still
};

struct Step {
  enum class Kind : uint8_t {
    Code,      // the node's source changes, and what it computes
    Rewrite,   // its source changes, what it computes does not
    Revert,    // the version before comes back
    Mend,      // its cells fail no more; a change of the source
    Break,     // its cell on `day` fails from now on; a change of the source
    Category,  // it moves
    Data,      // root data of `day` are what `value` says: another value, or late
    Gone,      // and have no rows any more
    Run,
  };
  Kind kind{};
  size_t node = 0;
  int day = 0;
  uint64_t value = 0;
  RunStep run{};
};

struct Schedule {
  uint64_t seed = 0;
  Graph graph;
  Data data;
  int processes = 1;
  int cached_runs = 1000;
  int slow = 1;
  std::vector<Step> steps;
  std::vector<Fault> faults;
  std::string command;  // options that make it but for the faults; empty: none do
};

// At one of the points up to `last`.
Fault random_fault(Random& random, int64_t last);
Schedule random_schedule(uint64_t seed);

// One run of three calculations on four dates by two processes, and what else is asked for.
struct Reference {
  bool embedded = false;   // by one process, with an engine of its own
  bool force = false;      // it is forced
  bool long_cell = false;  // one cell takes so long that it is kept alive by heartbeats
  bool rich = false;       // a cell fails twice; a run with other data comes just before
  int cached_runs = 1000;
};
Schedule reference_schedule(uint64_t seed, const Reference& what = {});

}  // namespace almanac::simulator
