#include "activities/renaming.h"

#include <algorithm>
#include <functional>
#include <map>

#include "core/plan/behaviour.h"
#include "core/plan/identity.h"
#include "core/plan/planner.h"
#include "core/plan/rekey.h"

namespace almanac {

namespace {

// All that a planner knows of the ledger.
struct Records {
  std::vector<CellRecord> cells;
  std::vector<DeadLetter> letters;
  std::vector<BreakerRecord> breakers;
  std::vector<Repeats> repeats;
  std::vector<CodeRecord> codes;
  std::vector<EvidenceRecord> evidence;
};

Result<Records> read_records(Ledger& ledger) {
  Records records;
  TRY(records.cells, ledger.cells());
  TRY(records.letters, ledger.dead_letters());
  TRY(records.breakers, ledger.breakers());
  TRY(records.repeats, ledger.repeats());
  TRY(records.codes, ledger.codes());
  TRY(records.evidence, ledger.evidence());
  return records;
}

struct Decision {
  Verdict verdict;
  Hash key, provenance;
  std::vector<Hash> dated;
};
using Decisions = std::map<std::pair<std::string, Date>, Decision>;
using FindTrace = std::function<std::optional<Trace>(const Hash& key)>;

class Translation {
 public:
  Translation(Workspace* workspace, const RenamingOrder* order)
      : workspace_(workspace), order_(order) {}

  Result<Ledger::Renaming> run() {
    TRY(const auto partitions, workspace_->ledger->partitions());
    TRY(records_, read_records(*workspace_->ledger));
    Date last = order_->today - 1;
    for (const auto& cell : records_.cells) last = std::max(last, cell.date);
    TRY(availability_, workspace_->root_data->index(partitions, last));
    const auto trace = [this](const Hash& key) { return trace_of(key); };
    const Decisions before = decide(workspace_->manifest, workspace_->project, records_, trace);
    for (const auto& calculation : workspace_->manifest.calculations) exchange(calculation);
    translate(before);
    const auto renamed_trace = [this](const Hash& key) {
      const auto old = old_keys_.find(key);
      return trace_of(old == old_keys_.end() ? key : old->second);
    };
    // Provenances need the computations that were read, which a planner knows.
    keep_provenances(before, decide(*order_->manifest, *order_->project, now_, renamed_trace));
    const auto after = decide(*order_->manifest, *order_->project, now_, renamed_trace);
    if (order_->of_layout.empty()) TRY_VOID(check(before, after));
    return collect();
  }

 private:
  struct Exchange {
    Identity current;      // by the build of now
    Identity before, now;  // parts that are translated into each other
    bool differs = false;
  };

  std::optional<Trace> trace_of(const Hash& key) {
    auto trace = workspace_->ledger->trace(key);
    return trace.ok() ? *trace : std::nullopt;
  }

  const std::string& renamed(const std::string& id) const {
    return id == order_->from ? order_->to : id;
  }

  // As if all bytes were where they should be: what is missing of them is not the renaming's.
  Decisions decide(const Manifest& manifest, const Project& project, Records records,
                   FindTrace trace) {
    Planner::Sources sources;
    sources.manifest = &manifest;
    sources.project = &project;
    sources.availability = &availability_;
    sources.cells = std::move(records.cells);
    sources.letters = std::move(records.letters);
    sources.breakers = std::move(records.breakers);
    sources.repeats = std::move(records.repeats);
    sources.codes = std::move(records.codes);
    sources.evidence = std::move(records.evidence);
    sources.stored = [](const CellRecord& cell) {
      return cell.published ? Facts::Stored::Published : Facts::Stored::Unpublished;
    };
    sources.trace = std::move(trace);
    Planner planner(std::move(sources));
    Decisions decisions;
    for (size_t day = 0; day < planner.days(); ++day) {
      for (size_t c = 0; c < manifest.calculations.size(); ++c) {
        CellPlan plan = planner.evaluate(c, day);
        planner.settle(c, day, plan);
        decisions[{manifest.calculations[c].id, planner.date(day)}] = {
            plan.verdict, plan.key, plan.provenance, std::move(plan.dated)};
      }
    }
    return decisions;
  }

  void exchange(const Calculation& calculation) {
    const Calculation* now = order_->manifest->find(renamed(calculation.id));
    CHECK(now != nullptr, "a renaming changes one name and nothing else");
    const Identity own = identity_of(calculation, workspace_->manifest, workspace_->project);
    const Identity own_now = identity_of(*now, *order_->manifest, *order_->project);
    const Hash code = code_of(own);
    Exchange exchange{own, own, own_now};
    // Keys have the code of the representative, which nobody renames.
    const EvidencePolicy policy = evidence_policy(workspace_->project, calculation);
    const Behaviour behaviour =
        behaviour_of(calculation, code, others_of(own), records_.codes, records_.evidence, policy);
    if (const auto* other = behaviour.representative) {
      exchange.current = exchange.before = with_code(own, other->parts);
      exchange.now = with_code(own_now, other->parts);
    }
    exchange.differs = calculation.id != now->id || !(own == own_now);
    if (order_->of_layout.contains(calculation.id)) {
      std::erase_if(exchange.before.parts, [](const auto& part) { return part.name == "code"; });
    } else if (exchange.differs) {
      codes_.push_back({calculation.id, code, code_of(own_now), code_parts(own_now), others_of(own),
                        others_of(own_now)});
    }
    exchanges_[calculation.id] = std::move(exchange);
  }

