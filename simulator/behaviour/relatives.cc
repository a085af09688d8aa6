#include "simulator/behaviour/relatives.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "columns/cast.h"
#include "columns/reorder.h"
#include "core/base/check.h"

namespace almanac::behaviour {

namespace {

// Rows of each entity, or of a whole table, in the opposite order; results of calculations are
// always in that of their keys.
void reverse_rows(const Shape& shape, Context* context) {
  for (size_t r = 0; r < shape.reads.size(); ++r) {
    if (shape.reads[r].unique) continue;
    arrow::FieldVector fields;
    for (const auto& field : shape.reads[r].fields) {
      fields.push_back(arrow::field(field.name, arrow_type(field.type)));
    }
    for (DayTable& table : context->reads[r]) {
      const auto rows = arrow::RecordBatch::Make(arrow::schema(fields), table.rows, table.columns);
      const auto& ends = table.offsets;
      const auto group = [&](int64_t row) {
        return std::upper_bound(ends.begin(), ends.end(), row) - ends.begin();
      };
      const auto reversed = sorted_rows(rows, [&](int64_t a, int64_t b) {
        return group(a) != group(b) ? group(a) < group(b) : a > b;
      });
      CHECK(reversed.ok(), "a small table can be sorted");
      table.columns = (*reversed)->columns();
    }
  }
}

// One column, wherever it is read, twice as large: exactly, so that what is homogeneous stays so.
void double_column(const std::string& name, const Shape& shape, Context* context) {
  for (size_t r = 0; r < shape.reads.size(); ++r) {
    for (size_t f = 0; f < shape.reads[r].fields.size(); ++f) {
      const Shape::Field& field = shape.reads[r].fields[f];
      if (field.name != name || field.type != Type::Float64) continue;
      for (DayTable& table : context->reads[r]) {
        const auto& column = static_cast<const arrow::DoubleArray&>(*table.columns[f]);
        arrow::DoubleBuilder doubled;
        for (int64_t row = 0; row < column.length(); ++row) {
          CHECK((column.IsNull(row) ? doubled.AppendNull() : doubled.Append(2 * column.Value(row)))
                    .ok(),
                "memory");
        }
        table.columns[f] = doubled.Finish().ValueOrDie();
      }
    }
  }
}

// Where the rows of each entity end, or all rows of a table; and 0.
std::vector<int64_t> ends_of(const DayTable& table) {
  return table.offsets.empty() ? std::vector<int64_t>{0, table.rows} : table.offsets;
}

// What a row takes of its table: the numbers of a row, so many times.
struct Taken {
  int64_t row;
  double times = 1;
};

std::shared_ptr<arrow::Array> multiples(const arrow::Array& numbers,
                                        const std::vector<Taken>& rows) {
  const auto& column = static_cast<const arrow::DoubleArray&>(numbers);
  arrow::DoubleBuilder builder;
  for (const auto& [row, times] : rows) {
    const double value = times * column.Value(row);
    CHECK((column.IsNull(row) ? builder.AppendNull() : builder.Append(value)).ok(), "memory");
  }
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> with_rows(const arrow::Array& column,
                                        const std::vector<Taken>& rows) {
  auto builder = arrow::MakeBuilder(column.type()).ValueOrDie();
  for (const Taken& taken : rows) {
    CHECK(builder->AppendArraySlice(*column.data(), taken.row, 1).ok(), "memory");
  }
  return builder->Finish().ValueOrDie();
}

// Each second row of an entity, or of a table, is like the one before it but for one column, which
// it keeps, or of which it has the opposite: so that sums cancel out.
void pair_rows(const Shape& shape, simulator::Random& random, Context* context) {
  for (size_t r = 0; r < shape.reads.size(); ++r) {
    const Shape::Read& read = shape.reads[r];
    if (read.unique || read.fields.empty()) continue;
    const size_t other = random.below(read.fields.size());
    const bool opposite = random.one_in(2);
    for (DayTable& table : context->reads[r]) {
      const std::vector<int64_t> ends = ends_of(table);
      std::vector<Taken> rows;
      for (size_t group = 0; group + 1 < ends.size(); ++group) {
        for (int64_t row = ends[group]; row < ends[group + 1]; ++row) {
          const bool second = (row - ends[group]) % 2 == 1;
          rows.push_back({second ? row - 1 : row, second ? -1.0 : 1.0});
        }
      }
      for (size_t f = 0; f < read.fields.size(); ++f) {
        const bool turns = opposite && read.fields[f].type == Type::Float64;
        if (f == other && !turns) continue;
        auto& column = table.columns[f];
        column = f == other ? multiples(*column, rows) : with_rows(*column, rows);
      }
    }
  }
}

// What tells the rows of a table apart, within an entity or, where each entity has one at most, in
// all of it.
struct Named {
  std::vector<std::string> names;  // of the rows
  std::vector<int64_t> ends;       // of the groups in which there is one of each; and 0
};

std::optional<Named> names_in(const Shape& shape, const Shape::Read& read, const DayTable& table) {
  Named named;
  if (read.single && !table.offsets.empty()) {
    named.ends = {0, table.rows};
    for (size_t entity = 0; entity + 1 < table.offsets.size(); ++entity) {
      const auto rows = static_cast<size_t>(table.offsets[entity + 1] - table.offsets[entity]);
      named.names.insert(named.names.end(), rows, "#" + std::to_string(entity));
    }
    return named;
  }
  named.ends = ends_of(table);
  for (size_t f = 0; read.unique && f < read.fields.size(); ++f) {
    const Shape::Field& field = read.fields[f];
    const bool own = read.keyed && field.name == shape.entity.name;
    if (!field.key || own || field.type != Type::String) continue;
    const auto& texts = static_cast<const arrow::StringArray&>(*table.columns[f]);
    for (int64_t row = 0; row < table.rows; ++row) named.names.push_back(texts.GetString(row));
    return named;
  }
  return std::nullopt;
}

// Of which row each takes the numbers: where its name is in `times`, of the model, so many times;
// otherwise, and where there is no such row, its own.
std::vector<Taken> rows_to_take(const Named& named, const std::string& model,
                                const std::map<std::string, double>& times) {
  std::vector<Taken> rows;
  for (size_t group = 0; group + 1 < named.ends.size(); ++group) {
    const auto begin = named.names.begin() + named.ends[group],
               end = named.names.begin() + named.ends[group + 1];
    const auto first = std::find(begin, end, model);
    for (auto name = begin; name != end; ++name) {
      const auto copy = times.find(*name);
      const bool takes = first != end && copy != times.end();
      rows.push_back({(takes ? first : name) - named.names.begin(), takes ? copy->second : 1});
    }
  }
  return rows;
}

void take_numbers(const std::vector<Taken>& rows, DayTable* table) {
  for (auto& column : table->columns) {
    if (column->type_id() == arrow::Type::DOUBLE) column = multiples(*column, rows);
  }
}

// Another key or entity, or all others, have the numbers of one, or their opposites, or of each
// another multiple of them: on all days.
void copy_rows(const Shape& shape, simulator::Random& random, Context* context) {
  std::vector<std::pair<DayTable*, Named>> tables;
  std::set<std::string> all;
  for (size_t r = 0; r < shape.reads.size(); ++r) {
    for (DayTable& table : context->reads[r]) {
      auto named = names_in(shape, shape.reads[r], table);
      if (!named) continue;
      all.insert(named->names.begin(), named->names.end());
      tables.emplace_back(&table, std::move(*named));
    }
  }
  if (all.size() < 2) return reverse_rows(shape, context);
  const std::vector<std::string> names(all.begin(), all.end());
  const size_t model = random.below(names.size());
  const size_t copies = random.one_in(2) ? 1 : names.size() - 1;
  const uint64_t style = random.below(4);  // in half of these, roundings alone tell them apart
  std::map<std::string, double> times;
  for (size_t i = 1; i <= copies; ++i) {
    times[names[(model + i) % names.size()]] = style == 0   ? 1
                                               : style == 1 ? -1
                                                            : static_cast<double>(i + 1);
  }
  for (auto& [table, named] : tables) {
    take_numbers(rows_to_take(named, names[model], times), table);
  }
}

}  // namespace

void make_equal(const Shape& shape, Context* context) {
  for (size_t r = 0; r < shape.reads.size(); ++r) {
    for (DayTable& table : context->reads[r]) {
      const auto named = names_in(shape, shape.reads[r], table);
      if (!named) continue;
      std::vector<Taken> rows;
      for (size_t group = 0; group + 1 < named->ends.size(); ++group) {
        const int64_t first = named->ends[group];
        rows.resize(static_cast<size_t>(named->ends[group + 1]), Taken{first});
      }
      take_numbers(rows, &table);
    }
  }
}

void relate(const Shape& shape, simulator::Random& random, Context* context) {
  std::vector<std::string> numbers;
  for (const auto& read : shape.reads) {
    for (const auto& field : read.fields) {
      if (field.type == Type::Float64) numbers.push_back(field.name);
    }
  }
  if (random.one_in(3)) return copy_rows(shape, random, context);
  if (random.one_in(5)) return pair_rows(shape, random, context);
  if (numbers.empty() || random.one_in(2)) return reverse_rows(shape, context);
  double_column(numbers[random.below(numbers.size())], shape, context);
}

}  // namespace almanac::behaviour
