#include "runner/execute.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <utility>

#include "core/base/check.h"
#include "runner/module.h"
#include "runner/outcome.h"
#include "runner/per_entity.h"
#include "runner/whole_date.h"

namespace almanac {

namespace {

std::vector<CellOutcome> all_failed(const CellTask& task, const Failure& failure) {
  std::vector<CellOutcome> outcomes;
  for (Date date : task.dates) outcomes.push_back(failed_outcome(date, failure));
  return outcomes;
}

}  // namespace

void discard(CellOutcome* outcome) {
  for (const StagedFile& file : outcome->files) std::remove(file.path.c_str());
  outcome->files.clear();
}

CellTask one_date(const CellTask& task, size_t date) {
  CellTask part = task;
  part.dates = {task.dates[date]};
  for (size_t r = 0; r < task.inputs.size(); ++r) {
    const auto& days = task.inputs[r].days;
    if (days.size() < task.dates.size()) continue;  // static: one day for all dates
    const size_t end = days.size() - task.dates.size() + date + 1;
    const size_t window = task.calculation->reads[r].window;
    part.inputs[r].days.assign(days.begin() + static_cast<int64_t>(end - std::min(end, window)),
                               days.begin() + static_cast<int64_t>(end));
  }
  std::erase_if(part.calendar, [&](Date day) { return task.dates[date] < day; });
  return part;
}

std::vector<CellOutcome> execute(Instance& instance, const CellTask& task,
                                 const StagePath& stage) try {
  CHECK(task.inputs.size() == task.calculation->reads.size(), "there is an input for each read");
  CHECK(task.dates.size() == 1 || task.calculation->kind == Calculation::Kind::Series,
        "only a series has several dates");
  if (task.calculation->kind != Calculation::Kind::PerEntity) {
    return execute_whole(instance, task, stage);
  }
  std::vector<CellOutcome> outcomes;
  outcomes.push_back(execute_per_entity(instance, task, stage));
  return outcomes;
} catch (const std::bad_alloc&) {
  return all_failed(task, {"FAILED", "out of memory", "process", false, false});
} catch (const std::exception& exception) {
  return all_failed(task, {"ENGINE", exception.what(), "process", false, true});
}

std::vector<CellOutcome> execute(Module& module, const CellTask& task, const StagePath& stage) {
  int64_t setup_us = 0;
  auto instance = [&] {
    Timer timer(Stage::Setup, &setup_us);
    return module.create(task.calculation->parameters);
  }();
  std::vector<CellOutcome> outcomes =
      instance.ok() ? execute(*instance, task, stage)
                    : all_failed(task, {"FAILED", instance.error().message, "setup", false, false});
  for (CellOutcome& outcome : outcomes) {
    outcome.statistics.setup_us = setup_us / static_cast<int64_t>(outcomes.size());
  }
  return outcomes;
}

}  // namespace almanac
