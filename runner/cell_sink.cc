#include "runner/cell_sink.h"

#include <arrow/array.h>
#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <exception>
#include <utility>

#include "columns/cast.h"

namespace almanac {

CellSink::CellSink(const Calculation& calculation, const std::vector<Date>& dates)
    : calculation_(calculation) {
  arrow::FieldVector fields;
  for (const auto& output : calculation.outputs) {
    fields.push_back(arrow::field(output.name, arrow_type(output.type)));
  }
  type_ = arrow::struct_(fields);
  for (Date date : dates) days[date];
}

// An exception must not reach the module.
template <class Body>
void CellSink::guarded(Body body) noexcept {
  try {
    body();
  } catch (const std::exception& exception) {
    failure = Failure{"FAILED", exception.what(), "process", false, false};
  }
}

abi::Sink CellSink::abi() {
  abi::Sink sink;
  sink.self = this;
  sink.rows = [](void* self, int32_t date, ArrowArray* rows) {
    auto* sink = static_cast<CellSink*>(self);
    sink->guarded([&] { sink->take(date, rows); });
  };
  sink.entity_failed = [](void* self, size_t entity, const char* message) {
    auto* sink = static_cast<CellSink*>(self);
    sink->guarded([&] {
      if (!sink->failed.empty() && sink->failed.back().entity >= entity) {
        sink->failure = wrong_rows("SCHEMA_MISMATCH", "an entity failed twice, or out of order");
        return;
      }
      sink->failed.push_back({entity, message});
    });
  };
  sink.entity_skipped = [](void* self, size_t) { ++static_cast<CellSink*>(self)->skipped; };
  sink.rejected = [](void* self, int32_t date, const char* reason, int64_t rows) {
    auto* sink = static_cast<CellSink*>(self);
    sink->guarded([&] {
      const auto day = sink->days.find(Date(date));
      if (day != sink->days.end()) day->second.rejected[reason] += rows;
    });
  };
  return sink;
}

void CellSink::take(int32_t date, ArrowArray* rows) {
  const auto mismatch = [&](const std::string& message) {
    failure = wrong_rows("SCHEMA_MISMATCH", calculation_.id +
                                                " put out rows that are not as it "
                                                "declares them: " +
                                                message);
  };
  const auto imported = arrow::ImportArray(rows, type_);
  if (!imported.ok()) return mismatch(imported.status().message());
  const arrow::Status valid = (*imported)->ValidateFull();
  if (!valid.ok()) return mismatch(valid.message());
  const auto day = days.find(Date(date));
  if (day == days.end()) return mismatch("there are some for " + Date(date).str());
  const auto batch = arrow::RecordBatch::FromStructArray(*imported);
  if (!batch.ok()) return mismatch(batch.status().message());
  day->second.rows.push_back(*batch);
}

}  // namespace almanac
