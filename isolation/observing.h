// What a child is to observe, and what it has seen; see runner/observe.h and almanac/probes.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "almanac/probes.h"
#include "core/base/result.h"
#include "runner/observe.h"

namespace almanac::wire {
class Contexts;
class Done;
}  // namespace almanac::wire

namespace almanac::behaviour {

struct Observing {
  std::vector<std::string> contexts;  // as bytes (runner/context_bytes.h)
  std::vector<uint64_t> probes;       // of which it tells, ascending
  bool tables = false;                // tell what comes out, not its digest alone
};

struct Observed {
  std::vector<Observation> observations;  // one per context
  std::vector<uint64_t> blocks;           // that ran, of the probes
  std::vector<probes::Comparison> comparisons;
};

wire::Contexts to_frame(const Observing& what);

// In the child: adds what it sees. Data error where the bytes are no context.
Result<void> observe_all(Instance& instance, const Calculation& calculation,
                         const wire::Contexts& what, wire::Done* done);
void add_probes(const probes::Seen& seen, const wire::Contexts& what, wire::Done* done);

// Believes nothing but how many contexts there are. Data error otherwise.
Result<Observed> observed_from(const wire::Done& done, size_t contexts);

}  // namespace almanac::behaviour
