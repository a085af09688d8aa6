#include "runner/batch_view.h"

#include <arrow/array.h>
#include <arrow/c/bridge.h>

#include "core/base/check.h"

namespace almanac {

BatchView::BatchView(const std::vector<Date>& dates, const std::vector<const ReadTables*>& reads,
                     const arrow::Array* entities, const std::vector<Date>& calendar) {
  for (Date date : dates) dates_.push_back(date.days());
  for (Date date : calendar) calendar_.push_back(date.days());
  for (const ReadTables* tables : reads) {
    auto& days = days_.emplace_back();
    if (tables == nullptr) continue;
    for (const DayTable& table : *tables) {
      auto& columns = columns_.emplace_back();
      for (const auto& column : table.columns) columns.push_back(share(*column));
      days.push_back({table.date.days(), table.present, table.rows, columns.data(),
                      table.offsets.empty() ? nullptr : table.offsets.data()});
    }
  }
  for (size_t r = 0; r < days_.size(); ++r) {
    reads_.push_back({days_[r].data(), days_[r].size(), reads[r] == nullptr});
  }
  batch_.dates = dates_.data();
  batch_.n_dates = dates_.size();
  batch_.reads = reads_.data();
  batch_.n_reads = reads_.size();
  if (entities != nullptr) {
    batch_.entities = share(*entities);
    batch_.n_entities = static_cast<size_t>(entities->length());
  }
  if (!calendar_.empty()) {
    batch_.calendar = calendar_.data();
    batch_.n_calendar = calendar_.size();
  }
}

BatchView::~BatchView() {
  for (ArrowArray& array : arrays_) {
    if (array.release != nullptr) array.release(&array);
  }
}

const ArrowArray* BatchView::share(const arrow::Array& array) {
  ArrowArray& shared = arrays_.emplace_back();
  CHECK(arrow::ExportArray(array, &shared).ok(), "arrays in main memory can be exported");
  return &shared;
}

}  // namespace almanac
