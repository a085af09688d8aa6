// Coverage: what of the code of one version contexts have reached. It runs in a child process,
// built with probes (almanac/probes.h), one context after the other.
//
// A probe is met when: a block ran; a comparison was seen with equal operands (of integers, with
// some that are one apart in both directions) and was followed by two different blocks, or by its
// operands went both ways; of a switch each case was chosen, and none; what is rounded was just at
// the step, and on both sides of it. The smaller and the larger of two are comparisons where they
// are called. What always compares the same as the comparison just before it, as in `if (a != b)
// return a < b`, needs no equal sides of its own; nor what asks whether a number is finite. Of a
// place that a template has several times, one is enough. Whoever compares for less where less or
// equal was meant, or with another constant, is seen where the operands are equal, here or there.
// Of reals that would be equal by chance alone it is enough that one step of an input takes them
// past each other.
//
// Not thread-safe. Errors are those of Child::observe.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "activities/rebuild.h"
#include "core/manifest/calculation.h"
#include "isolation/child.h"

namespace almanac::behaviour {

class Laboratory;
struct Version;

class Coverage {
 public:
  // Of a version that was built with probes: the sites of its own sources, and how functions of the
  // library order values. Asked for are those in these functions (empty: in all of its own
  // sources); contexts that meet the others are searched as well, since what differs may show only
  // there.
  static Result<std::unique_ptr<Coverage>> of(Laboratory& laboratory, const Version& version,
                                              const Rebuilt& rebuilt,
                                              const std::set<std::string>& functions);

  // `calculation`: that of the module with probes. `asked`: the sites that are to be met. `others`:
  // those that are searched only.
  Coverage(std::unique_ptr<Child> child, Calculation calculation, std::string module,
           std::vector<ProbeSite> asked, const std::vector<ProbeSite>& others = {});

  // Learns from the operators of the lines whether sides of which left is less, or greater, come
  // out otherwise than equal ones.
  void read_operators(const CodeBundle& bundle);

  // Whether a probe was met for the first time, or reached for the first time.
  Result<bool> run(const std::string& context);
  // The same of what was observed in a context.
  bool note(Observed observed);
  // A comparison as it was in the last context; null: it was not reached.
  const probes::Comparison* in_last(size_t site) const;
  // What was known of a comparison so far; null: it was never reached.
  const probes::Comparison* known(size_t site) const;

  bool complete() const { return unmet_ == 0; }
  size_t size() const { return sites_.size(); }  // those that are asked for are the first
  size_t asked() const { return asked_; }
  size_t met() const;  // of these; at the end
  // Of a comparison of reals: one step of an input takes its sides past each other by far more than
  // a step of theirs, so that it would be chance if they were ever equal. Where they never are, it
  // counts as met.
  void step_over(size_t site) { seen_[site].stepped_over = true; }
  // Contexts in which its sides are equal were searched.
  void search_ended(size_t site) { seen_[site].searched = true; }
  // It, or another of its place (simulator/behaviour/places.h).
  bool is_met(size_t site) const { return met_[places_[site]]; }
  const ProbeSite& site(size_t site) const { return sites_[site]; }
  // Where those are that are asked for, and what of them was not seen.
  struct Place {
    ProbeSite::Kind kind;
    std::string file;
    int line = 0;
    std::string missing;  // empty: it was met
  };
  std::vector<Place> places() const;
  // Operands that were the same whenever a comparison was seen, and seen more than once.
  std::vector<double> constants() const;

 private:
  // Whether it comes out otherwise than with equal sides where left is less, or greater.
  struct Telling {
    bool less = false, greater = false;
  };
  static Telling telling_of(std::string_view line);
  struct Seen {
    bool reached = false, met = false, stepped_over = false, searched = false;
    Telling telling;
    uint64_t times = 0;
    std::set<double> differences;  // of the sides; one more than kFew: many
    probes::Comparison all{};      // of all contexts
  };
  bool note_comparison(const probes::Comparison& compared);
  bool both_ways(size_t site) const;
  bool is_repeated(size_t site) const;
  // Of reals, one of which has few values, such as 1 and -1: they need never be equal.
  bool is_sign(size_t site) const;
  void meet(size_t site);
  bool is_settled(size_t site) const;  // at the end
  std::string missing(size_t site) const;

  const std::unique_ptr<Child> child_;
  const Calculation calculation_;
  const std::string module_;
  const size_t asked_;
  const std::vector<ProbeSite> sites_;
  const std::vector<size_t> places_;  // of the sites
  std::map<uint64_t, size_t> by_address_;
  std::vector<Seen> seen_;
  std::vector<uint64_t> probes_;
  std::vector<probes::Comparison> last_;
  std::vector<bool> met_;  // by place
  size_t unmet_ = 0;       // places
};

}  // namespace almanac::behaviour
