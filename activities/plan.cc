#include "activities/plan.h"

#include <algorithm>
#include <set>

#include "core/base/names.h"
#include "core/manifest/selection.h"

namespace almanac {

namespace {

// Where the bytes of recorded results are: one look at each date's folder in the view and at each
// blob, on demand.
class Whereabouts {
 public:
  explicit Whereabouts(Workspace* workspace) : workspace_(workspace) {}

  bool in_store(const std::shared_ptr<const ResultRecord>& result) {
    const auto [known, inserted] = in_store_.try_emplace(result, true);
    if (inserted) {
      for (const Blob& blob : result->shards) known->second &= workspace_->store->has(blob);
    }
    return known->second;
  }

  Facts::Stored stored(const CellRecord& cell) {
    if (!in_store(cell.result)) return Facts::Stored::Lost;
    return cell.published && in_view(cell) ? Facts::Stored::Published : Facts::Stored::Unpublished;
  }

  bool in_view(const CellRecord& cell) {
    auto folder = folders_.find({cell.category, cell.calculation});
    if (folder == folders_.end()) {
      auto opened = workspace_->published->folder(cell.category, cell.calculation);
      if (!opened.ok()) return false;
      folder = folders_.try_emplace({cell.category, cell.calculation}, std::move(*opened)).first;
    }
    return folder->second->holds(cell.date, *cell.result);
  }

