#include "simulator/behaviour/comparison.h"

#include <arrow/array.h>
#include <arrow/buffer.h>

#include <algorithm>
#include <future>
#include <set>

#include "core/code/changed_functions.h"
#include "core/code/lint.h"
#include "core/code/wraps.h"
#include "runner/context_bytes.h"
#include "simulator/behaviour/aim.h"
#include "simulator/behaviour/fabricator.h"
#include "simulator/behaviour/missing.h"
#include "simulator/behaviour/mutation.h"
#include "simulator/behaviour/places.h"
#include "simulator/behaviour/sensitivity.h"
#include "simulator/behaviour/steady.h"
#include "simulator/behaviour/tables.h"

namespace almanac::behaviour {

namespace {

using Clock = std::chrono::steady_clock;
using Kind = Finding::Kind;

constexpr uint64_t kRegistry = 1024;  // contexts of the registry stream
constexpr size_t kBatch = 128;        // contexts that travel together
constexpr auto kLeast = std::chrono::seconds(1);
constexpr size_t kMoved = 256;  // contexts in which it is measured how far versions are apart

static_assert(kRegistry % kBatch == 0);

std::vector<std::string> registry_contexts(const Shape& shape, uint64_t first, uint64_t end) {
  std::vector<std::string> contexts;
  for (uint64_t seed = first; seed < end; ++seed) {
    contexts.push_back(encode(fabricate(shape, {}, seed)));
  }
  return contexts;
}

std::multiset<std::string> wraps_of(const CodeBundle& bundle) {
  std::multiset<std::string> wraps;
  for (const CodeBundle::Source& source : bundle.sources) add_wraps(source.text, &wraps);
  return wraps;
}

bool has_probes(const Rebuilt& rebuilt, const std::string& function) {
  return std::ranges::count(rebuilt.sites, function, &ProbeSite::function) > 0;
}

Lines lines_of(const std::vector<ProbeSite>& sites, const std::set<std::string>& functions) {
  Lines lines;
  for (const ProbeSite& site : sites) {
    if (functions.contains(site.function)) lines.emplace(site.file, site.line);
  }
  return lines;
}

class Comparer {
 public:
  Comparer(Laboratory& laboratory, const Shape& shape, const Material& typical,
           const std::vector<std::string>& kept, const Version& before, const Version& now,
           int64_t limit_ms, const std::vector<Equivalent>& equivalents)
      : laboratory_(laboratory),
        shape_(shape),
        before_(before),
        now_(now),
        equivalents_(equivalents),
        suite_(shape, with_constants(typical, before.bundle, now.bundle), kept),
        begun_(Clock::now()),
        deadline_(begun_ + std::chrono::milliseconds(limit_ms)) {}

  Result<Finding> run() {
    TRY_VOID(look());
    finding_.milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_).count();
    return std::move(finding_);
  }

 private:
  Result<void> look() {
    finding_.why = impure(before_.bundle);
    if (finding_.why.empty()) finding_.why = impure(now_.bundle);
    if (!finding_.why.empty()) return {};
    TRY(old_, Subject::start(laboratory_, before_.calculation, before_.module));
    TRY(new_, Subject::start(laboratory_, now_.calculation, now_.module));
    TRY(const bool agree, registry_stream());
    if (!agree) return {};
    TRY_VOID(explore());
    const std::string unexplored = finding_.why;
    const bool for_now = finding_.for_now;
    TRY(const bool same, pair_stream());
    if (!same) return {};
    if (!unexplored.empty()) {
      finding_.why = unexplored;
      finding_.for_now = for_now;
      return {};
    }
    TRY(const bool steady, repeat());
    if (!steady) return {};
    if (!finding_.unmet.empty()) {
      finding_.why = "made-up data do not reach all of what differs: " + finding_.unmet.front();
    } else if (rows_ == 0) {
      finding_.why = kNoRows;
    } else {
      TRY(const bool sensitive, is_sensitive());
      if (sensitive) finding_.kind = Kind::Same;
    }
    return {};
  }

