// TaskFrame: a task on its way to a child, with the columns that it reads; see proto/runner.proto.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "runner/execute.h"
#include "storage/column_cache.h"

namespace almanac {

class Descriptors;

namespace wire {
class Column;
class Task;
}  // namespace wire

// The columns that are asked for of one read: those that it declares, and the key by which the
// table is streamed.
std::vector<Calculation::Column> columns_of(const Calculation& calculation, size_t read,
                                            const Input& input);

// All columns of the task's inputs, decoded.
struct TaskColumns {
  struct Day {
    uint64_t rows = 0;
    std::vector<size_t> columns;  // positions in `columns`
  };
  struct Column {
    Hash key;
    ColumnCache::Column column;
  };
  std::vector<std::vector<Day>> days;  // per read and day
  std::vector<Column> columns;         // each key once

  // Errors name the read and the date.
  static Result<TaskColumns> decode(const CellTask& task, ColumnCache* cache);
};

// What one child was sent. The parent's side.
class SentColumns {
 public:
  // Tasks of a calculation name the same object. Puts the task without its columns' values where
  // the child has them; `files` are the descriptors that follow the frame.
  void put(const CellTask& task, const TaskColumns& columns, const std::string& module,
           wire::Task* frame, std::vector<int>* files);

 private:
  const Calculation* calculation_ = nullptr;
  std::unordered_map<Hash, char> held_;
  uint64_t bytes_ = 0, in_memory_ = 0;
};

// What this child was sent. The child's side.
class ReceivedColumns {
 public:
  // Takes the columns of the frame and makes the task. The calculation and this object outlive it.
  Result<CellTask> take(const wire::Task& frame, const Calculation& calculation,
                        Descriptors* descriptors);

 private:
  struct Mapped;
  Result<std::shared_ptr<Mapped>> take(const wire::Column& column, Descriptors* descriptors);

  std::unordered_map<Hash, std::shared_ptr<Mapped>> held_;
};

}  // namespace almanac
