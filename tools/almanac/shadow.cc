#include "tools/almanac/shadow.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/plan/spot_check.h"
#include "core/quality/repetition.h"
#include "runner/lack.h"
#include "simulator/behaviour/recorded.h"
#include "simulator/behaviour/survey.h"
#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/session.h"
#include "tools/almanac/worker_setup.h"

namespace almanac {

namespace {

constexpr size_t kRecordedCells = 5, kPieces = 40;  // of a cell

}  // namespace

Result<std::unique_ptr<ShadowProject>> ShadowProject::open(
    const Project& project, const Manifest& manifest, const std::vector<EvidenceRecord>& assumed) {
  auto shadow = std::make_unique<ShadowProject>();
  TRY(shadow->workspace_, open_workspace(project, manifest, Access::Read));
  TRY(shadow->workspace_->store, Store::open(location_path(project, project.store), true));
  TRY(const Date day, today(project));
  Request request;
  request.assumed = assumed;
  TRY(shadow->planning_, start_planning(*shadow->workspace_, request, day));
  shadow->cells_ = plan_cells(*shadow->planning_);
  shadow->results_ = std::make_shared<Results>(shadow->workspace_->store.get());
  shadow->compute_ =
      std::make_unique<Compute>(shadow->workspace_.get(), Limits{}, child_command(), 1);
  return shadow;
}

std::vector<const PlannedCell*> ShadowProject::up_to_date(const std::string& calculation) const {
  const Planner& planner = *planning_->planner;
  std::vector<const PlannedCell*> cells;
  for (const PlannedCell& cell : cells_) {
    if (planner.manifest().calculations[cell.calculation].id != calculation) continue;
    const bool holds = is_up_to_date(cell.verdict.state);
    if (holds && !cell.predicted && !cell.archived) cells.push_back(&cell);
  }
  return cells;
}

size_t ShadowProject::recorded(const std::string& calculation) const {
  const Planner& planner = *planning_->planner;
  return static_cast<size_t>(std::count_if(cells_.begin(), cells_.end(), [&](const auto& cell) {
    return planner.manifest().calculations[cell.calculation].id == calculation &&
           planner.record(cell.calculation, cell.day) != nullptr;
  }));
}

CellTask ShadowProject::task_of(const PlannedCell& cell) {
  return compute_->task(*planning_->planner, workspace_->root_data, results_, cell.calculation,
                        {cell.day}, true);
}

Result<behaviour::Material> ShadowProject::typical_of(const std::string& calculation) {
  const auto cells = up_to_date(calculation);
  if (cells.empty()) return behaviour::Material();
  TRY(auto material, behaviour::survey(task_of(*cells.back())));
  std::set<const PlannedCell*> chosen;
  for (size_t i = 0; i < kRecordedCells; ++i) {
    chosen.insert(cells[i * (cells.size() - 1) / (kRecordedCells - 1)]);
  }
  for (const PlannedCell* cell : chosen) {
    TRY(auto pieces, behaviour::recorded_contexts(task_of(*cell), kPieces));
    std::move(pieces.begin(), pieces.end(), std::back_inserter(material.contexts));
  }
  return material;
}

Result<Shadow> ShadowProject::verify(const std::string& calculation) {
  const auto cells = up_to_date(calculation);
  const Planner& planner = *planning_->planner;
  std::vector<uint64_t> rows_read;
  for (const PlannedCell* cell : cells) {
    rows_read.push_back(planner.rows_read(cell->calculation, cell->day));
  }
  const auto chosen = spot_checks(rows_read);
  Shadow shadow;
  shadow.of = cells.size();
  Progress progress(chosen.size());
  const Aside aside;
  for (const size_t number : chosen) {
    const PlannedCell* cell = cells[number];
    const CellTask task = task_of(*cell);
    auto outcomes = compute_->run(task);
    check_moved(*workspace_->root_data, task, &outcomes);
    const CellOutcome& outcome = outcomes.front();
    std::error_code left;
    for (const auto& file : outcome.files) std::filesystem::remove(file.path, left);
    const std::string date = planner.date(cell->day).str();
    progress.step(calculation + " " + date);
    if (outcome.engine_fault) return temporary_error(outcome.error + "; try again");
    const CellRecord& record = *planner.record(cell->calculation, cell->day);
    const std::string different = outcome.code.empty()
                                      ? difference(*record.result, outcome.result)
                                      : "by " + outcome.code + ": " + outcome.error;
    if (is_lack(outcome)) {
      shadow.lack = calculation + " " + date + " cannot be computed now: " + outcome.code + ": " +
                    outcome.error;
      return shadow;
    }
    if (!different.empty()) {
      shadow.difference = calculation + " " + date + " differs " + different;
      return shadow;
    }
    ++shadow.cells;
  }
  return shadow;
}

}  // namespace almanac
