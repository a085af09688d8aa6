// almanac preflight: what a change of code is going to do to the cells.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "core/manifest/selection.h"
#include "tools/almanac/base_revision.h"
#include "tools/almanac/console.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/ledger_preflight.h"
#include "tools/almanac/options.h"

namespace almanac {

namespace {

bool is_computed_again(const Judgement& judgement) {
  return judgement.verdict == CodeVerdict::Logic || judgement.verdict == CodeVerdict::Inconclusive;
}

// What depends on a calculation, itself included.
std::set<std::string> downstream(const Manifest& manifest, const std::string& calculation) {
  std::set<std::string> all = {calculation};
  for (const Calculation& other : manifest.calculations) {  // dependencies come first
    for (const auto& read : other.reads) {
      if (read.source == Calculation::Source::Calculation && all.contains(read.name)) {
        all.insert(other.id);
      }
    }
  }
  return all;
}

// The worst case: nothing that comes out is as it was. Without costs, nothing is known to have run.
void predict(const Manifest& manifest, const Costs& costs, std::vector<Judgement>* judgements) {
  if (costs.empty()) return;
  for (Judgement& judgement : *judgements) {
    if (judgement.verdict == CodeVerdict::New) continue;
    Cost& cost = judgement.cost.emplace();
    if (!is_computed_again(judgement)) continue;
    for (const std::string& id : downstream(manifest, judgement.calculation)) {
      const auto found = costs.find(id);
      if (found == costs.end()) continue;
      cost.cells += found->second.cells;
      cost.cpu_seconds += static_cast<double>(found->second.cells) * found->second.ms / 1000;
    }
  }
}

class BasePreflight {
 public:
  BasePreflight(const Built& built, const BaseRevision& base, const std::set<std::string>& selected,
                size_t jobs)
      : built_(built), base_(base), selected_(selected), jobs_(jobs) {}

  Result<std::vector<Judgement>> run() {
    std::vector<Judgement> judgements;
    for (const Calculation& calculation : built_.manifest.calculations) {
      if (!selected_.contains(calculation.id)) continue;
      TRY(Judgement judgement, judge(calculation));
      judgements.push_back(std::move(judgement));
    }
    return judgements;
  }

 private:
  Result<Judgement> judge(const Calculation& calculation) {
    TRY(const OldVersion now, version_in(built_.project, built_.manifest, calculation));
    const OldVersion* before = base_.find(calculation.id);
    if (before == nullptr) {
      Judgement judgement;
      judgement.calculation = calculation.id;
      judgement.new_code = now.code;
      judgement.new_object = now.object;
      return judgement;
    }
    Judgement judgement = first_look(*before, now);
    const bool open = judgement.verdict == CodeVerdict::Inconclusive && judgement.why.empty();
    if (!open) return judgement;
    judgement.why = reason_against(*before, now.code, evidence_policy(built_.project, calculation),
                                   base_.evidence());
    if (!judgement.why.empty()) return judgement;
    if (!preflight_) {
      TRY(preflight_, Preflight::open(built_.project, built_.manifest, jobs_));
    }
    TRY_VOID(preflight_->compare(*before, calculation, {}, base_.evidence(), &judgement));
    return judgement;
  }

  const Built& built_;
  const BaseRevision& base_;
  const std::set<std::string>& selected_;
  const size_t jobs_;
  std::unique_ptr<Preflight> preflight_;
};

// A file that another machine has written tells nothing here, which must not look as if all were
// well.
Result<void> check_comparable(const BaseRevision& base, const Manifest& manifest,
                              const std::string& name) {
  bool any = false;
  for (const Calculation& calculation : manifest.calculations) {
    const OldVersion* before = base.find(calculation.id);
    if (before == nullptr) continue;
    if (before->infrastructure == calculation.infrastructure) return {};
    any = true;
  }
  if (!any) return {};
  return usage_error(
      "--base " + name +
      ": all of it was built with another compiler, library or machine than this, so "
      "nothing can be compared; use the same image for both, or --base REVISION");
}

Result<Costs> known_costs(const Project& project) {
  TRY(const auto ledger, read_ledger(project));
  return costs_of(*ledger);
}

Result<int> preflight(const Options& options) {
  TRY(const Built built, load_and_build(options));
  TRY(Costs costs, known_costs(built.project));
  std::set<std::string> selected;
  if (options.select.empty()) {
    for (const auto& calculation : built.manifest.calculations) selected.insert(calculation.id);
  } else {
    TRY(selected, select(built.manifest, options.select));
  }
  std::vector<Judgement> judgements;
  if (options.base.empty()) {
    TRY(judgements, judge_by_ledger(built.project, built.manifest, selected, threads_of(options)));
  } else {
    TRY(const BaseRevision base, BaseRevision::open(built.project, options.base));
    TRY_VOID(check_comparable(base, built.manifest, options.base));
    TRY(judgements, BasePreflight(built, base, selected, threads_of(options)).run());
    if (costs.empty()) costs = base.costs();
  }
  predict(built.manifest, costs, &judgements);
  if (options.json) {
    print_json(judgements_json(judgements));
  } else if (options.format == "markdown") {
    std::fputs(judgements_markdown(judgements).c_str(), stdout);
  } else {
    std::fputs(judgements_text(judgements).c_str(), stdout);
  }
  const bool logic = std::any_of(judgements.begin(), judgements.end(), [](const auto& judgement) {
    return judgement.verdict == CodeVerdict::Logic;
  });
  return static_cast<int>(logic ? kChangesPending : kDone);
}

}  // namespace

int preflight_command(const Options& options) {
  return finish(preflight(options));
}

}  // namespace almanac