  // Whether both put out the same; notes it where not.
  Result<bool> observe(const std::vector<std::string>& contexts, Hasher* before = nullptr,
                       Hasher* now = nullptr) {
    if (finding_.kind != Kind::Different && out_of_time()) return false;
    auto other = std::async(std::launch::async, [&] { return new_->observe(contexts); });
    const auto olds = old_->observe(contexts);
    const auto news = other.get();
    if (!olds.ok()) return unable("the old version", olds.error());
    if (!news.ok()) return unable("the new version", news.error());
    for (size_t i = 0; i < contexts.size(); ++i) {
      rows_ += (*olds)[i].rows;
      if (before != nullptr) before->add((*olds)[i].digest);
      if (now != nullptr) now->add((*news)[i].digest);
    }
    for (size_t i = 0; i < contexts.size(); ++i) {
      ++finding_.contexts;
      if ((*olds)[i].digest == (*news)[i].digest) {
        digests_.push_back((*olds)[i].digest);
        continue;
      }
      if (finding_.kind != Kind::Different) finding_.counterexample = contexts[i];
      finding_.kind = Kind::Different;
      finding_.why = "they put out different results";
      return false;
    }
    return true;
  }

  // Says so where it is.
  bool out_of_time() {
    const bool is_over = Clock::now() >= deadline_;
    if (is_over) finding_.why = "the time limit was reached";
    finding_.for_now = is_over;
    return is_over;
  }

  // An error of the machine is one; of the calculation, a finding.
  Result<bool> unable(const std::string& who, const Error& error) {
    if (error.kind != Error::Kind::Data) return error;
    unobserved_ = true;
    // That they differ is known already where it is.
    if (finding_.kind != Kind::Different) {
      finding_.why = who + " cannot be observed: " + error.message;
      finding_.for_now = is_lack(error);
    }
    return false;
  }

  Result<bool> registry_stream() {
    Hasher before("simhash/1"), now("simhash/1");
    bool same = true;
    for (uint64_t seed = 0; seed < kRegistry && !unobserved_; seed += kBatch) {
      const auto contexts = registry_contexts(shape_, seed, seed + kBatch);
      TRY(const bool agree, observe(contexts, &before, &now));
      if (!agree && finding_.kind != Kind::Different) return false;
      same = same && agree;
    }
    if (!unobserved_) {
      finding_.simhash_before = before.digest();
      finding_.simhash_now = now.digest();
    }
    if (!same) TRY_VOID(measure());
    return same;
  }

  // How far they are apart, in the first contexts of the registry stream and the one that showed
  // it.
  Result<void> measure() {
    auto contexts = registry_contexts(shape_, 0, kMoved);
    contexts.push_back(finding_.counterexample);
    const auto olds = old_->observe(contexts, true), news = new_->observe(contexts, true);
    if (!olds.ok() || !news.ok()) return {};  // it is known that they differ
    finding_.moved = movements(before_.calculation.outputs, *olds, *news);
    return {};
  }

  // With a reason where it cannot be told what they reach.
  Result<void> explore() {
    TRY(const Rebuilt old, laboratory_.rebuilder().probed(before_.bundle, "probed-before"));
    TRY(const Rebuilt made, laboratory_.rebuilder().probed(now_.bundle, "probed-now"));
    before_differ_ = lines_not_in(now_.bundle, before_.bundle);
    now_differ_ = lines_not_in(before_.bundle, now_.bundle);
    auto of_before = changes_of_tables(old, made, before_.bundle, before_differ_);
    auto of_now = changes_of_tables(made, old, now_.bundle, now_differ_);
    if (of_before && of_now) {
      before_tables_ = std::move(*of_before);
      now_tables_ = std::move(*of_now);
    } else {
      finding_.unmet.push_back("a table of constants is another, of which data need not meet each");
    }
    if (wraps_of(before_.bundle) != wraps_of(now_.bundle)) {
      finding_.unmet.push_back(
          "a remainder or a number of few bits is another, and no data are so many that each "
          "wraps");
    }
    finding_.functions = changed_functions(old.object, made.object);
    const std::set<std::string> changed(finding_.functions.begin(), finding_.functions.end());
    for (const std::string& function : changed) {
      if (has_probes(old, function) || has_probes(made, function)) continue;
      finding_.unmet.push_back(plain_name(function) + " differs, and has no probe to be seen by");
    }
    before_lines_ = lines_of(old.sites, changed);
    now_lines_ = lines_of(made.sites, changed);
    // Values are ordered by functions of the library that both have.
    const auto looked_at = [&](const Rebuilt& version) {
      auto functions = changed;
      functions.merge(library_calls(version.object, changed));
      return functions;
    };
    TRY(auto before, Coverage::of(laboratory_, before_, old, looked_at(old)));
    TRY(auto now, Coverage::of(laboratory_, now_, made, looked_at(made)));
    const auto explored = suite_.explore({before.get(), now.get()}, deadline_);
    if (!explored.ok()) {
      TRY_VOID(unable("a version", explored.error()));
      return {};
    }
    for (const Coverage* version : {before.get(), now.get()}) {
      finding_.probes += version->asked();
      finding_.met += version->met();
    }
    add_missing(changed_places(before_.bundle, before->places(), now_.bundle, made.sites),
                &finding_.unmet);
    add_missing(changed_places(now_.bundle, now->places(), before_.bundle, old.sites),
                &finding_.unmet);
    finding_.found = suite_.found();
    return {};
  }

