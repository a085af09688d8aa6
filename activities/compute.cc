#include "activities/compute.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "activities/crash_note.h"
#include "runner/module.h"

namespace almanac {

namespace {

using Source = Calculation::Source;

// Every dated partition of root data that the task reads.
bool inputs_unchanged(const RootData& root, const CellTask& task) {
  for (size_t r = 0; r < task.inputs.size(); ++r) {
    const auto& read = task.calculation->reads[r];
    if (read.source != Source::Dataset) continue;
    for (const auto& day : task.inputs[r].days) {
      if (day.open && !root.unchanged(read.name, day.date)) return false;
    }
  }
  return true;
}

// What a calculation threw, as text that can be printed: bytes that are no UTF-8 are replaced.
std::string as_utf8(const std::string& text) {
  using nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

Compute::Compute(Workspace* workspace, Limits limits) : workspace_(workspace), limits_(limits) {}
Compute::~Compute() = default;

CellTask Compute::task(const Planner& planner, const std::shared_ptr<RootData>& root,
                       const std::shared_ptr<Results>& results, size_t c,
                       const std::vector<size_t>& days) const {
  const Calculation& calculation = planner.manifest().calculations[c];
  CellTask task;
  task.calculation = &calculation;
  task.limits = limits_;
  for (size_t day : days) task.dates.push_back(planner.date(day));

  auto result_day = [&](size_t source, size_t day) {
    InputDay input{planner.date(day), {}, nullptr};
    const Settled& cell = planner.settled(source, day);
    if (cell.now == Settled::Now::Final) {
      input.result = cell.result;
      input.open = [results, result = cell.result](const auto& columns) {
        return results->open(*result, columns);
      };
    }
    return input;
  };
  for (const auto& read : calculation.reads) {
    Input input;
    const size_t first = Planner::window_start(days.front(), read.window);
    switch (read.source) {
      case Source::Dataset: {
        const Dataset* dataset = workspace_->project.dataset(read.name);
        input.entity = dataset->entity;
        for (size_t day = dataset->is_static ? days.back() : first; day <= days.back(); ++day) {
          InputDay input_day{planner.date(day), {}};
          if (planner.readable(read.name, day)) {
            input_day.open = [root, name = read.name, date = planner.date(day)](
                                 const auto& columns) { return root->read(name, date, columns); };
          }
          input.days.push_back(std::move(input_day));
        }
        break;
      }
      case Source::Calculation: {
        const size_t source = planner.manifest().index.at(read.name);
        input.entity = planner.manifest().calculations[source].entity();
        for (size_t day = first; day <= days.back(); ++day) {
          input.days.push_back(result_day(source, day));
        }
        break;
      }
      case Source::Previous: {
        input.entity = calculation.entity();
        if (const auto before = planner.day_before(c, days.front())) {
          input.days.push_back(result_day(c, *before));
        } else {
          input.days.push_back({planner.date(days.front()), {}});
        }
        break;
      }
      case Source::Calendar:
        for (size_t day = 0; day <= days.back(); ++day) task.calendar.push_back(planner.date(day));
        break;
    }
    task.inputs.push_back(std::move(input));
  }
  return task;
}

Result<std::shared_ptr<Module>> Compute::module_of(const Calculation& calculation) {
  std::lock_guard lock(mutex_);
  auto& module = modules_[calculation.id];
  if (!module) {
    TRY(auto loaded,
        Module::load(workspace_->modules() + "/" + calculation.module, calculation.module_sha256));
    module = std::make_shared<Module>(std::move(loaded));
  }
  return module;
}

std::vector<CellOutcome> Compute::run(const CellTask& task) {
  std::vector<CellOutcome> outcomes;
  auto module = module_of(*task.calculation);
  if (!module.ok()) {
    for (Date date : task.dates) {
      CellOutcome outcome;
      outcome.date = date;
      outcome.code = "MODULE";
      outcome.error = module.error().message;
      outcome.stage = "setup";
      outcome.engine_fault = true;
      outcomes.push_back(std::move(outcome));
    }
    return outcomes;
  }
  const StagePath stage = [store = workspace_->store.get()](const std::string& name) {
    return store->stage(name);
  };
  {
    const Date first = task.dates.front(), last = task.dates.back();
    const CrashNote note(task.calculation->id + " on " + first.str() +
                         (first == last ? "" : " to " + last.str()));
    outcomes = execute(**module, task, stage);
  }
  for (auto& outcome : outcomes) outcome.error = as_utf8(outcome.error);
  return outcomes;
}

void check_moved(const RootData& root, const CellTask& task, std::vector<CellOutcome>* outcomes) {
  if (inputs_unchanged(root, task)) return;
  for (auto& outcome : *outcomes) {
    outcome.code = "MOVED";
    outcome.error = "the root data changed while it was read";
    outcome.stage = "input";
    outcome.engine_fault = true;
  }
}

}  // namespace almanac
