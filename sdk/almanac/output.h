// Writing: `out.add()` starts a record, `record[column] = value` fills it in.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "almanac/abi.h"
#include "almanac/column_builder.h"
#include "almanac/declaration.h"
#include "almanac/error.h"
#include "almanac/parameter.h"
#include "almanac/view.h"

namespace almanac {

namespace detail {

// The rows that one call puts out for one date. The last one is open until `close` has checked it.
class TableBuilder {
 public:
  // Once, before anything else.
  void start(const Declaration* declaration) {
    declaration_ = declaration;
    columns_ = std::vector<ColumnBuilder>(declaration->outputs.size());
    for (size_t c = 0; c < columns_.size(); ++c) {
      columns_[c].start(static_cast<Type>(declaration->outputs[c].type));
    }
  }

  size_t size() const { return rows_; }

  // Starts a row and returns its position; the one before it must be closed.
  size_t add() {
    open_ = true;
    return rows_++;
  }

  // Sets a value of the open row, over a value that was set before.
  template <class T, class Value>
  void set(size_t row, uint32_t column, const Value& value) {
    unset(row, column);
    columns_[column].append<T>(value);
  }

  void unset(size_t row, uint32_t column) {
    if (!open_ || row + 1 != rows_) [[unlikely]] {
      fail<PermanentError>("a record is written after the next one was added: finish it before");
    }
    columns_[column].truncate(row);
  }

  // Completes the open row, if there is one: nulls where nothing was set. Returns the name of a
  // column that had to be set and was not; null if all is well.
  const char* close() {
    if (!open_) return nullptr;
    for (size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].size() == rows_) continue;
      if (!declaration_->outputs[c].nullable) return declaration_->outputs[c].name;
      columns_[c].append_null();
    }
    open_ = false;
    return nullptr;
  }

  void truncate(size_t rows) {
    for (ColumnBuilder& column : columns_) column.truncate(rows);
    rows_ = rows;
    open_ = false;
  }

  // A struct array with the columns in order; the builder is of no further use.
  ArrowArray finish() {
    auto* out = new Exported;
    for (ColumnBuilder& column : columns_) out->children.push_back(column.finish());
    return out->array(1, static_cast<int64_t>(rows_), 0);
  }

 private:
  const Declaration* declaration_ = nullptr;
  std::vector<ColumnBuilder> columns_;
  size_t rows_ = 0;
  bool open_ = false;
};

// Of a std::optional what it may hold, of others themselves.
template <class Value>
struct Held {
  using Type = Value;
};
template <class Value>
struct Held<std::optional<Value>> {
  using Type = Value;
};
template <class Value>
using ValueOf = typename Held<Value>::Type;

template <class Value, class T>
constexpr bool fits() {
  if constexpr (std::is_same_v<T, bool>)
    return std::is_same_v<Value, bool>;
  else if constexpr (std::is_same_v<T, int64_t>)
    return std::is_integral_v<Value> && !std::is_same_v<Value, bool>;
  else if constexpr (std::is_same_v<T, double>)
    return std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>;
  else if constexpr (std::is_same_v<T, Date>)
    return std::is_same_v<Value, Date>;
  else if constexpr (std::is_same_v<T, std::string_view>)
    return std::is_convertible_v<const Value&, std::string_view>;
  else
    return requires(const Value& list) {
      requires fits<ValueOf<std::remove_cvref_t<decltype(*list.begin())>>, typename T::Element>();
      list.end();
    };
}

// Says what an output column of type T takes, where Value is not that.
template <class Value, class T>
constexpr void check_fits() {
  constexpr bool ok = fits<Value, T>();
  if constexpr (std::is_same_v<T, bool>)
    static_assert(ok, "a bool column takes a bool");
  else if constexpr (std::is_same_v<T, int64_t>)
    static_assert(ok, "an int64_t column takes an integer: round or cast the value first");
  else if constexpr (std::is_same_v<T, double>)
    static_assert(ok, "a double column takes a number");
  else if constexpr (std::is_same_v<T, Date>)
    static_assert(ok, "a Date column takes a Date");
  else if constexpr (std::is_same_v<T, std::string_view>)
    static_assert(ok, "a std::string_view column takes a string");
  else if constexpr (kIsColumn<T>)
    static_assert(ok, "a list column takes a std::vector or another list of its elements");
}

}  // namespace detail

// What can be assigned to an output column of type T: bool for bool; any integer for int64_t; any
// number for double; Date; strings for std::string_view; for a list anything that iterates over
// values of its element type, or over std::optional of them.
template <class Value, class T>
concept FitsColumn = detail::fits<Value, T>();

// One output row while it is filled in; valid until the next `add` or the end of `process`.
class Record {
 public:
  Record(detail::TableBuilder* table, size_t row, uint32_t filled)
      : table_(table), row_(row), filled_(filled) {}

  template <class T>
  class Cell {
   public:
    Cell(const Record* record, uint32_t column) : record_(record), column_(column) {}

