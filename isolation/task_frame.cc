#include "isolation/task_frame.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/record_batch.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <utility>

#include "columns/column_stream.h"
#include "core/manifest/calculation_json.h"
#include "isolation/channel.h"
#include "runner.pb.h"
#include "runner/whole_table.h"

namespace almanac {

namespace {

// Then the child forgets all and begins anew.
constexpr size_t kHeldColumns = 20'000;
constexpr uint64_t kHeldBytes = uint64_t{4} << 30;
constexpr uint64_t kHeldInMemory = 64 << 20;  // of those that no file maps

}  // namespace

std::vector<Calculation::Column> columns_of(const Calculation& calculation, size_t read,
                                            const Input& input) {
  std::vector<Calculation::Column> columns = calculation.reads[read].columns;
  const Calculation::Column key = calculation.streamed_by();
  if (key.name.empty() || input.entity != key.name) return columns;
  const bool there = std::any_of(columns.begin(), columns.end(), [&](const auto& column) {
    return column.name == key.name && column.type == key.type;
  });
  if (!there) columns.push_back(key);
  return columns;
}

Result<TaskColumns> TaskColumns::decode(const CellTask& task, ColumnCache* cache) {
  TaskColumns all;
  std::unordered_map<Hash, size_t> positions;
  for (size_t r = 0; r < task.inputs.size(); ++r) {
    const Input& input = task.inputs[r];
    const Calculation::Read& read = task.calculation->reads[r];
    const auto names = columns_of(*task.calculation, r, input);
    auto& days = all.days.emplace_back();
    for (const InputDay& day : input.days) {
      Day& to = days.emplace_back();
      to.rows = day.rows;
      if (!day.open) continue;
      std::vector<ColumnCache::Wanted> wanted;
      for (const auto& column : names)
        wanted.push_back({day.identity ? day.identity(column) : Hash(), column});
      TRY(const auto columns,
          cache->get(
              wanted, [&](const auto& some) { return open_day(read, day, some); },
              [&] { return !day.unchanged || day.unchanged(); }));
      for (size_t i = 0; i < wanted.size(); ++i) {
        const Hash& key = wanted[i].key;
        const auto found = key.zero() ? positions.end() : positions.find(key);
        to.columns.push_back(found != positions.end() ? found->second : all.columns.size());
        if (found != positions.end()) continue;
        if (!key.zero()) positions[key] = all.columns.size();
        all.columns.push_back({key, columns[i]});
      }
    }
  }
  return all;
}

void SentColumns::put(const CellTask& task, const TaskColumns& columns, const std::string& module,
                      wire::Task* frame, std::vector<int>* files) {
  if (calculation_ != task.calculation) {
    frame->set_calculation(calculation_to_json(*task.calculation).dump());
    calculation_ = task.calculation;
  }
  frame->set_module(module);
  for (const Date date : task.dates) frame->add_dates(date.days());
  for (const Date date : task.calendar) frame->add_calendar(date.days());
  wire::Limits* limits = frame->mutable_limits();
  limits->set_batch_entities(task.limits.batch_entities);
  limits->set_flush_bytes(task.limits.flush_at_bytes());
  limits->set_shard_bytes(task.limits.shard_bytes);
  limits->set_max_shards(task.limits.max_shards);
  for (size_t r = 0; r < task.inputs.size(); ++r) {
    wire::Input* input = frame->add_inputs();
    input->set_entity(task.inputs[r].entity);
    for (size_t d = 0; d < task.inputs[r].days.size(); ++d) {
      wire::Day* day = input->add_days();
      const InputDay& from = task.inputs[r].days[d];
      day->set_date(from.date.days());
      day->set_present(static_cast<bool>(from.open));
      day->set_rows(columns.days[r][d].rows);
      for (const size_t column : columns.days[r][d].columns) {
        day->add_columns(static_cast<uint32_t>(column));
      }
    }
  }
  if (held_.size() > kHeldColumns || bytes_ > kHeldBytes || in_memory_ > kHeldInMemory) {
    frame->set_forget(true);
    held_.clear();
    bytes_ = in_memory_ = 0;
  }
  for (const auto& [key, column] : columns.columns) {
    wire::Column* to = frame->add_columns();
    const auto bytes = key.bytes();
    to->set_key(bytes.data(), bytes.size());
    if (!key.zero() && !held_.try_emplace(key).second) {
      to->set_held(true);
      continue;
    }
    bytes_ += column->size;
    if (!column->file.valid()) {
      to->set_bytes(column->bytes);
      in_memory_ += column->size;
      continue;
    }
    to->set_mapped(column->size);
    files->push_back(column->file.get());
  }
}

// A column in the memory of this process; its arrays are made for the type that is asked for first.
struct ReceivedColumns::Mapped {
  std::string bytes;
  const void* memory = nullptr;
  uint64_t size = 0;
  ColumnArrays arrays;
  bool read = false;

