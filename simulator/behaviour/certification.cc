#include "simulator/behaviour/certification.h"

#include <algorithm>

#include "simulator/behaviour/comparison.h"
#include "simulator/behaviour/missing.h"
#include "simulator/behaviour/steady.h"

namespace almanac::behaviour {

namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kBatch = 64;           // contexts that travel together
constexpr size_t kLooks = 4;            // contexts around which a survivor is looked for
constexpr size_t kMost = 4 * kMutants;  // that are tried of several changes each

// Where something was not reached.
Lines lines_of(const std::vector<Coverage::Place>& places) {
  Lines lines;
  for (const Coverage::Place& place : places) {
    if (!place.missing.empty()) lines.emplace(place.file, place.line);
  }
  return lines;
}

class Certifier {
 public:
  Certifier(Laboratory& laboratory, const Shape& shape, const Material& typical,
            const Version& version, const std::vector<Equivalent>& equivalents,
            const std::function<void(size_t)>& progress)
      : laboratory_(laboratory),
        version_(version),
        equivalents_(equivalents),
        suite_(shape, with_constants(typical, version.bundle, {})),
        progress_(progress),
        mutation_(laboratory, version, suite_, digests_, "certified") {}

  Result<Certification> run(size_t threads) {
    const auto begun = Clock::now();
    found_.refused = impure(version_.bundle);
    if (!found_.refused.empty()) return std::move(found_);
    TRY_VOID(explore());
    if (found_.refused.empty()) TRY_VOID(observe_base());
    if (found_.refused.empty()) {
      TRY_VOID(mutation_.hasten());
      TRY_VOID(judge_own_first(changes_of(version_.bundle), threads));
      TRY_VOID(judge_own_first(changes_of(version_.bundle, nullptr, operand_mutants_of), threads));
      TRY_VOID(look_around());
      if (is_wanted()) TRY_VOID(judge(combinations(told_apart_, kMost), threads));
    }
    std::sort(found_.survivors.begin(), found_.survivors.end(), [](const auto& a, const auto& b) {
      return std::tie(a.file, a.line, a.what) < std::tie(b.file, b.line, b.what);
    });
    found_.milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
    return std::move(found_);
  }

 private:
  Result<void> explore() {
    TRY(const Rebuilt probed, laboratory_.rebuilder().probed(version_.bundle, "probed"));
    TRY(const auto coverage, Coverage::of(laboratory_, version_, probed, {}));
    const auto explored =
        suite_.explore({coverage.get()}, Clock::now() + std::chrono::milliseconds(kLimitMs));
    if (!explored.ok()) TRY_VOID(refuse(explored.error()));
    found_.probes = coverage->asked();
    found_.met = coverage->met();
    add_missing(coverage->places(), &found_.unmet);
    unreached_ = lines_of(coverage->places());
    return {};
  }

  Result<void> observe_base() {
    TRY(const Rebuilt* base, mutation_.base());
    TRY(Subject subject, mutation_.start(*base));
    found_.found = suite_.found();
    found_.contexts = suite_.found() + kDrawn;
    uint64_t rows = 0;  // in drawn ones: recorded ones say nothing of what can be made up
    for (size_t first = 0; first < found_.contexts; first += kBatch) {
      const size_t end = std::min<size_t>(found_.contexts, first + kBatch);
      const auto seen = subject.observe(suite_.contexts(first, end));
      if (!seen.ok()) return refuse(seen.error());
      for (const Observation& observation : *seen) {
        if (digests_.size() >= found_.found) rows += observation.rows;
        digests_.push_back(observation.digest);
      }
    }
    if (rows == 0) found_.refused = kNoRows;
    const auto steady = is_steady(laboratory_, version_, suite_);
    if (!steady.ok()) return refuse(steady.error());
    if (!*steady) found_.refused = std::string("it ") + kUnsteady;
    return {};
  }

  // An error of the machine is one; of the calculation, a reason.
  Result<void> refuse(const Error& error) {
    if (error.kind != Error::Kind::Data) return error;
    found_.refused = "it cannot be observed: " + error.message;
    found_.for_now = is_lack(error);
    return {};
  }

  Result<void> judge_own_first(std::vector<Changes> all, size_t threads) {
    std::vector<Changes> own, included;
    for (Changes& changes : all) {
      const bool is_own = place_of(version_.bundle, changes[0]).first == version_.bundle.unit;
      (is_own ? own : included).push_back(std::move(changes));
    }
    if (is_wanted()) TRY_VOID(judge(own, threads));
    return is_wanted() ? judge(included, threads) : Result<void>();
  }

