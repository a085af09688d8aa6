// Comparison: whether two versions of a calculation do the same, as far as made-up contexts can
// tell. Both run in child processes and are given the same contexts, of two kinds:
//
// - The registry stream depends on the calculation's id, schema and the recipe alone. The digest of
//   what a version puts out in it is its SimHash, which can be compared with that of any other
//   version, at any time.
// - The pair stream is made for this comparison: of what is typical of the columns, of constants of
//   both versions, of recorded contexts, and of contexts that were searched because code or
//   boundaries of comparisons were not reached otherwise (simulator/behaviour/suite.h).
//
// Same is said only if
// - neither version depends on anything but its inputs (core/code/lint);
// - all digests are equal in both streams, kDrawn contexts or more and a second at least, and there
//   was a row to put out;
// - every block and comparison of the functions that differ was met in both versions
//   (simulator/behaviour/coverage.h), which leaves nothing new to be seen;
// - what wraps (core/code/wraps.h) is the same, and tables of constants
//   (simulator/behaviour/tables.h) are, or each of their values shows;
// - each version puts out the same again, in another order of contexts and another environment;
// - small changes of the lines that differ show in these contexts
//   (simulator/behaviour/sensitivity.h): what goes another way may be hidden behind what comes
//   after it;
// - no such small change that is a step from the one to the other stays unseen: it may be what is
//   wrong, whatever else differs;
// - contexts next to those in which such changes show give the same, too.
// Otherwise it is Different, or nobody knows: Inconclusive.
#pragma once

#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/base/result.h"
#include "simulator/behaviour/laboratory.h"
#include "simulator/behaviour/movement.h"
#include "simulator/behaviour/mutation.h"
#include "simulator/behaviour/suite.h"

namespace almanac::behaviour {

struct Finding {
  enum class Kind : uint8_t { Same, Different, Inconclusive };
  Kind kind = Kind::Inconclusive;
  std::string why;                     // for people; where it is not Same
  uint64_t contexts = 0, found = 0;    // that were compared; of those, not drawn (Suite::found)
  uint64_t around = 0;                 // next to those in which changes of the lines show
  size_t probes = 0, met = 0;          // of what differs, in both versions
  std::vector<std::string> unmet;      // a line each
  size_t mutants = 0, told_apart = 0;  // of lines that differ
  std::vector<std::string> functions;  // symbols that differ
  Hash simhash_before, simhash_now;    // zero where some of the registry stream was not observed
  std::string counterexample;          // a context as bytes; empty: there is none
  std::vector<Movement> moved;         // how far outputs are apart
  int64_t milliseconds = 0;
  bool for_now = false;  // for want of time or memory: another try may say more
};

// What a comparison may take.
inline constexpr int64_t kLimitMs = 240'000;

// `kept`: counterexamples of earlier comparisons, as bytes. `equivalents`: changes of lines that
// are known to change nothing. Errors: what the compiler says, or that no child can be started;
// whatever the calculation does is a finding.
Result<Finding> compare(Laboratory& laboratory, const Shape& shape, const Material& typical,
                        const std::vector<std::string>& kept, const Version& before,
                        const Version& now, int64_t limit_ms,
                        const std::vector<Equivalent>& equivalents = {});

// Why what never puts anything out can be told from nothing else.
inline constexpr const char* kNoRows =
    "no made-up data give it a row to put out; what it reads says too little of what it needs";

// Where a source depends on something else than inputs, and on what; empty: nowhere
// (core/code/lint).
std::string impure(const CodeBundle& bundle);

}  // namespace almanac::behaviour
