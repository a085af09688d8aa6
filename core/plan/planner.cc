#include "core/plan/planner.h"

#include <algorithm>
#include <set>

#include "core/base/check.h"
#include "core/plan/gather.h"
#include "core/plan/identity.h"

namespace almanac {

namespace {

using Now = Settled::Now;
using Source = Calculation::Source;

std::string join(const std::vector<std::string>& names) {
  std::vector<std::string> unique;
  for (const auto& name : names) {
    if (std::find(unique.begin(), unique.end(), name) == unique.end()) unique.push_back(name);
  }
  std::string text;
  for (const auto& name : unique) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Facts::Letter kind_of(const DeadLetter& letter) {
  if (letter.dropped) return Facts::Letter::Dropped;
  if (letter.code == "QUALITY_CIRCUIT_BREAKER") return Facts::Letter::Validation;
  return letter.permanent ? Facts::Letter::Permanent : Facts::Letter::UsedUp;
}

std::string letter_detail(const DeadLetter& letter) {
  return letter.code + ": " + letter.error;
}

}  // namespace

Planner::Planner(Sources sources)
    : sources_(std::move(sources)), calendar_(sources_.availability->calendar) {
  const auto& calculations = manifest().calculations;
  const auto& datasets = sources_.availability->datasets;

  partitions_.resize(datasets.size());
  presences_.resize(datasets.size());
  for (size_t i = 0; i < datasets.size(); ++i) {
    for (Date date : calendar_) {
      partitions_[i].push_back(datasets[i].find(date));
      presences_[i].push_back(datasets[i].presence(date));
    }
  }
  for (size_t i = 0; i < datasets.size(); ++i) datasets_[datasets[i].name] = i;

  reads_.resize(calculations.size());
  breaker_open_.resize(calculations.size());
  for (size_t c = 0; c < calculations.size(); ++c) {
    for (const auto& read : calculations[c].reads) {
      ReadPlan plan{&read, 0, nullptr, {}, {}, {}, {}};
      plan.known.resize(days());
      if (read.source == Source::Dataset) {
        plan.source = datasets_.at(read.name);
        plan.dataset = sources_.project->dataset(read.name);
        const Calculation::Column by = calculations[c].streamed_by();
        if (!by.name.empty() && plan.dataset->entity == by.name) plan.entity = by.type;
      } else if (read.source != Source::Calendar) {
        plan.source = read.source == Source::Previous ? c : manifest().index.at(read.name);
        const auto& outputs = calculations[plan.source].outputs;
        plan.columns = calculations[plan.source].keys();
        for (const auto& column : read.columns) {
          const auto found = std::find_if(outputs.begin(), outputs.end(), [&](const auto& output) {
            return output.name == column.name;
          });
          CHECK(found != outputs.end(), "make_manifest checked the columns of dependencies");
          plan.columns.push_back(static_cast<size_t>(found - outputs.begin()));
        }
      }
      reads_[c].push_back(std::move(plan));
    }
    Identity identity = identity_of(calculations[c], manifest(), *sources_.project);
    code_hashes_.push_back(code_of(identity));
    auto& versions = versions_.emplace_back();
    for (const CodeRecord& code : sources_.codes) {
      if (code.calculation == calculations[c].id) versions.push_back(&code);
    }
    behaviours_.push_back(behaviour_of(calculations[c], code_hashes_[c], others_of(identity),
                                       sources_.codes, sources_.evidence, policy_of(c)));
    if (const CodeRecord* other = behaviours_[c].representative) {
      identity = with_code(identity, other->parts);
    }
    identity_hashes_.push_back(hash_of(identity));
    identities_.push_back(std::make_shared<Identity>(std::move(identity)));
  }

  records_.resize(calculations.size() * days());
  settled_.resize(records_.size());
  fresh_.resize(records_.size());
  for (auto& cell : sources_.cells) {
    const auto found = cell_at(cell.calculation, cell.date);
    if (!found) continue;
    records_[at(found->first, found->second)] = &cell;
  }
  repeats_.resize(calculations.size());
  for (size_t c = 0; c < calculations.size(); ++c) {
    repeats_[c].calculation = calculations[c].id;
    repeats_[c].code = code_hashes_[c];
  }
  for (const auto& repeat : sources_.repeats) {
    const auto found = manifest().index.find(repeat.calculation);
    if (found == manifest().index.end() || repeat.code != code_hashes_[found->second]) continue;
    add_repeat(found->second, repeat);
  }
  for (const auto& letter : sources_.letters) set_letter(letter);
  for (const auto& breaker : sources_.breakers) {
    const auto found = manifest().index.find(breaker.calculation);
    if (found != manifest().index.end()) breaker_open_[found->second] = breaker.open ? 1 : 0;
  }
}

// Of a calculation that is not deterministic no comparison says anything, nor of code of which the
// compiler makes the same.
EvidencePolicy Planner::policy_of(size_t c) const {
  const Calculation& calculation = manifest().calculations[c];
  const auto same = same_code(c);
  const bool fickle =
      std::any_of(sources_.repeats.begin(), sources_.repeats.end(), [&](const Repeats& repeat) {
        return repeat.calculation == calculation.id && repeat.differing > 0 &&
               std::ranges::count(same, repeat.code) > 0;
      });
  return fickle ? EvidencePolicy::Strict : evidence_policy(*sources_.project, calculation);
}

size_t Planner::day_of(Date date) const {
  return static_cast<size_t>(std::lower_bound(calendar_.begin(), calendar_.end(), date) -
                             calendar_.begin());
}

std::optional<std::pair<size_t, size_t>> Planner::cell_at(const std::string& calculation,
                                                          Date date) const {
  const auto found = manifest().index.find(calculation);
  const size_t day = day_of(date);
  if (found == manifest().index.end() || day == days() || this->date(day) != date) {
    return std::nullopt;
  }
  return std::pair<size_t, size_t>{found->second, day};
}

const Settled& Planner::settled(size_t calculation, size_t day) const {
  return settled_[at(calculation, day)];
}

std::optional<size_t> Planner::day_before(size_t calculation, size_t day) const {
  while (day-- > 0) {
    if (settled(calculation, day).now != Now::Impossible) return day;
  }
  return std::nullopt;
}

bool Planner::readable(const std::string& dataset, size_t day) const {
  return presences_[datasets_.at(dataset)][day] == Presence::Present;
}

const Partition* Planner::partition(const std::string& dataset, size_t day) const {
  return sources_.availability->datasets[datasets_.at(dataset)].find(date(day));
}

const CellRecord* Planner::record(size_t calculation, size_t day) const {
  return records_[at(calculation, day)];
}

void Planner::set_record(size_t calculation, size_t day, CellRecord record) {
  CellRecord*& known = records_[at(calculation, day)];
  if (known == nullptr) known = &added_.emplace_back();
  *known = std::move(record);
  fresh_[at(calculation, day)] = 1;
}

void Planner::unsettle() {
  settled_.assign(settled_.size(), Settled{});
}

const std::shared_ptr<const Identity>& Planner::identity(size_t calculation) const {
  return identities_[calculation];
}

void Planner::set_letter(const DeadLetter& letter) {
  const auto found = cell_at(letter.calculation, letter.date);
  if (!found) return;
  auto& letters = letters_[*found];
  std::erase_if(letters, [&](const DeadLetter& old) { return old.key == letter.key; });
  letters.push_back(letter);
}

std::vector<Hash> Planner::letter_keys(size_t calculation, size_t day) const {
  std::vector<Hash> keys;
  if (const auto found = letters_.find({calculation, day}); found != letters_.end()) {
    for (const auto& letter : found->second) keys.push_back(letter.key);
  }
  return keys;
}

const DeadLetter* Planner::letter(size_t calculation, size_t day, const Hash& key) const {
  if (const auto found = letters_.find({calculation, day}); found != letters_.end()) {
    for (const auto& letter : found->second) {
      if (letter.key == key) return &letter;
    }
  }
  return nullptr;
}

void Planner::add_repeat(size_t calculation, const Repeats& repeat) {
  Repeats& known = repeats_[calculation];
  known.cells += repeat.cells;
  known.differing += repeat.differing;
  if (repeat.differing == 0) return;
  known.date = repeat.date;
  known.difference = repeat.difference;
}

std::string Planner::breaker_detail(size_t calculation) const {
  return manifest().calculations[calculation].id +
         " is stopped after failures in a row; correct it and run again, or almanac retry";
}

std::optional<CodeRecord> Planner::new_code(size_t c) const {
  const Behaviour& behaviour = behaviours_[c];
  if (behaviour.own != nullptr) return std::nullopt;
  const Calculation& calculation = manifest().calculations[c];
  const Identity own = identity_of(calculation, manifest(), *sources_.project);
  return CodeRecord{calculation.id,
                    code_hashes_[c],
                    code_parts(own),
                    calculation.object,
                    calculation.infrastructure,
                    behaviour.representative ? behaviour.representative->code : code_hashes_[c],
                    behaviour.evidence,
                    false,
                    {},
                    {}};
}

std::vector<Hash> Planner::same_code(size_t c) const {
  const Hash& object = manifest().calculations[c].object;
  std::vector<Hash> codes = {code_hashes_[c]};
  for (const CodeRecord* version : versions_[c]) {
    if (version->object == object && !object.zero()) codes.push_back(version->code);
  }
  return codes;
}

std::vector<int64_t> Planner::shared_on(size_t c) const {
  const CodeRecord* other = behaviours_[c].representative;
  const Hash& in_keys = other != nullptr ? other->code : code_hashes_[c];
  std::set<int64_t> ids;
  for (const CodeRecord* code : versions_[c]) {
    const bool shares = code->representative == in_keys &&
                        code->infrastructure == manifest().calculations[c].infrastructure;
    if (shares && code->evidence != 0 && !code->revoked) ids.insert(code->evidence);
  }
  return {ids.begin(), ids.end()};
}

bool Planner::stands_under(size_t c, const std::vector<KeyPart>& code) const {
  std::set<const Identity*> seen;  // cells share them
  for (size_t day = 0; day < days(); ++day) {
    const CellRecord* cell = record(c, day);
    if (cell == nullptr || !seen.insert(cell->identity.get()).second) continue;
    if (code_parts(*cell->identity) == code) return true;
  }
  return false;
}

// Whether the record was made, or accepted, by another version of the code; and whether it was
// accepted by evidence that did not hold.
void Planner::compare_code(size_t c, const CellRecord& record, const Gathered& gathered,
                           Facts* facts) {
  facts->revoked = record.key.zero();
  facts->differs = std::ranges::any_of(behaviours_[c].differs_from, [&](const CodeRecord* other) {
    return other->parts == code_parts(*record.identity);
  });
  const CodeRecord* own = behaviours_[c].own;
  if (own != nullptr && own->revoked && !facts->same_key) {
    for (const CodeRecord* code : versions_[c]) {
      if (code->code != own->representative) continue;
      facts->revoked |=
          code_parts(*record.identity) == code->parts && code_parts(*identities_[c]) != code->parts;
    }
  }
  if (!facts->same_key || facts->same_provenance) return;
  for (const CodeRecord* code : versions_[c]) {
    if (code->code == code_hashes_[c]) continue;
    preimage_.start("provenance/1").add(code->code);
    for (int64_t id : gathered.computations) preimage_.add(static_cast<uint64_t>(id));
    if (preimage_.digest() != record.provenance) continue;
    facts->same_code = false;
    break;
  }
}

CellPlan Planner::evaluate(size_t c, size_t day) {
  Gathered gathered;
  gather(c, day, &gathered);
  const Calculation& calculation = manifest().calculations[c];
  const CellRecord* record = this->record(c, day);

  CellPlan plan;
  Facts facts;
  facts.inputs = gathered.inputs;
  facts.archived = gathered.archived;
  facts.recorded = record != nullptr;
  facts.breaker_open = breaker_open_[c];
  facts.forced = forced_ && forced_(c, day);
  if (gathered.inputs == Facts::Inputs::Ready) {
    facts.predicted = gathered.predicted;
    if (!gathered.predicted) {
      preimage_.start("key/1").add(calculation.id);
      preimage_.add(static_cast<uint64_t>(date(day).days())).add(identity_hashes_[c]);
      for (const Hash& hash : gathered.dated) preimage_.add(hash);
      plan.key = preimage_.digest();
      preimage_.start("provenance/1").add(code_hashes_[c]);
      for (int64_t id : gathered.computations) preimage_.add(static_cast<uint64_t>(id));
      plan.provenance = preimage_.digest();
      plan.dated = std::move(gathered.dated);
      if (const DeadLetter* letter = this->letter(c, day, plan.key)) {
        facts.letter = kind_of(*letter);
        plan.letter_code = letter->code;
      }
    }
  }
  if (record) {
    facts.same_key = !facts.predicted && record->key == plan.key;
    facts.same_provenance = record->provenance == plan.provenance;
    facts.same_category = record->category == calculation.category;
    compare_code(c, *record, gathered, &facts);
    if (facts.same_key && fresh_[at(c, day)]) {
      facts.stored = record->published ? Facts::Stored::Published : Facts::Stored::Unpublished;
    } else if (facts.same_key) {
      facts.stored = sources_.stored(*record);
    }
    if (!facts.same_key && facts.inputs == Facts::Inputs::Ready) {
      plan.changed =
          changed_parts(*record->identity, facts.predicted ? std::vector<Hash>{} : record->dated,
                        *identities_[c], plan.dated);
      if (facts.predicted) {
        // Worst case: whatever will be computed first comes out different.
        std::erase_if(plan.changed, [](const std::string& part) {
          return static_cast<int>(part_of(part)) >= static_cast<int>(Part::Source);
        });
        if (plan.changed.empty()) {
          plan.changed.push_back(gathered.dependency_pending ? "dependency:" : "history");
        }
      }
      for (const auto& part : plan.changed) facts.changed.add(part_of(part));
    }
  }
  if (facts.inputs == Facts::Inputs::Ready && !facts.predicted && !facts.same_key &&
      !nondeterministic(c)) {
    plan.trace = sources_.trace(plan.key);
    facts.trace = plan.trace.has_value();
  }
  plan.verdict = decide(facts);
  if (record && plan.verdict.state == State::Impossible) {
    // A process may have ended between publishing and saying so.
    plan.withdraw =
        record->published || (!fresh_[at(c, day)] && sources_.in_view && sources_.in_view(*record));
  }
  plan.predicted = facts.predicted;
  plan.archived = facts.archived;

  switch (plan.verdict.state) {
    case State::Impossible:
    case State::Blocked:
      plan.detail = join(gathered.names);
      break;
    case State::FailedDependency:
      plan.detail = "Dependency Missing: " + join(gathered.names);
      break;
    case State::Failed:
      plan.detail = letter_detail(*letter(c, day, plan.key));
      break;
    case State::ReRun:
      if (!facts.predicted) plan.detail = join(plan.changed);
      break;
    default:
      break;
  }
  if (plan.verdict == Verdict{State::Blocked, Reason::NotAvailable} && gathered.archived &&
      gathered.inputs == Facts::Inputs::Ready) {
    plan.detail = "input data that is no longer there would be needed to compute it again";
  }
  if (plan.verdict.reason == Reason::Dropped)
    plan.detail = letter_detail(*letter(c, day, plan.key));
  if (plan.verdict.reason == Reason::BreakerOpen) plan.detail = breaker_detail(c);
  return plan;
}

void Planner::settle(size_t calculation, size_t day, Settled settled) {
  settled_[at(calculation, day)] = std::move(settled);
}

void Planner::settle(size_t calculation, size_t day, const CellPlan& plan) {
  Settled next;
  switch (plan.verdict.state) {
    case State::Stable:
    case State::Skipped: {
      const CellRecord* cell = record(calculation, day);
      next = {Now::Final, cell->computation, cell->result};
      break;
    }
    case State::Runnable:
    case State::ReRun:
      next.now = Now::Pending;
      if (plan.verdict.reason == Reason::Hit) {
        const CellRecord* cell = record(calculation, day);
        if (plan.trace) {
          next = {Now::Final, plan.trace->computation, plan.trace->result};
        } else {
          next = {Now::Final, cell->computation, cell->result};
        }
      }
      break;
    case State::Failed:
    case State::FailedDependency:
      next.now = Now::Failed;
      break;
    case State::Blocked:
      next.now = Now::Blocked;
      break;
    case State::Impossible:
      next.now = Now::Impossible;
      break;
  }
  settle(calculation, day, std::move(next));
}

}  // namespace almanac
