// Certification: how far comparisons of a calculation can be trusted. The calculation is changed in
// hundreds of small ways (core/code/mutants), first its own source, then what it includes, and each
// mutant is compared with it in the contexts that a comparison has (simulator/behaviour/mutation).
// Of the mutants 99 % must be told apart. Where these are too few, operands are changed, too, and
// several changes are made at once of those that are told apart alone, which raises their number,
// not their share; code that is too short even so gets no certificate, nor what gives the same data
// other results. Not counted is what survives on a line that contexts do not reach completely,
// since a comparison calls no change of it the same, and what people know to mean the same. Source:
// mutation testing as a measure of test data (DeMillo, Lipton and Sayward, 1978); equivalent
// mutants (Budd and Angluin, 1982).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "simulator/behaviour/mutation.h"

namespace almanac::behaviour {

inline constexpr size_t kMutants = 200;  // at least, for a certificate
inline constexpr double kToldApart = 0.99;

struct Certification {
  size_t told_apart = 0, same_object = 0, not_compiled = 0, unreached = 0, equivalent = 0;
  size_t combined = 0;  // of those told apart: changed in several places
  std::vector<Survivor> survivors;
  uint64_t contexts = 0, found = 0;  // that a mutant that survives was given; of those, not drawn
  size_t probes = 0, met = 0;        // blocks and comparisons of all its code
  std::vector<std::string> unmet;    // a line each: a change there is not skipped
  std::string refused;               // why there can be none, whatever the numbers; may be empty
  bool for_now = false;              // for want of time or memory: another try may say more
  int64_t milliseconds = 0;

  size_t mutants() const { return told_apart + survivors.size(); }
  // With one change each. Others are made of such as are told apart: they say nothing of the rest.
  size_t single() const { return mutants() - combined; }
  bool certified() const {
    return refused.empty() && mutants() >= kMutants &&
           static_cast<double>(told_apart - combined) >= kToldApart * static_cast<double>(single());
  }
};

// `threads` compilers at a time. There is no certificate where one of `equivalents` is told apart.
// `progress` is told how many mutants are through, on any thread,
// one call at a time. Errors: as compare().
Result<Certification> certify(Laboratory& laboratory, const Shape& shape, const Material& typical,
                              const Version& version, const std::vector<Equivalent>& equivalents,
                              size_t threads, const std::function<void(size_t)>& progress = {});

}  // namespace almanac::behaviour