    template <class Value>
    void operator=(const Value& value) {
      detail::check_fits<Value, T>();
      if constexpr (std::is_same_v<T, int64_t> && std::is_same_v<Value, uint64_t>) {
        if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
          detail::fail<std::out_of_range>("%llu does not fit an int64 column",
                                          static_cast<unsigned long long>(value));
        }
      }
      if constexpr (FitsColumn<Value, T>) record_->table_->set<T>(record_->row_, column_, value);
    }
    template <class Value>
    void operator=(const std::optional<Value>& value) {
      if (value)
        *this = *value;
      else
        *this = std::nullopt;
    }
    void operator=(std::nullopt_t) { record_->table_->unset(record_->row_, column_); }

   private:
    const Record* record_;
    uint32_t column_;
  };

  template <class T>
  Cell<T> operator[](Out<T> column) const {
    if (column.column == filled_) [[unlikely]] {
      detail::fail<PermanentError>("the entity is filled in by the engine: do not set it");
    }
    return {this, column.column};
  }

 private:
  detail::TableBuilder* table_;
  size_t row_;
  uint32_t filled_;
};

// The records of one call, in the order in which they are added. A record is complete when the next
// one is added or `process` returns; a column without a value must be nullable.
class Output {
 public:
  // `entity_key`: the key field that the engine fills in, or Declaration::kNone. Records go to the
  // first date until on() chooses another; a series starts without one.
  Output(const Declaration* declaration, const abi::Batch* batch, uint32_t entity_key, bool series)
      : declaration_(declaration),
        batch_(batch),
        entity_key_(entity_key),
        date_(series ? batch->n_dates : 0),
        tables_(batch->n_dates) {
    for (detail::TableBuilder& table : tables_) table.start(declaration);
  }

  // In a Series: the date, by its position in span.dates(), that the records added from now on
  // belong to.
  void on(size_t date) {
    close();
    if (date >= tables_.size()) {
      detail::fail<PermanentError>("out.on(%zu) where there are %zu dates", date, tables_.size());
    }
    date_ = date;
  }

  Record add() {
    if (date_ >= tables_.size()) [[unlikely]] {
      detail::fail<PermanentError>("a series calls out.on(date) before it adds records");
    }
    close();
    detail::TableBuilder& table = tables_[date_];
    const size_t row = table.add();
    if (entity_key_ != Declaration::kNone) fill_entity(table, row);
    return {&table, row, entity_key_};
  }

  // The rest is called by the engine. ---------------------------------------------------------

  // Starts an entity of the batch, after closing or rolling back the one before it.
  void start_entity(size_t entity) {
    entity_ = entity;
    mark_ = tables_[0].size();
  }
  size_t added_by_entity() const { return tables_[0].size() - mark_; }
  void roll_back_entity() { tables_[0].truncate(mark_); }

  // Checks the open record.
  void close() {
    if (date_ >= tables_.size()) return;
    const char* missing = tables_[date_].close();
    if (missing != nullptr) [[unlikely]]
      fail_unset(missing);
  }

  // Hands the rows of each date over, once; dates without rows are left out.
  void send(const abi::Sink& sink) {
    for (size_t date = 0; date < tables_.size(); ++date) {
      if (tables_[date].size() == 0) continue;
      ArrowArray rows = tables_[date].finish();
      sink.rows(sink.self, batch_->dates[date], &rows);
      if (rows.release != nullptr) rows.release(&rows);
    }
  }

 private:
  [[noreturn, gnu::cold, gnu::noinline]] void fail_unset(const char* column) const {
    std::string owner = Date(batch_->dates[date_]).str();
    if (entity_key_ != Declaration::kNone) {
      const auto i = static_cast<int64_t>(entity_);
      owner = entity_is_text() ? std::string(detail::read<std::string_view>(*batch_->entities, i))
                               : detail::text_of(detail::read<int64_t>(*batch_->entities, i));
    }
    detail::fail<std::runtime_error>(
        "output column '%s' was not set in record %zu of %s: set it, or declare it nullable()",
        column, tables_[date_].size() - mark_, owner.c_str());
  }

  bool entity_is_text() const {
    return declaration_->outputs[entity_key_].type == static_cast<uint8_t>(Type::String);
  }

  void fill_entity(detail::TableBuilder& table, size_t row) {
    const auto i = static_cast<int64_t>(entity_);
    if (entity_is_text()) {
      table.set<std::string_view>(row, entity_key_,
                                  detail::read<std::string_view>(*batch_->entities, i));
    } else {
      table.set<int64_t>(row, entity_key_, detail::read<int64_t>(*batch_->entities, i));
    }
  }

  const Declaration* declaration_;
  const abi::Batch* batch_;
  uint32_t entity_key_;
  size_t date_;
  size_t entity_ = 0, mark_ = 0;              // the entity, and the rows before its own
  std::vector<detail::TableBuilder> tables_;  // by date
};

}  // namespace almanac