  Result<void> judge(const std::vector<Changes>& all, size_t threads) {
    using Fate = Mutation::Fate;
    return mutation_.judge(all, threads, [&](const Changes& changes, Fate fate) {
      if (fate == Fate::NotCompiled) ++found_.not_compiled;
      if (fate == Fate::SameObject) ++found_.same_object;
      if (fate == Fate::Survived) survived(changes);
      if (fate == Fate::ToldApart) told_apart(changes);
      if (progress_) progress_(found_.mutants());
      return is_wanted();
    });
  }

  // Comparisons look next to the contexts in which other changes of the lines show, too.
  Result<void> look_around() {
    const auto all = std::exchange(survived_, {});
    found_.survivors.clear();
    for (const Changes& changes : all) {
      TRY(const bool differs, differs_around(changes));
      differs ? told_apart(changes) : survived(changes);
    }
    return {};
  }

  Result<bool> differs_around(const Changes& changes) {
    TRY(const Rebuilt* base, mutation_.base());
    TRY(const Rebuilt mutant, mutation_.build(changes, "certified-survivor"));
    size_t looked = 0;
    for (const Change& other : told_apart_) {
      const bool same_line =
          place_of(version_.bundle, other) == place_of(version_.bundle, changes[0]);
      if (!same_line || ++looked > kLooks) continue;
      TRY(const auto number, first_that_tells(other));
      if (!number) continue;
      simulator::Random random(1);
      TRY(const auto contexts, suite_.around(*number, random, kAround));
      TRY(Subject original, mutation_.start(*base));
      TRY(Subject changed, mutation_.start(mutant));
      const auto before = original.observe(contexts), now = changed.observe(contexts);
      for (const auto* seen : {&before, &now}) {
        if (!seen->ok() && seen->error().kind != Error::Kind::Data) return seen->error();
      }
      if (!before.ok()) continue;
      const auto digest = [](const Observation& one) { return one.digest; };
      if (!now.ok() ? !is_lack(now.error())
                    : !std::ranges::equal(*before, *now, {}, digest, digest)) {
        return true;
      }
    }
    return false;
  }

  // The context of the suite; none where the mutant ends its process.
  Result<std::optional<size_t>> first_that_tells(const Change& change) {
    TRY(const Rebuilt mutant, mutation_.build({change}, "certified-other"));
    TRY(Subject subject, mutation_.start(mutant));
    for (size_t first = 0; first < digests_.size(); first += kBatch) {
      const size_t end = std::min(digests_.size(), first + kBatch);
      const auto seen = subject.observe(suite_.contexts(first, end));
      if (!seen.ok() && seen.error().kind != Error::Kind::Data) return seen.error();
      if (!seen.ok()) return std::optional<size_t>();
      for (size_t i = 0; i < seen->size(); ++i) {
        if ((*seen)[i].digest != digests_[first + i]) return std::optional(first + i);
      }
    }
    return std::optional<size_t>();
  }

  bool is_wanted() const { return found_.mutants() < kMutants && found_.refused.empty(); }

  void told_apart(const Changes& changes) {
    ++found_.told_apart;
    found_.combined += changes.size() > 1;
    if (changes.size() > 1) return;
    told_apart_.push_back(changes[0]);
    const Survivor mutant = survivor(version_.bundle, changes);
    if (!is_equivalent(mutant)) return;
    found_.refused = mutant.file + ":" + std::to_string(mutant.line) + ": " + mutant.what +
                     " is said to do the same, but made-up data tell it apart";
  }

  void survived(const Changes& changes) {
    if (changes.size() > 1) return;  // they undo each other
    const bool reached = !unreached_.contains(place_of(version_.bundle, changes[0]));
    Survivor mutant = survivor(version_.bundle, changes);
    if (!reached) {
      ++found_.unreached;
    } else if (is_equivalent(mutant)) {
      ++found_.equivalent;
    } else {
      found_.survivors.push_back(std::move(mutant));
      survived_.push_back(changes);
    }
  }

  bool is_equivalent(const Survivor& mutant) const {
    return is_among(equivalents_, mutant, version_.calculation.id);
  }

  Laboratory& laboratory_;
  const Version& version_;
  const std::vector<Equivalent>& equivalents_;
  Suite suite_;
  Lines unreached_;
  const std::function<void(size_t)>& progress_;
  std::vector<Hash> digests_;  // of the version, by context
  Mutation mutation_;
  std::vector<Change> told_apart_;  // alone
  std::vector<Changes> survived_;   // those of found_
  Certification found_;
};

}  // namespace

Result<Certification> certify(Laboratory& laboratory, const Shape& shape, const Material& typical,
                              const Version& version, const std::vector<Equivalent>& equivalents,
                              size_t threads, const std::function<void(size_t)>& progress) {
  return Certifier(laboratory, shape, typical, version, equivalents, progress).run(threads);
}

}  // namespace almanac::behaviour
