#include "runner/entity_stream.h"

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>

#include <utility>

#include "runner/whole_table.h"

namespace almanac {

namespace {

// Builds the array of the entities' ids.
class Ids {
 public:
  explicit Ids(Type type) : type_(type) {}

  void add(const EntityKey& key) {
    const arrow::Status status =
        type_ == Type::Int64 ? numbers_.Append(key.number) : texts_.Append(key.text);
    CHECK(status.ok(), "the ids of one batch fit into memory");
  }

  size_t size() const {
    return static_cast<size_t>(type_ == Type::Int64 ? numbers_.length() : texts_.length());
  }

  std::shared_ptr<arrow::Array> finish() {
    std::shared_ptr<arrow::Array> ids;
    const arrow::Status status = type_ == Type::Int64 ? numbers_.Finish(&ids) : texts_.Finish(&ids);
    CHECK(status.ok(), "the ids of one batch fit into memory");
    return ids;
  }

 private:
  Type type_;
  arrow::Int64Builder numbers_;
  arrow::StringBuilder texts_;
};

}  // namespace

EntityStream::EntityStream(const CellTask& task, const std::set<size_t>& in_memory)
    : task_(task), in_memory_(in_memory), entity_(task.calculation->streamed_by()) {}

Result<void> EntityStream::open() {
  const Calculation& calculation = *task_.calculation;
  storage_.resize(task_.inputs.size());
  for (size_t r = 0; r < task_.inputs.size(); ++r) {
    tables_.push_back(&storage_[r]);
    const Input& input = task_.inputs[r];
    if (input.entity != entity_.name) {
      TRY(storage_[r], read_whole(calculation.reads[r], input));
      continue;
    }
    for (size_t d = 0; d < input.days.size(); ++d) {
      DayTable& table = storage_[r].emplace_back();
      table.date = input.days[d].date;
      table.present = static_cast<bool>(input.days[d].open);
      if (!table.present) continue;
      lanes_.push_back(
          {r, d,
           EntityCursor(&calculation.reads[r], &input.days[d], entity_, in_memory_.contains(r))});
      TRY_VOID(lanes_.back().cursor.open());
    }
  }
  return {};
}

Result<bool> EntityStream::next(const std::function<bool()>& pressure) {
  for (const Lane& lane : lanes_) storage_[lane.read][lane.day] = {};
  Ids ids(entity_.type);
  std::vector<std::vector<int64_t>> offsets(lanes_.size(), {0});
  flush_ = Flush::Limit;
  while (ids.size() < task_.limits.batch_entities) {
    const EntityKey* first = nullptr;
    for (const Lane& lane : lanes_) {
      if (lane.cursor.done()) continue;
      if (first == nullptr || lane.cursor.key() < *first) first = &lane.cursor.key();
    }
    if (first == nullptr) {
      flush_ = Flush::End;
      break;
    }
    const EntityKey entity = *first;
    ids.add(entity);
    bool grew = false;
    for (size_t i = 0; i < lanes_.size(); ++i) {
      EntityCursor& cursor = lanes_[i].cursor;
      int64_t rows = 0;
      if (!cursor.done() && cursor.key() == entity) {
        TRY(rows, cursor.take());
        grew |= cursor.grew();
      }
      offsets[i].push_back(offsets[i].back() + rows);
    }
    if (grew && pressure()) {
      flush_ = Flush::Memory;
      break;
    }
  }
  if (ids.size() == 0) return false;
  entities_ = ids.finish();
  for (size_t i = 0; i < lanes_.size(); ++i) {
    const InputDay& day = task_.inputs[lanes_[i].read].days[lanes_[i].day];
    DayTable& table = storage_[lanes_[i].read][lanes_[i].day];
    table.date = day.date;
    table.present = true;
    table.rows = offsets[i].back();
    table.offsets = std::move(offsets[i]);
    TRY(table.columns, lanes_[i].cursor.collect());
  }
  return true;
}

std::optional<size_t> EntityStream::disordered() const {
  for (const Lane& lane : lanes_) {
    if (lane.cursor.disordered()) return lane.read;
  }
  return std::nullopt;
}

}  // namespace almanac
