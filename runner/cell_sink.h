// CellSink: receives what a module puts out in one call. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "almanac/abi.h"
#include "almanac/date.h"
#include "core/manifest/calculation.h"
#include "runner/failure.h"

namespace arrow {
class DataType;
class RecordBatch;
}  // namespace arrow

namespace almanac {

class CellSink {
 public:
  struct Day {
    std::vector<std::shared_ptr<arrow::RecordBatch>> rows;
    std::map<std::string, int64_t> rejected;  // by reason
  };
  struct FailedEntity {
    size_t entity;  // position in the batch
    std::string message;
  };

  CellSink(const Calculation& calculation, const std::vector<Date>& dates);

  // Valid as long as this object, which must not move. None of its functions throws.
  abi::Sink abi();

  // After the call. A sink that was given what does not fit the declaration has a failure.
  MaybeFailure failure;
  std::map<Date, Day> days;
  std::vector<FailedEntity> failed;  // in entity order, each once
  uint64_t skipped = 0;

 private:
  template <class Body>
  void guarded(Body body) noexcept;
  void take(int32_t date, ArrowArray* rows);

  const Calculation& calculation_;
  std::shared_ptr<arrow::DataType> type_;
};

}  // namespace almanac
