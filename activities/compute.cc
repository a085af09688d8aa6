#include "activities/compute.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "isolation/pool.h"

namespace almanac {

namespace {

constexpr uint64_t kMegabyte = 1'000'000;
constexpr int64_t kSecondMs = 1000;
constexpr int64_t kCores = 8;  // that a call may keep busy all the time, before it is said to loop
constexpr uint64_t kColumnBytes = uint64_t{4} << 30;  // of decoded columns, on disk

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

// What a column holds when it is read as a type; `form` is what it is in the file.
Hash column_key(Type type, const std::string& form, uint64_t rows, const Hash& values) {
  return Hasher("decoded/1").add(name_of(type)).add(form).add(rows).add(values).digest();
}

// What a calculation threw, as text that can be printed: bytes that are no UTF-8 are replaced.
std::string as_utf8(const std::string& text) {
  using nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

Compute::Compute(Workspace* workspace, Limits limits, std::vector<std::string> command, size_t idle)
    : workspace_(workspace),
      limits_(limits),
      columns_(workspace->project.root + "/.almanac/cache/columns", kColumnBytes) {
  const Project::Runner& runner = workspace->project.runner;
  Pool::Options options;
  options.child.command = std::move(command);
  options.child.modules = workspace->modules();
  options.child.sandbox = runner.sandbox;
  options.child.wall_ms = static_cast<int64_t>(runner.seconds) * kSecondMs;
  options.child.cpu_ms = options.child.wall_ms * kCores;
  options.idle = idle;
  options.stage = [store = workspace->store.get()](const std::string& name) {
    return store->stage(name);
  };
  options.child.memory_bytes = runner.memory_mb * kMegabyte;
  standard_ = std::make_unique<Pool>(options, &columns_);
  options.child.memory_bytes = runner.high_mem_mb * kMegabyte;
  options.idle = 1;
  high_mem_ = std::make_unique<Pool>(options, &columns_);
  options.child.elsewhere = true;
  elsewhere_ = std::make_unique<Pool>(options, &columns_);
}
Compute::~Compute() = default;

CellTask Compute::task(const Planner& planner, const std::shared_ptr<RootData>& root,
                       const std::shared_ptr<Results>& results, size_t c,
                       const std::vector<size_t>& days, bool high_mem) const {
  const Calculation& calculation = planner.manifest().calculations[c];
  CellTask task;
  task.calculation = &calculation;
  const Project::Runner& runner = workspace_->project.runner;
  task.limits = limits_;
  task.limits.memory_bytes = (high_mem ? runner.high_mem_mb : runner.memory_mb) * kMegabyte;
  for (size_t day : days) task.dates.push_back(planner.date(day));

  auto result_day = [&](size_t source, size_t day) {
    InputDay input{planner.date(day), {}, nullptr};
    const Settled& cell = planner.settled(source, day);
    if (cell.now == Settled::Now::Final) {
      input.result = cell.result;
      input.open = [results, result = cell.result](const auto& columns) {
        return results->open(*result, columns);
      };
      input.rows = cell.result->rows;
      input.identity = [result = cell.result](const auto& column) {
        const auto& names = *result->names;
        const auto found = std::find(names.begin(), names.end(), column.name);
        if (found == names.end()) return Hash();
        return column_key(column.type, "result", result->rows,
                          result->columns[static_cast<size_t>(found - names.begin())]);
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
            const Date date = planner.date(day);
            input_day.open = [root, name = read.name, date](const auto& columns) {
              return root->read(name, date, columns);
            };
            input_day.unchanged = [root, name = read.name, date] {
              return root->unchanged(name, date);
            };
            const Partition* partition = planner.partition(read.name, day);
            input_day.rows = partition->rows;
            input_day.identity = [partition](const auto& column) {
              const auto& names = partition->schema->names;
              const auto found = std::find(names.begin(), names.end(), column.name);
              if (found == names.end()) return Hash();
              const auto at = static_cast<size_t>(found - names.begin());
              return column_key(column.type, partition->schema->types[at], partition->rows,
                                partition->columns[at]);
            };
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

std::vector<CellOutcome> Compute::run(const CellTask& task, const OnReading& on_reading) {
  const bool high_mem = task.limits.memory_bytes > workspace_->project.runner.memory_mb * kMegabyte;
  return run_in(high_mem ? *high_mem_ : *standard_, task, on_reading);
}

std::vector<CellOutcome> Compute::run_elsewhere(CellTask task) {
  task.limits.batch_entities = task.limits.batch_entities / 3 + 1;
  return run_in(*elsewhere_, task, {});
}

std::vector<CellOutcome> Compute::run_in(Pool& pool, const CellTask& task,
                                         const OnReading& on_reading) {
  auto outcomes = pool.compute(task, on_reading);
  for (auto& outcome : outcomes) outcome.error = as_utf8(outcome.error);
  return outcomes;
}

void check_moved(const RootData& root, const CellTask& task, std::vector<CellOutcome>* outcomes) {
  if (inputs_unchanged(root, task)) return;
  for (auto& outcome : *outcomes) {
    discard(&outcome);
    outcome.code = "MOVED";
    outcome.error = "the root data changed while it was read";
    outcome.stage = "input";
    outcome.engine_fault = true;
  }
}

}  // namespace almanac
