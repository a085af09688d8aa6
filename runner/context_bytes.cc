#include "runner/context_bytes.h"

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>

#include <cstring>

#include "columns/cast.h"
#include "core/base/check.h"

namespace almanac::behaviour {

namespace {

constexpr uint64_t kAlignment = 8;
constexpr Type kTypes[] = {Type::Bool, Type::Int64,       Type::Float64,   Type::String,
                           Type::Date, Type::Float64List, Type::StringList};

Type type_of(const arrow::DataType& type) {
  for (const Type known : kTypes) {
    if (arrow_type(known)->Equals(type)) return known;
  }
  CHECK(false, "the columns of a context have types that calculations can read");
  return {};
}

class Writer {
 public:
  void number(int64_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void dates(const std::vector<Date>& dates) {
    number(static_cast<int64_t>(dates.size()));
    for (const Date date : dates) number(date.days());
  }
  void array(const arrow::Array& array) {
    number(static_cast<int64_t>(type_of(*array.type())));
    if (array.offset() == 0) return data(*array.data());
    const auto copy = arrow::Concatenate({array.Slice(0)});
    CHECK(copy.ok(), "memory");
    data(*(*copy)->data());
  }
  std::string take() { return std::move(bytes_); }

 private:
  void data(const arrow::ArrayData& data) {
    number(data.length);
    for (const auto& buffer : data.buffers) {
      number(buffer ? buffer->size() : -1);
      if (buffer)
        bytes_.append(reinterpret_cast<const char*>(buffer->data()),
                      static_cast<size_t>(buffer->size()));
      bytes_.append((kAlignment - bytes_.size() % kAlignment) % kAlignment, '\0');
    }
    for (const auto& child : data.child_data) this->data(*child);
  }

  std::string bytes_;
};

// What is wrong is found at the end: from then on all numbers are 0.
class Reader {
 public:
  explicit Reader(std::shared_ptr<arrow::Buffer> bytes) : bytes_(std::move(bytes)) {}

  bool whole() const { return !failed_ && at_ == bytes_->size(); }
  int64_t number() {
    int64_t value = 0;
    if (!has(sizeof value)) return 0;
    std::memcpy(&value, bytes_->data() + at_, sizeof value);
    at_ += static_cast<int64_t>(sizeof value);
    return value;
  }
  // Of things that take at least so many bytes each.
  size_t count(int64_t bytes) {
    const int64_t value = number();
    if (value >= 0 && value <= (bytes_->size() - at_) / bytes) return static_cast<size_t>(value);
    failed_ = true;
    return 0;
  }
  std::vector<Date> dates() {
    std::vector<Date> dates(count(8));
    for (Date& date : dates) date = Date(static_cast<int32_t>(number()));
    return dates;
  }
  std::shared_ptr<arrow::Array> array() {
    const int64_t type = number();
    if (type < 0 || type >= static_cast<int64_t>(std::size(kTypes))) failed_ = true;
    if (failed_) return nullptr;
    const auto data = this->data(arrow_type(static_cast<Type>(type)));
    if (!data) return nullptr;
    auto array = arrow::MakeArray(data);
    if (array->ValidateFull().ok()) return array;
    failed_ = true;
    return nullptr;
  }

 private:
  bool has(int64_t bytes) {
    if (bytes >= 0 && bytes <= bytes_->size() - at_) return !failed_;
    failed_ = true;
    return false;
  }
  std::shared_ptr<arrow::ArrayData> data(const std::shared_ptr<arrow::DataType>& type) {
    const int64_t length = number();
    std::vector<std::shared_ptr<arrow::Buffer>> buffers;
    for (size_t i = 0; i < type->layout().buffers.size(); ++i) {
      const int64_t size = number();
      auto& buffer = buffers.emplace_back();
      if (size == -1) continue;
      if (!has(size)) return nullptr;
      buffer = arrow::SliceBuffer(bytes_, at_, size);
      at_ += size;
      at_ += (8 - at_ % 8) % 8;
    }
    std::vector<std::shared_ptr<arrow::ArrayData>> children;
    for (const auto& field : type->fields()) {
      children.push_back(data(field->type()));
      if (!children.back()) return nullptr;
    }
    if (failed_) return nullptr;
    return arrow::ArrayData::Make(type, length, std::move(buffers), std::move(children));
  }

  std::shared_ptr<arrow::Buffer> bytes_;
  int64_t at_ = 0;
  bool failed_ = false;
};

void write(const DayTable& table, Writer* out) {
  out->number(table.date.days());
  out->number(table.present ? 1 : 0);
  out->number(table.rows);
  out->number(static_cast<int64_t>(table.offsets.size()));
  for (const int64_t offset : table.offsets) out->number(offset);
  out->number(static_cast<int64_t>(table.columns.size()));
  for (const auto& column : table.columns) out->array(*column);
}

DayTable read_table(Reader* in) {
  DayTable table;
  table.date = Date(static_cast<int32_t>(in->number()));
  table.present = in->number() != 0;
  table.rows = in->number();
  table.offsets.resize(in->count(8));
  for (int64_t& offset : table.offsets) offset = in->number();
  table.columns.resize(in->count(8));
  for (auto& column : table.columns) column = in->array();
  return table;
}

}  // namespace

std::string encode(const Context& context) {
  Writer out;
  out.dates(context.dates);
  out.dates(context.calendar);
  out.number(context.entities ? 1 : 0);
  if (context.entities) out.array(*context.entities);
  out.number(static_cast<int64_t>(context.reads.size()));
  for (const ReadTables& read : context.reads) {
    out.number(static_cast<int64_t>(read.size()));
    for (const DayTable& table : read) write(table, &out);
  }
  return out.take();
}

Result<Context> decode_context(const std::shared_ptr<arrow::Buffer>& bytes) {
  Reader in(bytes);
  Context context;
  context.dates = in.dates();
  context.calendar = in.dates();
  if (in.number() != 0) context.entities = in.array();
  context.reads.resize(in.count(8));
  for (ReadTables& read : context.reads) {
    read.resize(in.count(8));
    for (DayTable& table : read) table = read_table(&in);
  }
  if (!in.whole()) return data_error("these are not the bytes of a context");
  return context;
}

}  // namespace almanac::behaviour