 private:
  Workspace* workspace_;
  std::unordered_map<std::shared_ptr<const ResultRecord>, bool> in_store_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Published::Folder>> folders_;
};

std::string span_text(const Availability& availability) {
  if (availability.calendar.empty()) return "the calendar has no days";
  return "the calendar has " + availability.calendar.front().str() + " to " +
         availability.calendar.back().str();
}

Error no_days(const Request& request, const std::string& span) {
  return usage_error(
      (request.from == request.to
           ? request.from->str() + " is no day of the calendar"
           : "no calendar day lies between " + request.from->str() + " and " + request.to->str()) +
      "; " + span);
}

// What is easily overlooked: nothing to compute, or data that is nowhere, as after a slip in a
// path.
void warn_of_absence(const Workspace& workspace, const Availability& availability,
                     std::vector<std::string>* warnings) {
  if (workspace.manifest.calculations.empty()) {
    warnings->push_back("there are no calculations; add one as calculations/ID.cc");
  }
  std::set<std::string> read_by_some;
  for (const auto& calculation : workspace.manifest.calculations) {
    for (const auto& read : calculation.reads) {
      if (read.source == Calculation::Source::Dataset) read_by_some.insert(read.name);
    }
  }
  for (const auto& dataset : availability.datasets) {
    const bool there = std::any_of(
        dataset.partitions.begin(), dataset.partitions.end(),
        [](const Partition& partition) { return partition.presence != Presence::Archived; });
    if (there || !read_by_some.contains(dataset.name)) continue;
    warnings->push_back("dataset " + in_quotes(dataset.name) + ": no file matches " +
                        workspace.project.dataset(dataset.name)->path + ", or none has rows" +
                        (dataset.partitions.empty() ? "" : "; its earlier data count as archived"));
  }
}

std::unique_ptr<Wanted> nothing(const Manifest& manifest) {
  return std::make_unique<Wanted>(manifest, std::vector<bool>(manifest.calculations.size()), 0, 0,
                                  true);
}

}  // namespace

Result<std::unique_ptr<Planning>> start_planning(Workspace& workspace, const Request& request,
                                                 Date today) {
  if (request.from && request.to && *request.from > *request.to) {
    return usage_error("--from " + request.from->str() + " is after --to " + request.to->str() +
                       "; exchange them");
  }
  auto planning = std::make_unique<Planning>();
  TRY(planning->recorded, workspace.ledger->partitions());
  // The last date that a person names is a calendar day even when it is not over yet.
  const Date last = std::max(request.to.value_or(today - 1), today - 1);
  TRY(planning->availability, workspace.root_data->index(planning->recorded, last));
  const auto& calendar = planning->availability.calendar;
  if (const auto& problem = planning->availability.calendar_problem; !problem.empty()) {
    return data_error("the calendar cannot be read: " + problem);
  }

  planning->selected.assign(workspace.manifest.calculations.size(), true);
  auto narrow = [&](const std::set<std::string>& ids) {
    for (size_t c = 0; c < planning->selected.size(); ++c) {
      if (!ids.contains(workspace.manifest.calculations[c].id)) planning->selected[c] = false;
    }
  };
  if (!request.lines.empty()) {
    TRY(const auto ids, product_lines(workspace.manifest, request.lines));
    narrow(ids);
  }
  if (!request.select.empty()) {
    TRY(const auto ids, select(workspace.manifest, request.select));
    narrow(ids);
  }

  Planner::Sources sources;
  sources.manifest = &workspace.manifest;
  sources.project = &workspace.project;
  sources.availability = &planning->availability;
  TRY(sources.cells, workspace.ledger->cells());
  TRY(sources.letters, workspace.ledger->dead_letters());
  TRY(sources.breakers, workspace.ledger->breakers());
  TRY(sources.repeats, workspace.ledger->repeats());
  TRY(sources.codes, workspace.ledger->codes());
  TRY(sources.evidence, workspace.ledger->evidence());
  sources.evidence.insert(sources.evidence.end(), request.assumed.begin(), request.assumed.end());
  auto whereabouts = std::make_shared<Whereabouts>(&workspace);
  sources.stored = [whereabouts](const CellRecord& cell) { return whereabouts->stored(cell); };
  sources.in_view = [whereabouts](const CellRecord& cell) { return whereabouts->in_view(cell); };
  sources.trace = [whereabouts, &workspace](const Hash& key) -> std::optional<Trace> {
    auto trace = workspace.ledger->trace(key);
    if (!trace.ok() || !*trace || !whereabouts->in_store((*trace)->result)) return std::nullopt;
    return *trace;
  };
  planning->planner = std::make_unique<Planner>(std::move(sources));

  const Planner& planner = *planning->planner;
  const std::string span = span_text(planning->availability);
  warn_of_absence(workspace, planning->availability, &planning->warnings);
  if (calendar.empty()) {
    if (request.from && request.to) return no_days(request, span);
    planning->warnings.push_back("there is no data yet: " + span);
    planning->wanted = nothing(workspace.manifest);
    return planning;
  }
  const size_t from = request.from ? planner.day_of(*request.from) : 0;
  const size_t past = request.to ? planner.day_of(*request.to + 1) : planner.days();
  if (from >= past) {
    if (request.from && request.to) return no_days(request, span);
    planning->warnings.push_back((request.from
                                      ? "no calendar day is on or after " + request.from->str()
                                      : "no calendar day is on or before " + request.to->str()) +
                                 "; nothing is to do (" + span + ")");
    planning->wanted = nothing(workspace.manifest);
    return planning;
  }
  planning->wanted = std::make_unique<Wanted>(workspace.manifest, planning->selected, from,
                                              past - 1, request.exact);
  if (request.force) {
    planning->planner->force([wanted = planning->wanted.get()](size_t c, size_t day) {
      return wanted->role(c, day) == Role::Wanted;
    });
  }
  return planning;
}

std::vector<PlannedCell> plan_cells(Planning& planning) {
  Planner& planner = *planning.planner;
  const Wanted& wanted = *planning.wanted;
  const size_t calculations = planner.manifest().calculations.size();
  std::vector<PlannedCell> cells;
  for (size_t day = 0; day < planner.days() && day <= wanted.to(); ++day) {
    for (size_t c = 0; c < calculations; ++c) {
      CellPlan plan = planner.evaluate(c, day);
      const Role role = wanted.role(c, day);
      if (role == Role::None) {
        settle_without_run(planner, c, day, plan);
        continue;
      }
      planner.settle(c, day, plan);
      cells.push_back({c, day, role, plan.verdict, plan.predicted, plan.archived, plan.withdraw,
                       std::move(plan.detail), std::move(plan.letter_code), plan.key});
    }
  }
  return cells;
}

void settle_without_run(Planner& planner, size_t calculation, size_t day, const CellPlan& plan) {
  if (is_change(plan.verdict) && plan.verdict.reason != Reason::Moved) {
    planner.settle(calculation, day, Settled{Settled::Now::Blocked, 0, nullptr});
  } else {
    planner.settle(calculation, day, plan);
  }
}

std::vector<Repeats> nondeterministic(const Planning& planning) {
  std::vector<Repeats> found;
  for (size_t c = 0; c < planning.selected.size(); ++c) {
    if (!planning.selected[c] || !planning.planner->nondeterministic(c)) continue;
    found.push_back(planning.planner->repeats(c));
  }
  return found;
}

bool is_up_to_date(State state) {
  return state == State::Stable || state == State::Skipped;
}

bool is_computed(const Verdict& verdict) {
  return (verdict.state == State::Runnable || verdict.state == State::ReRun) &&
         verdict.reason != Reason::Hit;
}

bool writes(const Verdict& verdict, bool withdraw) {
  return is_change(verdict) || withdraw || verdict.state == State::Skipped ||
         verdict.reason == Reason::BreakerOpen;
}

bool is_change(const Verdict& verdict) {
  return verdict.state == State::Runnable || verdict.state == State::ReRun ||
         verdict.reason == Reason::Moved;
}

}  // namespace almanac
