#include "simulator/scripted.h"

#include <utility>

namespace almanac::simulator {

namespace {

using Source = Calculation::Source;

constexpr uint64_t kMuchMemory = 8'000'000'000;

// What one date of a task reads. Root data are read now, whatever was indexed.
std::vector<Values> reads_of(const Stage& stage, const CellTask& task, Date date) {
  std::vector<Values> reads;
  for (size_t r = 0; r < task.inputs.size(); ++r) {
    const Calculation::Read& read = task.calculation->reads[r];
    Values values;
    for (const InputDay& day : task.inputs[r].days) {
      const bool in_window =
          day.date <= date && day.date.days() > date.days() - static_cast<int>(read.window);
      if (read.source != Source::Previous && !in_window) continue;
      if (read.source == Source::Dataset) {
        const auto found = stage.memory.data.find(day_of(day.date));
        const bool there = day.open && found != stage.memory.data.end();
        values.push_back(there ? std::optional(found->second) : std::nullopt);
      } else {
        values.push_back(day.result ? std::optional(value_of(*day.result)) : std::nullopt);
      }
    }
    reads.push_back(std::move(values));
  }
  return reads;
}

}  // namespace

void check_inputs(Stage& stage, const CellTask& task) {
  for (size_t r = 0; r < task.inputs.size(); ++r) {
    const Calculation::Read& read = task.calculation->reads[r];
    if (read.source != Source::Calculation) continue;
    for (const InputDay& day : task.inputs[r].days) {
      if (!day.result) continue;
      const Ledger::CellName name{read.name, day.date};
      const auto records = stage.ledger->cells_of({&name, 1});
      const bool same =
          records.ok() && records->size() == 1 && records->front().result->hash == day.result->hash;
      if (same) continue;
      stage.violation(task.calculation->id + " on " + task.dates.front().str() + " reads " +
                      read.name + " of " + day.date.str() + " before that is committed");
    }
  }
}

Performance perform(Stage& stage, const Graph& graph, int64_t process, const CellTask& task) {
  const size_t index = node_of(task.calculation->id);
  const Node& node = graph.nodes[index];
  Performance performance;
  for (const Date date : task.dates) {
    const int day = day_of(date);
    const Script script = node.script(day);
    const int before = stage.tries[{index, day, node.version.code}]++;
    ++stage.computed;
    CellOutcome outcome;
    outcome.date = date;
    if (script.kind == Script::Kind::Poison && before < script.times) {
      performance.fatal = true;
    } else if (script.kind == Script::Kind::Permanent) {
      outcome.code = "PERMANENT";
      outcome.deterministic = true;
    } else if (script.kind == Script::Kind::Unstored && before < script.times) {
      outcome.code = "STORE";
      outcome.engine_fault = true;
    } else if (script.kind != Script::Kind::Poison && before < script.times) {
      outcome.code = "FAILED";
    } else {
      outcome.result = result_of(compute(graph, index, reads_of(stage, task, date)));
      const Blob& blob = outcome.result.shards.front();
      outcome.files = {{stage.memory.stage(process, blob.sha256), blob}};
    }
    if (script.kind == Script::Kind::Heavy) outcome.statistics.peak_memory_bytes = kMuchMemory;
    if (!outcome.code.empty()) {
      outcome.error = script.kind == Script::Kind::Heavy ? "std::bad_alloc" : "as the script says";
      outcome.stage = "process";
    }
    performance.outcomes.push_back(std::move(outcome));
  }
  return performance;
}

}  // namespace almanac::simulator