  // Of a calculation that the manifest has.
  Hash translate_key(const std::string& id, Date date, const Identity& recorded,
                     const std::vector<Hash>& dated) const {
    const Exchange& exchange = exchanges_.at(id);
    return key_of(renamed(id), date, rekeyed(recorded, exchange.before, exchange.now), dated);
  }

  void note_key(const std::string& id, Date date, const Hash& before, const Hash& now) {
    if (!old_keys_.emplace(now, before).second) return;
    keys_.push_back({{id, date}, before, now});
    new_keys_[before] = now;
  }

  void translate(const Decisions& before) {
    now_ = records_;
    for (auto& cell : now_.cells) {
      const auto exchange = exchanges_.find(cell.calculation);
      if (exchange == exchanges_.end() || !exchange->second.differs) continue;
      Hash key;  // one that was revoked stays zero
      if (!cell.key.zero()) {
        key = translate_key(cell.calculation, cell.date, *cell.identity, cell.dated);
        note_key(cell.calculation, cell.date, cell.key, key);
      }
      cell.identity = std::make_shared<Identity>(
          rekeyed(*cell.identity, exchange->second.before, exchange->second.now));
      cell.key = key;
      cell.calculation = renamed(cell.calculation);
    }
    translate_codes();
    // Cells that have no result of this key, but maybe attempts.
    for (const auto& [name, plan] : before) {
      const Exchange& exchange = exchanges_.at(name.first);
      if (!exchange.differs || plan.key.zero()) continue;
      note_key(name.first, name.second, plan.key,
               translate_key(name.first, name.second, exchange.current, plan.dated));
    }
    for (auto& letter : now_.letters) {
      const auto key = new_keys_.find(letter.key);
      if (key != new_keys_.end()) letter.key = key->second;
      letter.calculation = renamed(letter.calculation);
    }
    for (auto& breaker : now_.breakers) breaker.calculation = renamed(breaker.calculation);
    for (auto& repeat : now_.repeats) {
      for (const auto& code : codes_) {
        if (code.calculation == repeat.calculation && code.before == repeat.code) {
          repeat.code = code.now;
          break;
        }
      }
      repeat.calculation = renamed(repeat.calculation);
    }
  }

  void translate_codes() {
    for (auto& record : now_.codes) {
      for (const auto& code : codes_) {
        if (code.calculation != record.calculation) continue;
        if (record.representative == code.before) record.representative = code.now;
        if (record.code != code.before) continue;
        record.code = code.now;
        record.parts = code.parts;
      }
      record.calculation = renamed(record.calculation);
    }
    for (auto& found : now_.evidence) {
      for (const auto& code : codes_) {
        if (code.calculation != found.calculation) continue;
        if (found.before == code.before) found.before = code.now;
        if (found.now == code.before) found.now = code.now;
        if (found.others == code.others_before) found.others = code.others_now;
      }
      found.calculation = renamed(found.calculation);
    }
  }

  void keep_provenances(const Decisions& before, const Decisions& after) {
    for (size_t i = 0; i < now_.cells.size(); ++i) {
      const CellRecord& was = records_.cells[i];
      const auto plan = before.find({was.calculation, was.date});
      if (plan == before.end() || plan->second.provenance != was.provenance) continue;
      now_.cells[i].provenance = after.at({now_.cells[i].calculation, was.date}).provenance;
    }
  }

  Result<void> check(const Decisions& before, const Decisions& after) const {
    for (const auto& [name, plan] : before) {
      const Decision& now = after.at({renamed(name.first), name.second});
      if (now.verdict == plan.verdict) continue;
      return internal_error(
          name.first + " " + name.second.str() + " is " + std::string(name_of(plan.verdict.state)) +
          ", and would be " + std::string(name_of(now.verdict.state)) + ", " +
          std::string(name_of(now.verdict.reason)) + ", under the other name; nothing was changed");
    }
    return {};
  }

  Result<Ledger::Renaming> collect() {
    Ledger::Renaming renaming{order_->from, order_->to, {}, std::move(keys_), std::move(codes_)};
    for (size_t i = 0; i < now_.cells.size(); ++i) {
      const CellRecord& was = records_.cells[i];
      CellRecord& now = now_.cells[i];
      const bool same = was.calculation == now.calculation && was.key == now.key &&
                        was.provenance == now.provenance;
      if (!same) renaming.cells.push_back(std::move(now));
    }
    return renaming;
  }

  Workspace* workspace_;
  const RenamingOrder* order_;
  Availability availability_;
  Records records_, now_;
  std::map<std::string, Exchange> exchanges_;  // by the name before
  std::vector<Ledger::Renaming::Key> keys_;
  std::vector<Ledger::Renaming::Code> codes_;
  std::map<Hash, Hash> old_keys_, new_keys_;
};

}  // namespace

Result<Ledger::Renaming> plan_renaming(Workspace& workspace, const RenamingOrder& order) {
  return Translation(&workspace, &order).run();
}

}  // namespace almanac