  // Measures how far they are apart where they are.
  Result<bool> agree_in(const std::vector<std::string>& contexts) {
    TRY(const bool agree, observe(contexts));
    if (!agree && finding_.kind == Kind::Different) TRY_VOID(measure());
    return agree;
  }

  Result<bool> pair_stream() {
    const auto begun = Clock::now();
    digests_.clear();  // of the registry stream
    const uint64_t rows_of_drawn = rows_;
    size_t first = 0;
    for (size_t end; first < suite_.found(); first = end) {
      end = std::min(first + kBatch, suite_.found());
      TRY(const bool agree, agree_in(suite_.contexts(first, end)));
      if (!agree) return false;
    }
    rows_ = rows_of_drawn;  // recorded ones say nothing of what can be made up
    for (; first < suite_.found() + kDrawn || Clock::now() - begun < kLeast; first += kBatch) {
      TRY(const bool agree, agree_in(suite_.contexts(first, first + kBatch)));
      if (!agree) return false;
    }
    return true;
  }

  // Whether each puts out again what it has put out.
  Result<bool> repeat() {
    if (out_of_time()) return false;
    for (const auto& [who, version] :
         {std::pair{"the old version", &before_}, std::pair{"the new version", &now_}}) {
      const auto steady = is_steady(laboratory_, *version, suite_);
      if (!steady.ok()) return unable(who, steady.error());
      if (*steady) continue;
      finding_.why = std::string(who) + " " + kUnsteady;
      return false;
    }
    return true;
  }

  struct Tried {
    Sensitivity sensitivity;
    std::set<size_t> telling;        // contexts
    std::optional<Survivor> unseen;  // that has to be seen
    bool unclear = false;            // for want of time or memory
    bool has_all = false;            // that have to be seen
  };
  // First, and all of them, the changes of tables, and steps towards the other version.
  Result<Tried> mutate(const Version& version, const std::vector<Changes>& tables,
                       std::vector<Changes> all, const Version& other, const char* name) {
    using Fate = Mutation::Fate;
    std::vector<Changes> ordered = tables;
    std::ranges::move(take_steps(version.bundle, other.bundle, &all), std::back_inserter(ordered));
    const size_t needed = ordered.size();
    std::ranges::move(all, std::back_inserter(ordered));
    Tried tried;
    size_t judged = 0;
    Mutation mutation(laboratory_, version, suite_, digests_, name);
    TRY_VOID(mutation.judge(ordered, 1, [&](const Changes& changes, Fate fate) {
      const bool of_table = judged < tables.size(), must_be_seen = judged < needed;
      ++judged;
      Survivor mutant = survivor(version.bundle, changes);
      const bool known = is_among(equivalents_, mutant, version.calculation.id);
      if (!known && must_be_seen && is_unseen(fate, of_table)) {
        tried.unseen = mutant;
        tried.unclear = fate == Fate::Unclear;
      }
      // What tables are changed by says nothing of other lines.
      if (!known && !of_table && fate == Fate::ToldApart) tried.sensitivity.told_apart();
      if (!known && !of_table && fate == Fate::Survived) {
        tried.sensitivity.survived(std::move(mutant));
      }
      const bool enough = judged >= needed && tried.sensitivity.is_through();
      return !tried.unseen && !enough && Clock::now() < deadline_;
    }));
    tried.telling = mutation.telling();
    const bool all_judged = judged == ordered.size();
    tried.has_all = all_judged || (judged >= needed && tried.sensitivity.is_through());
    return tried;
  }

