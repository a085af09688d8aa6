#include "tools/almanac/ledger_preflight.h"

#include <algorithm>
#include <ranges>

#include "activities/build_sources.h"
#include "storage/files.h"
#include "storage/store.h"
#include "tools/almanac/order.h"
#include "tools/almanac/shadow.h"

namespace almanac {

namespace {

const std::string kNoCertificate =
    "no certificate says how far a comparison can be trusted; almanac certify ";

// The version with which new code is compared, of those that were built in the same way: the latest
// that has results, for itself or under the version that it was taken for; null: there is none.
const CodeRecord* comparable(const Planner& planner, size_t calculation) {
  const Calculation& now = planner.manifest().calculations[calculation];
  std::vector<const CodeRecord*> codes;
  for (const CodeRecord& code : planner.codes()) {
    const bool fits = code.calculation == now.id && code.infrastructure == now.infrastructure;
    if (fits) codes.push_back(&code);
  }
  for (const CodeRecord* latest : codes | std::views::reverse) {
    if (planner.stands_under(calculation, latest->parts)) return latest;
    if (latest->revoked) continue;
    for (const CodeRecord* other : codes) {
      const bool its = other->code == latest->representative;
      if (its && planner.stands_under(calculation, other->parts)) return other;
    }
  }
  return nullptr;
}

OldVersion named(const CodeRecord& code) {
  OldVersion version;
  version.calculation = code.calculation;
  version.code = code.code;
  version.object = code.object;
  version.infrastructure = code.infrastructure;
  return version;
}

Result<OldVersion> stored_version(Workspace& workspace, const CodeRecord& code) {
  OldVersion version = named(code);
  version.module = workspace.store->path(code.module);
  version.module_sha256 = code.module.sha256;
  const auto bytes = read_text(workspace.store->path(code.bundle));
  if (!bytes || !workspace.store->has(code.module)) {
    return data_error("the module or the sources of " + code.calculation +
                      " as they were are no longer in the store");
  }
  TRY(version.bundle, decode_code_bundle(*bytes));
  return version;
}

class LedgerPreflight {
 public:
  LedgerPreflight(const Project& project, const Manifest& manifest,
                  const std::set<std::string>& selected, size_t certify)
      : project_(project), manifest_(manifest), selected_(selected), certify_(certify) {}

  Result<std::vector<Judgement>> run() {
    TRY(workspace_, open_workspace(project_, manifest_, Access::Read));
    TRY(workspace_->store, Store::open(location_path(project_, project_.store), true));
    TRY(const Date day, today(project_));
    TRY(planning_, start_planning(*workspace_, {}, day));
    TRY(repeats_, workspace_->ledger->repeats());
    for (size_t c = 0; c < manifest_.calculations.size(); ++c) {
      if (!selected_.contains(manifest_.calculations[c].id)) continue;
      judged_.push_back(c);
      TRY(const bool open, look(c));
      if (open) open_.push_back(judged_.size() - 1);
    }
    if (!open_.empty()) TRY_VOID(compare_all());
    return std::move(judgements_);
  }

 private:
  // Whether the code alone does not tell.
  Result<bool> look(size_t c) {
    const Planner& planner = *planning_->planner;
    const Behaviour& behaviour = planner.behaviour(c);
    const Calculation& now = manifest_.calculations[c];
    Judgement& judgement = judgements_.emplace_back();
    judgement.calculation = now.id;
    judgement.new_code = judgement.old_code = planner.code(c);
    judgement.new_object = judgement.old_object = now.object;
    judgement.evidence = behaviour.evidence;
    if (behaviour.own != nullptr) {
      judge_known(c, &judgement);
      return false;
    }
    const CodeRecord* old =
        behaviour.representative != nullptr ? behaviour.representative : comparable(planner, c);
    if (old == nullptr) {
      bool here = false, elsewhere = false;
      for (const CodeRecord& code : planner.codes()) {
        if (code.calculation != now.id) continue;
        (code.infrastructure == now.infrastructure ? here : elsewhere) = true;
      }
      elsewhere = elsewhere && !here;
      judgement.verdict = elsewhere ? CodeVerdict::Inconclusive : CodeVerdict::New;
      if (elsewhere) {
        judgement.why = "what runs have met was built with another compiler, library or machine";
      }
      return false;
    }
    judgement.old_code = old->code;
    judgement.old_object = old->object;
    if (behaviour.representative != nullptr) {
      const bool proved = behaviour.evidence == 0;
      judgement.verdict = proved ? CodeVerdict::Identical : CodeVerdict::Cosmetic;
      return false;
    }
    judgement.verdict = CodeVerdict::Inconclusive;
    judgement.why = reason_against(c, *old);
    return judgement.why.empty();
  }