  Mapped() = default;
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() {
    arrays.clear();
    if (memory != nullptr) munmap(const_cast<void*>(memory), size + ColumnFile::kHeaderBytes);
  }

  Result<void> open(Type type) {
    if (read) return {};
    const auto* begin = memory == nullptr
                            ? reinterpret_cast<const uint8_t*>(bytes.data())
                            : static_cast<const uint8_t*>(memory) + ColumnFile::kHeaderBytes;
    TRY(arrays,
        read_column(std::make_shared<arrow::Buffer>(begin, static_cast<int64_t>(size)), type));
    read = true;
    return {};
  }
};

Result<std::shared_ptr<ReceivedColumns::Mapped>> ReceivedColumns::take(const wire::Column& column,
                                                                       Descriptors* descriptors) {
  const Hash key = Hash::from_bytes(column.key().data());
  if (column.held()) {
    const auto found = held_.find(key);
    if (found == held_.end()) return internal_error("a column was not sent before");
    return found->second;
  }
  auto mapped = std::make_shared<Mapped>();
  if (column.values_case() != wire::Column::kMapped) {
    mapped->bytes = column.bytes();
    mapped->size = mapped->bytes.size();
  } else {
    TRY(const FileHandle file, descriptors->next());
    mapped->size = column.mapped();
    void* memory = mmap(nullptr, mapped->size + ColumnFile::kHeaderBytes, PROT_READ, MAP_SHARED,
                        file.get(), 0);
    if (memory == MAP_FAILED) return file_error("map", "a decoded column", errno);
    mapped->memory = memory;
  }
  if (!key.zero()) held_[key] = mapped;
  return mapped;
}

Result<CellTask> ReceivedColumns::take(const wire::Task& frame, const Calculation& calculation,
                                       Descriptors* descriptors) {
  if (frame.forget()) held_.clear();
  std::vector<std::shared_ptr<Mapped>> columns;
  for (const wire::Column& column : frame.columns()) {
    TRY(auto mapped, take(column, descriptors));
    columns.push_back(std::move(mapped));
  }
  CellTask task;
  task.calculation = &calculation;
  for (const int32_t date : frame.dates()) task.dates.emplace_back(date);
  for (const int32_t date : frame.calendar()) task.calendar.emplace_back(date);
  task.limits.batch_entities = frame.limits().batch_entities();
  task.limits.memory_bytes = frame.limits().flush_bytes();
  task.limits.memory_flush_fraction = 1;
  task.limits.shard_bytes = frame.limits().shard_bytes();
  task.limits.max_shards = frame.limits().max_shards();
  for (const wire::Input& from : frame.inputs()) {
    Input& input = task.inputs.emplace_back();
    input.entity = from.entity();
    const auto names = columns_of(calculation, task.inputs.size() - 1, input);
    for (const wire::Day& day : from.days()) {
      InputDay& to = input.days.emplace_back();
      to.date = Date(day.date());
      if (!day.present()) continue;
      std::vector<std::shared_ptr<Mapped>> mine;
      for (const uint32_t column : day.columns()) mine.push_back(columns.at(column));
      to.open = [names, mine, rows = day.rows()](const std::vector<Calculation::Column>& wanted)
          -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
        std::vector<ColumnArrays> arrays;
        auto length = static_cast<int64_t>(rows);
        for (const auto& column : wanted) {
          const auto found = std::find_if(names.begin(), names.end(), [&](const auto& name) {
            return name.name == column.name && name.type == column.type;
          });
          if (found == names.end())
            return internal_error("column " + column.name + " was not sent");
          Mapped& mapped = *mine[static_cast<size_t>(found - names.begin())];
          TRY_VOID(mapped.open(column.type));
          arrays.push_back(mapped.arrays);
          length = 0;
          for (const auto& array : mapped.arrays) length += array->length();
        }
        return read_beside(wanted, arrays, length);
      };
    }
  }
  return task;
}

}  // namespace almanac
