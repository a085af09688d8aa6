// Calls a calculation as the engine does, with tables made by hand, and logs what it reports.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "almanac/calculation.h"
#include "tests/support/hand_array.h"

namespace almanac {

// The inputs of one call. Reads and their days are added in order; `view` is valid as long as this.
class FakeBatch {
 public:
  explicit FakeBatch(const std::vector<Date>& dates) {
    for (Date date : dates) dates_.push_back(date.days());
  }

  template <class Id>
  FakeBatch& entities(const std::vector<std::optional<Id>>& ids) {
    entities_ = hand_array<Id>(ids);
    return *this;
  }

  FakeBatch& calendar(const std::vector<Date>& days) {
    for (Date day : days) calendar_.push_back(day.days());
    return *this;
  }

  // The next read; days are added to it.
  FakeBatch& read() {
    days_.emplace_back();
    streamed_.push_back(false);
    return *this;
  }
  // The next read is streamed: its rows come with `batches`, which have all reads.
  FakeBatch& streamed() {
    read();
    streamed_.back() = true;
    return *this;
  }
  FakeBatch& stream(std::deque<FakeBatch>* batches) {
    batches_ = batches;
    return *this;
  }
  FakeBatch& absent(Date date) {
    days_.back().push_back({date.days(), false, 0, nullptr, nullptr});
    return *this;
  }
  // A present day. `offsets`: where each entity's rows start and the last ends; empty: given whole.
  FakeBatch& day(Date date, std::vector<std::unique_ptr<HandArray>> columns,
                 std::vector<int64_t> offsets = {}) {
    Day& kept = kept_.emplace_back(Day{std::move(columns), {}, std::move(offsets)});
    for (const auto& column : kept.columns) kept.pointers.push_back(&column->array);
    days_.back().push_back({date.days(), true, kept.pointers[0]->length, kept.pointers.data(),
                            kept.offsets.empty() ? nullptr : kept.offsets.data()});
    return *this;
  }

  abi::Batch view() {
    reads_.clear();
    for (size_t i = 0; i < days_.size(); ++i) {
      reads_.push_back({days_[i].data(), days_[i].size(), streamed_[i]});
    }
    return {dates_.data(),
            dates_.size(),
            reads_.data(),
            reads_.size(),
            entities_ ? &entities_->array : nullptr,
            entities_ ? static_cast<size_t>(entities_->array.length) : 0,
            calendar_.empty() ? nullptr : calendar_.data(),
            calendar_.size(),
            &FakeBatch::next,
            this};
  }

 private:
  static int next(void* stream, bool first, const abi::Batch** batch) {
    auto* self = static_cast<FakeBatch*>(stream);
    self->next_ = first ? 0 : self->next_ + 1;
    if (self->next_ == self->batches_->size()) return 0;
    self->given_ = (*self->batches_)[self->next_].view();
    *batch = &self->given_;
    return 1;
  }

  struct Day {
    std::vector<std::unique_ptr<HandArray>> columns;
    std::vector<const ArrowArray*> pointers;
    std::vector<int64_t> offsets;
  };
  std::vector<int32_t> dates_, calendar_;
  std::unique_ptr<HandArray> entities_;
  std::deque<Day> kept_;
  std::vector<std::vector<abi::DayRows>> days_;
  std::vector<bool> streamed_;
  std::vector<abi::ReadDays> reads_;
  std::deque<FakeBatch>* batches_ = nullptr;
  size_t next_ = 0;
  abi::Batch given_ = {};
};

// Columns of a day.
template <class... Arrays>
std::vector<std::unique_ptr<HandArray>> columns(Arrays... arrays) {
  std::vector<std::unique_ptr<HandArray>> all;
  (all.push_back(std::move(arrays)), ...);
  return all;
}

// One line for each row and event, in order: "2024-01-02: 7, 1.5, null", "failed 0: message",
// "skipped 1", "rejected 2024-01-02: bad price 3".
class SinkLog {
 public:
  explicit SinkLog(std::vector<Type> types) : types_(std::move(types)) {}

  std::vector<std::string> lines;

  abi::Sink sink() {
    return {this,
            [](void* self, int32_t date, ArrowArray* rows) {
              static_cast<SinkLog*>(self)->add_rows(Date(date).str() + ": ", *rows);
              rows->release(rows);
            },
            [](void* self, size_t entity, const char* message) {
              static_cast<SinkLog*>(self)->lines.push_back("failed " + std::to_string(entity) +
                                                           ": " + message);
            },
            [](void* self, size_t entity) {
              static_cast<SinkLog*>(self)->lines.push_back("skipped " + std::to_string(entity));
            },
            [](void* self, int32_t date, const char* reason, int64_t rows) {
              static_cast<SinkLog*>(self)->lines.push_back("rejected " + Date(date).str() + ": " +
                                                           reason + " " + std::to_string(rows));
            }};
  }

 private:
  void add_rows(const std::string& prefix, const ArrowArray& rows) {
    for (int64_t i = 0; i < rows.length; ++i) {
      std::string line;
      for (size_t c = 0; c < types_.size(); ++c) {
        line += (c == 0 ? prefix : ", ") + text(*rows.children[c], types_[c], i);
      }
      lines.push_back(line);
    }
  }

  static std::string text(const ArrowArray& array, Type type, int64_t i) {
    if (!detail::valid(array, i)) return "null";
    switch (type) {
      case Type::Bool:
        return detail::read<bool>(array, i) ? "true" : "false";
      case Type::Int64:
        return detail::text_of(detail::read<int64_t>(array, i));
      case Type::Float64:
        return detail::text_of(detail::read<double>(array, i));
      case Type::String:
        return std::string(detail::read<std::string_view>(array, i));
      case Type::Date:
        return detail::read<Date>(array, i).str();
      case Type::Float64List:
        return list(array, Type::Float64, i);
      case Type::StringList:
        return list(array, Type::String, i);
    }
    return "?";
  }

  static std::string list(const ArrowArray& array, Type item, int64_t i) {
    const auto [begin, end] = detail::offsets(array, i);
    std::string all;
    for (int64_t k = begin; k < end; ++k) all += " " + text(*array.children[0], item, k);
    return "[" + all + " ]";
  }

  std::vector<Type> types_;
};

struct FakeIdentity {
  static constexpr const char* category = "tests";
  static constexpr const char* id = "fake";
};

struct CallResult {
  abi::Status status = abi::Status::Failed;
  std::string message;
  std::vector<std::string> log;
};

// Creates the calculation and computes the batch, through the functions of its module.
template <class Class>
CallResult call(FakeBatch& batch, const std::vector<abi::ParameterValue>& parameters = {}) {
  using Functions = detail::Glue<Class, FakeIdentity>;
  CallResult result;
  char message[512] = "";
  const abi::Description* description = Functions::describe(message, sizeof message);
  void* instance = nullptr;
  if (description != nullptr) {
    instance = Functions::create(parameters.data(), parameters.size(), message, sizeof message);
  }
  if (instance == nullptr) return {abi::Status::Failed, message, {}};
  std::vector<Type> types;
  for (size_t i = 0; i < description->n_outputs; ++i) {
    types.push_back(static_cast<Type>(description->outputs[i].type));
  }
  SinkLog log(types);
  const abi::Batch view = batch.view();
  const abi::Sink sink = log.sink();
  result.status = Functions::process(instance, &view, &sink, message, sizeof message);
  Functions::destroy(instance);
  result.message = message;
  result.log = log.lines;
  return result;
}

}  // namespace almanac
