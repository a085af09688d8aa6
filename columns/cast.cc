#include "columns/cast.h"

#include <arrow/array.h>
#include <arrow/compute/cast.h>
#include <arrow/compute/initialize.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <utility>

#include "columns/csv_text.h"
#include "core/base/names.h"

namespace almanac {

namespace {

namespace cp = arrow::compute;

bool is_list(const arrow::DataType& type) {
  return type.id() == arrow::Type::LIST || type.id() == arrow::Type::LARGE_LIST ||
         type.id() == arrow::Type::FIXED_SIZE_LIST;
}

// Whether values of the type can be cast; some casts then still depend on the values.
bool fits(const arrow::DataType& found, Type declared) {
  if (found.id() == arrow::Type::NA) return true;
  if (is_csv_text(found)) return kScalarTypes.has(declared);
  if (found.id() == arrow::Type::DICTIONARY) {
    return fits(*static_cast<const arrow::DictionaryType&>(found).value_type(), declared);
  }
  const auto elements_fit = [&](Type element) {
    return is_list(found) &&
           fits(*static_cast<const arrow::BaseListType&>(found).value_type(), element);
  };
  switch (declared) {
    case Type::Bool:
      return found.id() == arrow::Type::BOOL;
    case Type::Int64:
      return arrow::is_integer(found.id());
    case Type::Float64:
      return arrow::is_integer(found.id()) || arrow::is_floating(found.id());
    case Type::String:
      return arrow::is_string(found.id()) || found.id() == arrow::Type::STRING_VIEW;
    case Type::Date:
      return arrow::is_date(found.id()) || found.id() == arrow::Type::TIMESTAMP;
    case Type::Float64List:
      return elements_fit(Type::Float64);
    case Type::StringList:
      return elements_fit(Type::String);
  }
  return false;
}

// A dictionary is decoded first: not every type has a direct cast from one.
arrow::Result<std::shared_ptr<arrow::Array>> cast(std::shared_ptr<arrow::Array> array,
                                                  const std::shared_ptr<arrow::DataType>& to) {
  if (array->type_id() == arrow::Type::DICTIONARY) {
    const auto& type = static_cast<const arrow::DictionaryType&>(*array->type());
    ARROW_ASSIGN_OR_RAISE(array, cp::Cast(*array, type.value_type()));
  }
  if (array->type()->Equals(*to)) return array;
  ARROW_ASSIGN_OR_RAISE(auto result, cp::Cast(*array, to));
  if (array->type_id() != arrow::Type::TIMESTAMP) return result;
  ARROW_ASSIGN_OR_RAISE(const auto back, cp::Cast(*result, array->type()));
  if (!back->Equals(*array)) return arrow::Status::Invalid("a time that is not midnight");
  return result;
}

Error misfit(const Calculation::Column& column, const std::string& found) {
  return data_error("column " + in_quotes(column.name) + ": expected " +
                    std::string(name_of(column.type)) + ", found " + found);
}

class CastReader : public arrow::RecordBatchReader {
 public:
  CastReader(std::shared_ptr<arrow::RecordBatchReader> reader,
             std::vector<Calculation::Column> columns)
      : reader_(std::move(reader)), columns_(std::move(columns)), schema_(arrow_schema(columns_)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    ARROW_RETURN_NOT_OK(reader_->ReadNext(batch));
    if (*batch == nullptr) return arrow::Status::OK();
    auto result = cast_columns(**batch, columns_);
    if (!result.ok()) return arrow::Status::Invalid(result.error().message);
    *batch = std::move(*result);
    return arrow::Status::OK();
  }

 private:
  std::shared_ptr<arrow::RecordBatchReader> reader_;
  std::vector<Calculation::Column> columns_;
  std::shared_ptr<arrow::Schema> schema_;
};

}  // namespace

std::shared_ptr<arrow::DataType> arrow_type(Type type) {
  switch (type) {
    case Type::Bool:
      return arrow::boolean();
    case Type::Int64:
      return arrow::int64();
    case Type::Float64:
      return arrow::float64();
    case Type::String:
      return arrow::utf8();
    case Type::Date:
      return arrow::date32();
    case Type::Float64List:
      return arrow::list(arrow::float64());
    case Type::StringList:
      return arrow::list(arrow::utf8());
  }
  CHECK(false, "a declared type");
  return nullptr;
}

std::shared_ptr<arrow::Schema> arrow_schema(const std::vector<Calculation::Column>& columns) {
  arrow::FieldVector fields;
  for (const auto& column : columns) {
    fields.push_back(arrow::field(column.name, arrow_type(column.type)));
  }
  return arrow::schema(std::move(fields));
}

Result<std::shared_ptr<arrow::RecordBatch>> cast_columns(
    const arrow::RecordBatch& batch, const std::vector<Calculation::Column>& columns) {
  static const arrow::Status initialized = cp::Initialize();
  CHECK(initialized.ok(), "Arrow's compute functions register once");
  arrow::ArrayVector arrays;
  for (const auto& column : columns) {
    const int index = batch.schema()->GetFieldIndex(column.name);
    if (index < 0) return misfit(column, "no such column, or several");
    const auto array = batch.column(index);
    const std::string found = array->type()->ToString();
    if (!fits(*array->type(), column.type)) return misfit(column, found);
    if (is_csv_text(*array->type())) {
      auto result = parse_csv(*array, column.type);
      if (!result.ok()) return misfit(column, result.error().message);
      arrays.push_back(std::move(*result));
      continue;
    }
    auto result = cast(array, arrow_type(column.type));
    if (!result.ok()) return misfit(column, found + ": " + result.status().message());
    arrays.push_back(std::move(*result));
  }
  return arrow::RecordBatch::Make(arrow_schema(columns), batch.num_rows(), std::move(arrays));
}

std::shared_ptr<arrow::RecordBatchReader> cast_reader(
    std::shared_ptr<arrow::RecordBatchReader> reader, std::vector<Calculation::Column> columns) {
  return std::make_shared<CastReader>(std::move(reader), std::move(columns));
}

}  // namespace almanac
