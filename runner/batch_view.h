// BatchView: tables in the form in which a module is given them. Shares the arrays' memory.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "almanac/abi.h"
#include "almanac/date.h"
#include "runner/day_table.h"

namespace almanac {

class BatchView {
 public:
  // `reads` in the order of the calculation's reads, null for a table that is streamed; `entities`
  // null unless they are of one batch. Only the offsets of `reads` must outlive the view.
  BatchView(const std::vector<Date>& dates, const std::vector<const ReadTables*>& reads,
            const arrow::Array* entities, const std::vector<Date>& calendar);
  ~BatchView();
  BatchView(const BatchView&) = delete;
  BatchView& operator=(const BatchView&) = delete;

  const abi::Batch& batch() const { return batch_; }

  // Where the batches of streamed tables come from.
  void stream_from(int (*next)(void*, bool, const abi::Batch**), void* stream) {
    batch_.next = next;
    batch_.stream = stream;
  }

 private:
  const ArrowArray* share(const arrow::Array& array);

  std::vector<int32_t> dates_, calendar_;
  std::deque<ArrowArray> arrays_;  // addresses stay
  std::deque<std::vector<const ArrowArray*>> columns_;
  std::vector<std::vector<abi::DayRows>> days_;
  std::vector<abi::ReadDays> reads_;
  abi::Batch batch_ = {};
};

}  // namespace almanac
