// Mutation: whether the contexts of a suite tell a version from itself with a small change
// (core/code/mutants). What the compiler makes the same as the version is no mutant, nor what it
// makes the same as soon as the sign of zero means nothing to it, nor what declares something else,
// which is seen without running it.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/code/mutants.h"
#include "simulator/behaviour/laboratory.h"
#include "simulator/behaviour/suite.h"

namespace almanac::behaviour {

struct Change {
  size_t source;  // in the bundle
  Mutant mutant;
};
using Changes = std::vector<Change>;  // one or more that do not overlap; by place

struct Survivor {
  std::string file, what;  // "`<` for `<=`"
  int line = 0;
  std::string before, now;  // the line of the source
};

// A mutant that does the same as the original, as somebody found who looked at it.
struct Equivalent {
  // As a survivor has them, but for layout and comments; either way round. No `now`: whatever
  // becomes of the line.
  std::string file, line, now;
  std::vector<std::string> calculations;  // for which this holds; none: for all
  std::string why;
};
bool is_among(const std::vector<Equivalent>& known, const Survivor& mutant,
              const std::string& calculation);

class Mutation {
 public:
  // Unclear: it took too much time or memory, as the version itself may do now.
  enum class Fate : uint8_t { NotCompiled, SameObject, Redeclared, Unclear, ToldApart, Survived };
  // One call at a time, on any thread; false: enough are known.
  using Judged = std::function<bool(const Changes&, Fate)>;

  // `digests`: what the version puts out in the first contexts of the suite; all that is referred
  // to lives longer. `name`: of its files in the laboratory.
  Mutation(Laboratory& laboratory, const Version& version, const Suite& suite,
           const std::vector<Hash>& digests, std::string name)
      : laboratory_(laboratory),
        version_(version),
        suite_(suite),
        digests_(digests),
        name_(std::move(name)) {}

  // Builds mutants quickly first (Rebuilder), as most are told apart so, if the version does the
  // same when it is built so. Worth it for many; before they are judged.
  Result<void> hasten();

  // `threads` compilers at a time. Errors: as compare().
  Result<void> judge(const std::vector<Changes>& all, size_t threads, const Judged& judged);

  // The contexts, by number, that told a mutant apart: there it is seen what was changed.
  const std::set<size_t>& telling() const { return telling_; }

  // A mutant, built as the version is.
  Result<Rebuilt> build(const Changes& changes, const std::string& name);

  // The version itself, built as its mutants are; once. Stays where it is.
  Result<const Rebuilt*> base();

  // A process that runs it, or a mutant.
  Result<Subject> start(const Rebuilt& rebuilt) const;

 private:
  Result<Fate> fate_of(const Changes& changes, const std::string& name);
  enum class Seen : uint8_t { Same, Other, Unclear };
  static Fate fate_of(Seen seen);
  Result<std::optional<Fate>> at_first_sight(const Result<Rebuilt>& rebuilt, const Rebuilt& base);
  Result<Seen> look(const Rebuilt& rebuilt, size_t begin, size_t end);
  Result<Seen> observe(Subject& subject, size_t first, size_t last);
  Result<bool> is_calm(size_t first, size_t last);
  Result<bool> does_the_same(const Rebuilt& rebuilt);
  Result<Hash> unsigned_base();
  Result<bool> is_redeclared(const Rebuilt& mutant);
  Result<bool> is_clean();

  Laboratory& laboratory_;
  const Version& version_;
  const Suite& suite_;
  const std::vector<Hash>& digests_;
  const std::string name_;
  std::optional<Rebuilt> quick_base_;  // none: mutants are not built quickly
  std::mutex mutex_;                   // of what is below
  std::optional<Rebuilt> base_;
  std::optional<Hash> unsigned_base_;
  std::optional<Calculation> declared_;  // by the version
  std::set<size_t> telling_;
  std::mutex checking_;        // of what is below
  std::optional<bool> clean_;  // the version does the same with the library's checks
};

// Lines of sources: paths, and numbers from 1.
using Lines = std::set<std::pair<std::string, int>>;

// Those of `bundle` that are not in the same file of `other`; if there is none, in no file of it.
Lines lines_not_in(const CodeBundle& other, const CodeBundle& bundle);

// Where a change is.
Lines::value_type place_of(const CodeBundle& bundle, const Change& change);

// The changes of single tokens and statements of all sources, or of these lines; in the order of a
// hash of the line and of what becomes of it, so that an edit elsewhere leaves it as it is.
std::vector<Changes> changes_of(const CodeBundle& bundle, const Lines* lines = nullptr,
                                std::vector<Mutant> (*mutants)(std::string_view) = mutants_of);

// Different ones of two changes, then of three, and so on, up to so many in all, of those that do
// not overlap.
std::vector<Changes> combinations(std::vector<Change> changes, size_t most);

Survivor survivor(const CodeBundle& bundle, const Changes& changes);

// Takes those out that are a step from a version to another: fewer tokens differ after each of
// them. Not `<` for `!=`, which end most loops, unless that is all and no counter of a loop is
// compared; nor a jump less, with which a search ends sooner, unless that is all; nor a statement
// less of which the other version has a part.
std::vector<Changes> take_steps(const CodeBundle& bundle, const CodeBundle& other,
                                std::vector<Changes>* all);

}  // namespace almanac::behaviour
