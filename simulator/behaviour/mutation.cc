#include "simulator/behaviour/mutation.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <tuple>

#include "core/code/new_lines.h"
#include "core/code/token_distance.h"
#include "core/code/tokens.h"
#include "core/manifest/same_declaration.h"
#include "simulator/random.h"

namespace almanac::behaviour {

namespace {

constexpr size_t kBatch = 64;  // contexts that travel together
// A statement of which one token in so many stays is another one there.
constexpr size_t kInAnotherPlace = 4;
constexpr std::string_view kJumps[] = {"break;", "continue;", "return;"};
constexpr int kCalm = 4;  // of the time that it may take, the version takes so much less

int line_of(const std::string& text, size_t at) {
  const auto end = text.begin() + static_cast<int64_t>(at);
  return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

std::string line_at(const std::string& text, size_t at) {
  const size_t before = text.rfind('\n', at == 0 ? 0 : at - 1);
  const size_t begin = before == text.npos ? 0 : before + 1, end = text.find('\n', at);
  return text.substr(begin, end == text.npos ? end : end - begin);
}

// Last change first, so that places stay what they are.
CodeBundle changed(CodeBundle bundle, const Changes& changes) {
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    std::string& text = bundle.sources[change->source].text;
    text = mutated(text, change->mutant);
  }
  return bundle;
}

// By place.
bool overlap(const Changes& changes) {
  const auto overlaps = [](const Change& one, const Change& next) {
    return one.source == next.source && one.mutant.at + one.mutant.length > next.mutant.at;
  };
  return std::ranges::adjacent_find(changes, overlaps) != changes.end();
}

// What a source is compared with: the file of that name, or all where there is none.
std::string counterpart(const CodeBundle& other, const std::string& path) {
  if (const auto* source = other.source(path)) return source->text;
  std::string all;
  for (const CodeBundle::Source& source : other.sources) all += source.text + "\n";
  return all;
}

bool is_end(const std::string& one, const std::string& other) {
  const auto are = [&](const char* a, const char* b) {
    return (one == a && other == b) || (one == b && other == a);
  };
  return are("!=", "<") || are("!=", ">");
}

// Whether an operator of tokens compares what a loop counts: "for (...; i < ...; ++i)".
bool ends_loop(const std::vector<Token>& tokens, size_t at) {
  const auto is = [&](size_t i, std::string_view text) {
    return i < tokens.size() && tokens[i].text == text;
  };
  if (at < 2 || !is(at - 2, ";")) return false;
  const std::string& counter = tokens[at - 1].text;
  size_t next = at;
  while (next < tokens.size() && !is(next, ";") && !is(next, "{")) ++next;
  const bool before = is(next, ";") && is(next + 1, "++") && is(next + 2, counter);
  const bool after = is(next, ";") && is(next + 1, counter) && is(next + 2, "++");
  return before || after;
}

}  // namespace

Result<void> Mutation::judge(const std::vector<Changes>& all, size_t threads,
                             const Judged& judged) {
  std::mutex mutex;
  size_t next = 0;
  bool enough = false;
  std::optional<Error> trouble;
  const auto work = [&](const std::string& name) {
    for (;;) {
      size_t mine = 0;
      {
        const std::lock_guard lock(mutex);
        if (trouble || enough || next == all.size()) return;
        mine = next++;
      }
      const auto fate = fate_of(all[mine], name);
      const std::lock_guard lock(mutex);
      if (!fate.ok()) trouble = fate.error();
      if (fate.ok() && !enough) enough = !judged(all[mine], *fate);
    }
  };
  std::vector<std::thread> workers;
  for (size_t t = 0; t < std::max<size_t>(threads, 1); ++t) {
    workers.emplace_back(work, name_ + "-mutant" + std::to_string(t));
  }
  for (std::thread& worker : workers) worker.join();
  if (trouble) return *trouble;
  return {};
}

Result<void> Mutation::hasten() {
  auto quick = laboratory_.rebuilder().quick(version_.bundle, name_ + "-quick");
  if (!quick.ok() && quick.error().kind != Error::Kind::Usage) return quick.error();
  if (!quick.ok()) return {};
  TRY(const bool same, does_the_same(*quick));
  if (same) quick_base_ = std::move(*quick);
  return {};
}

Result<Rebuilt> Mutation::build(const Changes& changes, const std::string& name) {
  return laboratory_.rebuilder().plain(changed(version_.bundle, changes), name);
}

Result<Mutation::Fate> Mutation::fate_of(const Changes& changes, const std::string& name) {
  const CodeBundle bundle = changed(version_.bundle, changes);
  Rebuilder& rebuilder = laboratory_.rebuilder();
  if (quick_base_) {
    TRY(const auto fate, at_first_sight(rebuilder.quick(bundle, name), *quick_base_));
    if (fate) return *fate;
  }
  TRY(const Rebuilt* base, this->base());
  const auto rebuilt = rebuilder.plain(bundle, name);
  TRY(const auto fate, at_first_sight(rebuilt, *base));
  if (fate) return *fate;
  TRY(const Seen later, look(*rebuilt, kBatch, digests_.size()));
  if (later != Seen::Same) return fate_of(later);
  TRY(const bool redeclared, is_redeclared(*rebuilt));
  if (redeclared) return Fate::Redeclared;
  TRY(const Hash identity, rebuilder.without_signed_zeros(bundle, name));
  TRY(const Hash unsigned_base, this->unsigned_base());
  if (identity == unsigned_base) return Fate::SameObject;
  TRY(const bool clean, is_clean());
  if (!clean) return Fate::Survived;
  TRY(const Rebuilt checked, rebuilder.checked(bundle, name));
  TRY(const Seen carefully, look(checked, 0, digests_.size()));
  return fate_of(carefully);
}

Mutation::Fate Mutation::fate_of(Seen seen) {
  return seen == Seen::Same    ? Fate::Survived
         : seen == Seen::Other ? Fate::ToldApart
                               : Fate::Unclear;
}

// Most need no second one.
Result<std::optional<Mutation::Fate>> Mutation::at_first_sight(const Result<Rebuilt>& rebuilt,
                                                               const Rebuilt& base) {
  if (!rebuilt.ok() && rebuilt.error().kind != Error::Kind::Usage) return rebuilt.error();
  if (!rebuilt.ok()) return std::optional(Fate::NotCompiled);
  if (rebuilt->object.identity == base.object.identity) return std::optional(Fate::SameObject);
  TRY(const Seen seen, look(*rebuilt, 0, kBatch));
  return seen == Seen::Same ? std::nullopt : std::optional(fate_of(seen));
}

Result<bool> Mutation::does_the_same(const Rebuilt& rebuilt) {
  TRY(const Seen seen, look(rebuilt, 0, digests_.size()));
  return seen == Seen::Same;
}

Result<Subject> Mutation::start(const Rebuilt& rebuilt) const {
  Calculation calculation = version_.calculation;
  calculation.module_sha256 = rebuilt.sha256;
  return Subject::start(laboratory_, calculation, rebuilt.module);
}

Result<Mutation::Seen> Mutation::look(const Rebuilt& rebuilt, size_t begin, size_t end) {
  TRY(Subject subject, start(rebuilt));
  end = std::min(end, digests_.size());
  for (size_t first = begin; first < end; first += kBatch) {
    TRY(const Seen seen, observe(subject, first, std::min(end, first + kBatch)));
    if (seen != Seen::Same) return seen;
  }
  return Seen::Same;
}

Result<Mutation::Seen> Mutation::observe(Subject& subject, size_t first, size_t last) {
  const auto seen = subject.observe(suite_.contexts(first, last));
  if (!seen.ok() && seen.error().kind != Error::Kind::Data) return seen.error();
  if (!seen.ok() && !is_lack(seen.error())) return Seen::Other;  // it ended its process
  if (!seen.ok()) {
    TRY(const bool calm, is_calm(first, last));
    return calm ? Seen::Other : Seen::Unclear;
  }
  for (size_t i = 0; i < seen->size(); ++i) {
    if ((*seen)[i].digest == digests_[first + i]) continue;
    const std::lock_guard lock(mutex_);
    telling_.insert(first + i);
    return Seen::Other;
  }
  return Seen::Same;
}

// Whether the version itself needs much less than what it may have, as busy as the machine is.
Result<bool> Mutation::is_calm(size_t first, size_t last) {
  TRY(const Rebuilt* base, this->base());
  TRY(Subject subject, start(*base));
  const auto contexts = suite_.contexts(first, last);
  const auto begun = std::chrono::steady_clock::now();
  const auto seen = subject.observe(contexts);
  if (!seen.ok() && seen.error().kind != Error::Kind::Data) return seen.error();
  const std::chrono::milliseconds limit(laboratory_.wall_ms());
  return seen.ok() && (std::chrono::steady_clock::now() - begun) * kCalm < limit;
}

Result<const Rebuilt*> Mutation::base() {
  const std::lock_guard lock(mutex_);
  if (!base_) {
    TRY(base_, laboratory_.rebuilder().plain(version_.bundle, name_));
  }
  return &*base_;
}

Result<Hash> Mutation::unsigned_base() {
  const std::lock_guard lock(mutex_);
  if (!unsigned_base_) {
    TRY(unsigned_base_, laboratory_.rebuilder().without_signed_zeros(version_.bundle, name_));
  }
  return *unsigned_base_;
}

// What the checks say of a mutant tells nothing where they say it of the version.
Result<bool> Mutation::is_clean() {
  const std::lock_guard lock(checking_);
  if (!clean_) {
    const std::string name = name_ + "-checked";
    TRY(const Rebuilt checked, laboratory_.rebuilder().checked(version_.bundle, name));
    TRY(clean_, does_the_same(checked));
  }
  return *clean_;
}

Result<bool> Mutation::is_redeclared(const Rebuilt& mutant) {
  TRY(const Rebuilt* base, this->base());
  const std::lock_guard lock(mutex_);
  if (!declared_) {
    TRY(declared_, laboratory_.describe(*base));
  }
  const auto declared = laboratory_.describe(mutant);
  if (!declared.ok() && declared.error().kind != Error::Kind::Usage) return declared.error();
  return !declared.ok() || !same_declaration(*declared, *declared_);
}

Lines lines_not_in(const CodeBundle& other, const CodeBundle& bundle) {
  Lines lines;
  for (const auto& [path, text] : bundle.sources) {
    const std::vector<bool> is_new = new_lines(counterpart(other, path), text);
    for (size_t line = 0; line < is_new.size(); ++line) {
      if (is_new[line]) lines.emplace(path, static_cast<int>(line) + 1);
    }
  }
  return lines;
}

Lines::value_type place_of(const CodeBundle& bundle, const Change& change) {
  const auto& [path, text] = bundle.sources[change.source];
  return {path, line_of(text, change.mutant.at)};
}

std::vector<Changes> changes_of(const CodeBundle& bundle, const Lines* lines,
                                std::vector<Mutant> (*mutants)(std::string_view)) {
  std::vector<std::tuple<Hash, size_t, Change>> ordered;
  for (size_t s = 0; s < bundle.sources.size(); ++s) {
    const std::string& text = bundle.sources[s].text;
    for (Mutant& mutant : mutants(text)) {
      Change change{s, std::move(mutant)};
      if (lines != nullptr && !lines->contains(place_of(bundle, change))) continue;
      const Hash order =
          Hasher("mutant/1").add(line_at(text, change.mutant.at)).add(change.mutant.what).digest();
      ordered.emplace_back(order, ordered.size(), std::move(change));
    }
  }
  std::ranges::sort(ordered, {}, [](const auto& one) {
    return std::pair(std::get<Hash>(one), std::get<size_t>(one));
  });
  std::vector<Changes> all;
  for (auto& [order, number, change] : ordered) all.push_back({std::move(change)});
  return all;
}

std::vector<Changes> combinations(std::vector<Change> changes, size_t most) {
  std::ranges::sort(changes, {}, [](const Change& change) {
    return std::tuple(change.source, change.mutant.at, change.mutant.length, change.mutant.with);
  });
  simulator::Random random(2);
  std::set<std::set<size_t>> known;
  std::vector<Changes> all;
  for (size_t size = 2; size <= changes.size() && all.size() < most; ++size) {
    for (size_t tries = 0; tries < most && all.size() < most; ++tries) {
      std::set<size_t> chosen;
      while (chosen.size() < size) chosen.insert(random.below(changes.size()));
      Changes together;
      for (const size_t i : chosen) together.push_back(changes[i]);
      if (!overlap(together) && known.insert(chosen).second) all.push_back(std::move(together));
    }
  }
  return all;
}

Survivor survivor(const CodeBundle& bundle, const Changes& changes) {
  Survivor left;
  for (const Change& change : changes) {
    const std::string& text = bundle.sources[change.source].text;
    const size_t at = change.mutant.at;
    std::tie(left.file, left.line) = place_of(bundle, change);
    left.what += (left.what.empty() ? "" : ", and ") + change.mutant.what;
    left.before = line_at(text, at);
    left.now = line_at(mutated(text, change.mutant), at);
  }
  return left;
}

bool is_among(const std::vector<Equivalent>& known, const Survivor& mutant,
              const std::string& calculation) {
  const auto before = tokenise(mutant.before), now = tokenise(mutant.now);
  return std::any_of(known.begin(), known.end(), [&](const Equivalent& one) {
    const auto line = tokenise(one.line), other = tokenise(one.now);
    const bool any = one.now.empty() && line == before;
    const bool same = any || (line == before && other == now) || (line == now && other == before);
    return one.file == mutant.file && same &&
           (one.calculations.empty() || std::ranges::count(one.calculations, calculation) > 0);
  });
}

std::vector<Changes> take_steps(const CodeBundle& bundle, const CodeBundle& other,
                                std::vector<Changes>* all) {
  struct Way {  // from a source to that of the other version
    std::vector<Token> begin, end;
    std::optional<size_t> distance;
  };
  std::vector<Way> ways;
  for (const CodeBundle::Source& source : bundle.sources) {
    Way& way = ways.emplace_back();
    const CodeBundle::Source* there = other.source(source.path);
    if (there == nullptr) continue;
    way.begin = tokenise(source.text);
    way.end = tokenise(there->text);
    way.distance = token_distance(way.begin, way.end);
  }
  const auto is_step = [&](const Change& change) {
    const auto& [tokens, end, distance] = ways[change.source];
    if (!distance) return false;
    const std::string& text = bundle.sources[change.source].text;
    const std::vector<Token> changed = tokenise(mutated(text, change.mutant));
    const auto after = token_distance(changed, end);
    if (!after || *after >= *distance) return false;
    // Of a statement that is left out, some tokens were counted that stay: they have another place.
    const size_t left_out = change.mutant.with == ";" ? tokens.size() - changed.size() : 0;
    const size_t stay = left_out == 0 ? 0 : (left_out - (*distance - *after)) / 2;
    if (stay * kInAnotherPlace > left_out) return false;
    const std::string was = text.substr(change.mutant.at, change.mutant.length);
    if (among(was, kJumps)) return *after == 1;  // its semicolon stays
    if (!is_end(was, change.mutant.with)) return true;
    const auto [there, same] = std::ranges::mismatch(tokens, changed);
    return *after == 0 && !ends_loop(tokens, static_cast<size_t>(there - tokens.begin()));
  };
  std::vector<Changes> steps, rest;
  for (Changes& changes : *all) {
    (is_step(changes[0]) ? steps : rest).push_back(std::move(changes));
  }
  *all = std::move(rest);
  return steps;
}

}  // namespace almanac::behaviour