  void unseen(const Survivor& mutant) {
    finding_.why = "made-up data do not show small changes of the lines that differ, such as " +
                   mutant.what + " in " + mutant.file + ":" + std::to_string(mutant.line);
  }

  // Whether mistakes in the lines that differ would be seen. Both versions put out the same, so
  // what differs from one differs from both.
  Result<bool> is_sensitive() {
    digests_.resize(std::min(digests_.size(), suite_.found() + kDrawn));
    auto old = changes_of(before_.bundle, &before_differ_);
    auto made = changes_of(now_.bundle, &now_differ_);
    if (old.empty() && made.empty()) {
      old = changes_of(before_.bundle, &before_lines_);
      made = changes_of(now_.bundle, &now_lines_);
    }
    auto later = std::async(std::launch::async, [&] {
      return mutate(now_, now_tables_, made, before_, "mutated-now");
    });
    auto before = mutate(before_, before_tables_, old, now_, "mutated-before");
    auto now = later.get();
    if (!before.ok()) return before.error();
    if (!now.ok()) return now.error();
    for (const auto* tried : {&*before, &*now}) {
      if (!tried->unseen) continue;
      unseen(*tried->unseen);
      finding_.for_now = tried->unclear;
      return false;
    }
    const Sensitivity &of_before = before->sensitivity, &of_now = now->sensitivity;
    finding_.mutants = of_before.mutants() + of_now.mutants();
    finding_.told_apart = of_before.told() + of_now.told();
    if (!(before->has_all && now->has_all) && out_of_time()) return false;
    if (finding_.mutants == 0) {
      finding_.why = "nothing in what differs can be changed to see whether it would show";
      return false;
    }
    for (const Sensitivity* version : {&of_before, &of_now}) {
      if (!version->is_blind()) continue;
      unseen(version->survivors().front());
      return false;
    }
    before->telling.merge(now->telling);
    return look_around(before->telling);
  }

  // What differs is seen in these contexts; maybe it only differs next to them.
  Result<bool> look_around(const std::set<size_t>& telling) {
    simulator::Random random(1);
    for (const size_t number : telling) {
      for (size_t around = 0; around < kAround; around += kBatch) {
        TRY(const auto contexts, suite_.around(number, random, kBatch));
        TRY(const bool agree, agree_in(contexts));
        if (!agree) return false;
        finding_.around += contexts.size();
      }
    }
    return true;
  }

  Laboratory& laboratory_;
  const Shape& shape_;
  const Version &before_, &now_;
  const std::vector<Equivalent>& equivalents_;
  Suite suite_;
  const Deadline begun_, deadline_;
  std::optional<Subject> old_, new_;
  uint64_t rows_ = 0;
  bool unobserved_ = false;           // a version ended its process in some contexts
  std::vector<Hash> digests_;         // of both, where they are equal, in the stream of now
  Lines before_lines_, now_lines_;    // of functions that differ
  Lines before_differ_, now_differ_;  // that the other version has not
  std::vector<Changes> before_tables_, now_tables_;
  Finding finding_;
};

}  // namespace

Result<Finding> compare(Laboratory& laboratory, const Shape& shape, const Material& typical,
                        const std::vector<std::string>& kept, const Version& before,
                        const Version& now, int64_t limit_ms,
                        const std::vector<Equivalent>& equivalents) {
  return Comparer(laboratory, shape, typical, kept, before, now, limit_ms, equivalents).run();
}

std::string impure(const CodeBundle& bundle) {
  for (const auto& source : bundle.sources) {
    const auto findings = lint(source.text);
    if (findings.empty()) continue;
    return source.path + ":" + std::to_string(findings[0].line) + ": " + findings[0].what + ": " +
           findings[0].why;
  }
  return {};
}

}  // namespace almanac::behaviour
