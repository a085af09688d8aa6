#include "tools/almanac/trial.h"

#include "storage/store.h"
#include "tools/almanac/aside.h"
#include "tools/almanac/console.h"
#include "tools/almanac/root_damage.h"
#include "tools/almanac/worker_setup.h"

namespace almanac {

Result<std::unique_ptr<Trial>> Trial::open(Planned* planned) {
  Workspace& workspace = *planned->workspace;
  TRY(workspace.store,
      Store::open(location_path(workspace.project, workspace.project.store), true));
  return std::unique_ptr<Trial>(new Trial(planned));
}

Trial::Trial(Planned* planned)
    : planned_(planned),
      planner_(planned->planning->planner.get()),
      results_(std::make_shared<Results>(planned->workspace->store.get())),
      compute_(planned->workspace.get(), Limits{}, child_command(), 1) {}

std::string Trial::name_of(size_t calculation, size_t day) const {
  return planner_->manifest().calculations[calculation].id + " " + planner_->date(day).str();
}

Result<ResultRecord> Trial::run(size_t calculation, size_t day) {
  const Aside aside;
  const auto& root = planned_->workspace->root_data;
  const CellTask task = compute_.task(*planner_, root, results_, calculation, {day}, true);
  auto outcomes = compute_.run(task);
  check_moved(*root, task, &outcomes);
  CellOutcome& outcome = outcomes.front();
  results_->add_staged(outcome.files);  // so that they go in any case
  if (outcome.code.empty()) return std::move(outcome.result);
  const std::string what =
      name_of(calculation, day) + " cannot be computed: " + outcome.code + ": " + outcome.error;
  if (outcome.engine_fault) return temporary_error(what + "; try again");
  failure_ = outcome.code;
  return data_error(what + "; correct its code or what it reads");
}

// Of a cell whose plan has no key, or whose data are gone.
Error Trial::not_computable(size_t calculation, size_t day, const CellPlan& plan) {
  const std::string name = name_of(calculation, day), what = name + " cannot be computed: ";
  if (plan.archived) {
    return usage_error(what + "data that it was computed from are no longer there");
  }
  if (plan.verdict.state == State::FailedDependency && root_) {
    failure_ = root_->code;
    const std::string root = name_of(root_->calculation, root_->day);
    return data_error(what + root + " has failed, " + root_->code +
                      ", and is not tried again; almanac explain " + root +
                      " says why, almanac retry --select " +
                      planner_->manifest().calculations[root_->calculation].id + " --date " +
                      planner_->date(root_->day).str() + " tries it again");
  }
  const auto problems = root_damage(*planned_->planning);
  if (!problems.empty()) return data_error(what + problems.front());
  return usage_error(what + plan.detail + "; almanac explain " + name + " --tree says more");
}

Result<Trial::Cell> Trial::compute(size_t calculation, size_t day) {
  const Wanted& wanted = *planned_->planning->wanted;
  planner_->unsettle();
  Progress progress(1);
  for (size_t d = 0; d <= day; ++d) {
    for (size_t c = 0; c < planner_->manifest().calculations.size(); ++c) {
      CellPlan plan = planner_->evaluate(c, d);
      if (c == calculation && d == day) {
        if (plan.key.zero() || plan.archived) {
          return not_computable(c, d, plan);
        }
        TRY(ResultRecord result, run(c, d));
        return Cell{std::move(plan), std::move(result)};
      }
      if (wanted.role(c, d) == Role::None) {
        settle_without_run(*planner_, c, d, plan);
      } else if (is_computed(plan.verdict)) {
        TRY(ResultRecord result, run(c, d));
        before_.push_back({c, d});
        planner_->settle(
            c, d, {Settled::Now::Final, 0, std::make_shared<ResultRecord>(std::move(result))});
        progress.show(before_.size(), before_.size() + 1, name_of(c, d));
      } else {
        if (plan.verdict.state == State::Failed && !root_) root_ = {c, d, plan.letter_code};
        planner_->settle(c, d, plan);
      }
    }
  }
  return internal_error(name_of(calculation, day) + " was not reached");
}

}  // namespace almanac
