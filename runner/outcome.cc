#include "runner/outcome.h"

#include <arrow/record_batch.h>

#include <algorithm>
#include <utility>

#include "runner/memory_use.h"
#include "runner/whole_table.h"

namespace almanac {

MaybeFailure process(Instance& instance, const abi::Batch& batch, CellSink* sink) {
  const abi::Sink functions = sink->abi();
  Instance::Outcome outcome = instance.process(batch, functions);
  if (outcome.status == abi::Status::Ok) return sink->failure;
  const bool permanent = outcome.status == abi::Status::Permanent;
  return Failure{permanent ? "PERMANENT" : "FAILED", std::move(outcome.message), "process",
                 permanent, false};
}

MaybeFailure write_day(CellSink::Day* day, ResultWriter* writer) {
  for (const auto& [reason, rows] : day->rejected) writer->rejected(reason, rows);
  if (day->rows.empty()) return {};
  auto rows = join(std::exchange(day->rows, {}));
  if (!rows.ok()) return wrong_rows("SCHEMA_MISMATCH", rows.error().message);
  return writer->add(std::move(*rows));
}

CellOutcome failed_outcome(Date date, const Failure& failure) {
  CellOutcome outcome;
  outcome.date = date;
  outcome.code = failure.code;
  outcome.error = failure.error;
  outcome.stage = failure.stage;
  outcome.deterministic = failure.deterministic;
  outcome.engine_fault = failure.engine_fault;
  return outcome;
}

uint64_t note_memory(Statistics* statistics) {
  const uint64_t bytes = memory_in_use();
  statistics->peak_memory_bytes = std::max(statistics->peak_memory_bytes, bytes);
  return bytes;
}

}  // namespace almanac