  // Code that runs have met already is changed as long as they have something left to do for it.
  void judge_known(size_t c, Judgement* judgement) {
    const CodeRecord& own = *planning_->planner->behaviour(c).own;
    judgement->verdict = CodeVerdict::Unchanged;
    if (!is_left(c)) return;
    judgement->verdict = CodeVerdict::Inconclusive;
    if (own.revoked) {
      judgement->why = "evidence " + std::to_string(own.evidence) +
                       " that it does what an older version does did not hold";
      return;
    }
    judgement->why = "a run has begun to compute it, without evidence that it does the same";
    for (const EvidenceRecord& found : planning_->planner->evidence()) {
      const bool differs = found.kind == EvidenceRecord::Kind::Verdict &&
                           found.calculation == own.calculation && found.now == own.code &&
                           found.verdict == name_of(CodeVerdict::Logic);
      if (!differs) continue;
      judgement->verdict = CodeVerdict::Logic;
      judgement->evidence = found.id;
      judgement->why = "evidence " + std::to_string(found.id) +
                       ": it does something else than the version before, and a run has begun to "
                       "compute it";
    }
  }

  // Whether a run would compute results that other code has left.
  bool is_left(size_t c) {
    const Planner& planner = *planning_->planner;
    const auto own = code_parts(*planner.identity(c));
    const auto is_other = [&](size_t day) {
      const CellRecord* record = planner.record(c, day);
      return record != nullptr && code_parts(*record->identity) != own;
    };
    const auto days = std::views::iota(size_t{0}, planner.days());
    if (std::ranges::none_of(days, is_other)) return false;
    if (cells_.empty()) cells_ = plan_cells(*planning_);
    return std::ranges::any_of(cells_, [&](const PlannedCell& cell) {
      return cell.calculation == c && is_computed(cell.verdict) && is_other(cell.day);
    });
  }

  // Why the two need not be compared.
  std::string reason_against(size_t c, const CodeRecord& old) const {
    const Planner& planner = *planning_->planner;
    OldVersion before = named(old);
    before.unsteady = unsteady(repeats_, old.calculation, old.code);
    const auto& known = planner.evidence();
    const EvidencePolicy policy = evidence_policy(project_, manifest_.calculations[c]);
    const std::string reason = almanac::reason_against(before, planner.code(c), policy, known);
    if (!reason.empty() || certify_ > 0) return reason;
    const bool holds = certified(known, old.calculation, old.code, old.infrastructure).holds;
    return holds ? "" : kNoCertificate + old.calculation;
  }

  // What could not be recorded is not worth the time.
  Result<void> compare_all() {
    TRY_VOID(left_lease(project_, *workspace_->ledger));
    std::vector<EvidenceRecord> assumed;
    for (const size_t j : open_) {
      Judgement hoped = judgements_[j];
      hoped.verdict = CodeVerdict::Cosmetic;
      assumed.push_back(record_of(hoped, manifest_.calculations[judged_[j]], manifest_, project_));
    }
    TRY(const auto shadow, ShadowProject::open(project_, manifest_, assumed));
    TRY(const auto preflight, Preflight::open(project_, manifest_, certify_));
    std::vector<EvidenceRecord> records;
    std::vector<size_t> recorded;  // whose judgement that is
    for (const size_t j : open_) {
      const size_t c = judged_[j];
      TRY_VOID(compare(c, *shadow, *preflight, &judgements_[j], &records));
      recorded.resize(records.size(), judgements_.size());
      if (judgements_[j].for_now) continue;
      records.push_back(record_of(judgements_[j], manifest_.calculations[c], manifest_, project_));
      recorded.push_back(j);
    }
    planning_.reset();
    workspace_.reset();
    std::vector<int64_t> ids;
    TRY_VOID(record_evidence(project_, manifest_, std::move(records), &ids));
    for (size_t i = 0; i < ids.size(); ++i) {
      if (recorded[i] < judgements_.size()) judgements_[recorded[i]].evidence = ids[i];
    }
    return {};
  }

  Result<void> compare(size_t c, ShadowProject& shadow, Preflight& preflight, Judgement* judgement,
                       std::vector<EvidenceRecord>* records) {
    const Calculation& calculation = manifest_.calculations[c];
    const CodeRecord& code = *comparable(*planning_->planner, c);
    const auto old = stored_version(*workspace_, code);
    if (!old.ok()) {
      judgement->why = old.error().message;
      return {};
    }
    TRY(const auto typical, shadow.typical_of(calculation.id));
    TRY_VOID(
        preflight.compare(*old, calculation, typical, planning_->planner->evidence(), judgement));
    if (judgement->certification && !judgement->certification->for_now) {
      records->push_back(record_of(*judgement->certification, *old));
    }
    if (judgement->verdict != CodeVerdict::Cosmetic) return {};
    judgement->verdict = CodeVerdict::Inconclusive;
    TRY(judgement->shadow, shadow.verify(calculation.id));
    if (judgement->shadow.cells == 0 && shadow.recorded(calculation.id) > 0) {
      judgement->why = "none of its cells can be computed with the new code now, to be compared";
      judgement->for_now = true;
    } else if (!judgement->shadow.lack.empty()) {
      judgement->why = judgement->shadow.lack;
      judgement->for_now = true;
    } else if (judgement->shadow.difference.empty()) {
      judgement->verdict = CodeVerdict::Cosmetic;
    } else {
      judgement->verdict = CodeVerdict::Logic;
      judgement->why = judgement->shadow.difference;
    }
    return {};
  }

  const Project& project_;
  const Manifest& manifest_;
  const std::set<std::string>& selected_;
  const size_t certify_;
  std::unique_ptr<Workspace> workspace_;
  std::unique_ptr<Planning> planning_;
  std::vector<Repeats> repeats_;
  std::vector<PlannedCell> cells_;  // once they are asked for
  std::vector<Judgement> judgements_;
  std::vector<size_t> judged_;  // their calculations in the manifest
  std::vector<size_t> open_;    // judgements that need a comparison
};

}  // namespace

Result<std::vector<Judgement>> judge_by_ledger(const Project& project, const Manifest& manifest,
                                               const std::set<std::string>& selected,
                                               size_t certify) {
  return LedgerPreflight(project, manifest, selected, certify).run();
}

bool may_find_evidence(const Planner& planner, const Project& project) {
  // A certificate of later may let more be said.
  const auto is_judged = [&](const CodeRecord& old, const Hash& now, int64_t certified_ms) {
    const auto& evidence = planner.evidence();
    return std::any_of(evidence.begin(), evidence.end(), [&](const EvidenceRecord& found) {
      const bool its = found.kind == EvidenceRecord::Kind::Verdict && found.before == old.code &&
                       found.calculation == old.calculation && found.now == now &&
                       found.infrastructure == old.infrastructure;
      const bool is_open = found.verdict == name_of(CodeVerdict::Inconclusive) && !found.revoked;
      return its && !(is_open && found.made_ms < certified_ms);
    });
  };
  for (size_t c = 0; c < planner.manifest().calculations.size(); ++c) {
    const Behaviour& behaviour = planner.behaviour(c);
    if (behaviour.own != nullptr || behaviour.representative != nullptr) continue;
    const Calculation& calculation = planner.manifest().calculations[c];
    if (evidence_policy(project, calculation) == EvidencePolicy::Strict) continue;
    const CodeRecord* old = comparable(planner, c);
    if (old == nullptr) continue;
    const Certified certificate =
        certified(planner.evidence(), old->calculation, old->code, old->infrastructure);
    if (certificate.holds && !is_judged(*old, planner.code(c), certificate.record->made_ms)) {
      return true;
    }
  }
  return false;
}

std::string unsteady(const std::vector<Repeats>& repeats, const std::string& calculation,
                     const Hash& code) {
  for (const Repeats& repeat : repeats) {
    const bool its = repeat.calculation == calculation && repeat.code == code;
    if (its && repeat.differing > 0) return repeat.date.str() + " differed " + repeat.difference;
  }
  return {};
}

Result<OldVersion> version_in_keys(Workspace& workspace, const Planner& planner, size_t c) {
  const Behaviour& behaviour = planner.behaviour(c);
  const CodeRecord* code = behaviour.representative;
  if (code == nullptr && behaviour.own == nullptr) code = comparable(planner, c);
  if (code != nullptr) return stored_version(workspace, *code);
  return version_in(workspace.project, workspace.manifest, workspace.manifest.calculations[c]);
}

Result<void> record_evidence(const Project& project, const Manifest& manifest,
                             std::vector<EvidenceRecord> records, std::vector<int64_t>* ids) {
  return write_ledger(project, manifest, [&](Ledger& ledger, const auto& lease) -> Result<void> {
    for (const EvidenceRecord& record : records) {
      TRY(const int64_t id, ledger.record_evidence(lease, record));
      if (ids != nullptr) ids->push_back(id);
    }
    return {};
  });
}

}  // namespace almanac
