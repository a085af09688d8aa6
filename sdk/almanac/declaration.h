// How a calculation declares what it reads and puts out: handles that are members of its class.
// A handle is an index; the same handle that declares a column reads or writes it, so a name is
// written once and a type is checked by the compiler.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "almanac/abi.h"
#include "almanac/array.h"
#include "almanac/type.h"

namespace almanac {

// Everything that one calculation declares, in the structs of abi.h. Filled while the members of
// its class are initialised, then sealed. Handles point into it: it is neither copied nor moved.
class Declaration {
 public:
  static constexpr uint32_t kNone = static_cast<uint32_t>(-1);

  detail::Array<abi::Read> reads;
  detail::Array<abi::OutputColumn> outputs;
  detail::Array<abi::Parameter> parameters;
  detail::Array<const char*> lines, tags;
  const char* entities = "";  // by which a WholeDate streams tables
  Type entities_type = Type::Int64;

  Declaration() = default;
  Declaration(const Declaration&) = delete;
  Declaration& operator=(const Declaration&) = delete;
  ~Declaration() {
    for (char* name : names_) delete[] name;
  }

  // A copy of the text that lives as long as the declaration.
  const char* keep(std::string_view text) {
    names_.push_back(new char[text.size() + 1]);
    std::memcpy(names_.back(), text.data(), text.size());
    names_.back()[text.size()] = '\0';
    return names_.back();
  }

  uint32_t add_read(abi::Source source, std::string_view name) {
    reads.push_back({source, keep(name), false, 1, nullptr, 0});
    return static_cast<uint32_t>(reads.size() - 1);
  }

  // Returns its position among the columns of the read.
  uint32_t add_column(uint32_t read, std::string_view name, Type type) {
    columns_.push_back({read, {keep(name), static_cast<uint8_t>(type)}});
    return static_cast<uint32_t>(reads[read].n_columns++);
  }

  uint32_t add_output(std::string_view name, bool key) {
    outputs.push_back({keep(name), static_cast<uint8_t>(Type::Float64), key, false, false, false});
    return static_cast<uint32_t>(outputs.size() - 1);
  }

  // After the last declaration: gives each read its columns.
  void seal() {
    for (uint32_t read = 0; read < reads.size(); ++read) {
      for (const ColumnOfRead& column : columns_) {
        if (column.read == read) sealed_.push_back(column.column);
      }
    }
    const abi::ReadColumn* next = sealed_.data();
    for (uint32_t read = 0; read < reads.size(); ++read) {
      reads[read].columns = next;
      next += reads[read].n_columns;
    }
  }

  // Position of the first key field in outputs, or kNone.
  uint32_t first_key() const {
    for (uint32_t i = 0; i < outputs.size(); ++i) {
      if (outputs[i].key) return i;
    }
    return kNone;
  }

 private:
  struct ColumnOfRead {
    uint32_t read;
    abi::ReadColumn column;
  };
  detail::Array<ColumnOfRead> columns_;    // as they were declared
  detail::Array<abi::ReadColumn> sealed_;  // by read
  detail::Array<char*> names_;
};

// A column that a calculation reads. T: bool, int64_t, double, std::string_view, Date,
// List<double>, List<std::string_view>.
template <class T>
struct In {
  uint32_t read;
  uint32_t column;
};

// A column that a calculation puts out; the same types.
template <class T>
struct Out {
  uint32_t column;
};

// A key field of the output: rows are unique by and sorted by all key fields. The first key field
// of a PerEntity calculation is its entity and is filled in by the engine.
template <class T>
struct Key : Out<T> {};

// A column while it is declared; becomes the In that names its type.
class InName {
 public:
  InName(Declaration* declaration, uint32_t read, std::string_view name)
      : declaration_(declaration), read_(read), name_(name) {}
  template <class T>
  operator In<T>() const {
    return In<T>{read_, declaration_->add_column(read_, name_, detail::column_type<T>())};
  }

 private:
  Declaration* declaration_;
  uint32_t read_;
  std::string_view name_;
};

// A declared input: a dataset, the result of another calculation, or the own previous result.
class Table {
 public:
  Table(Declaration* declaration, uint32_t read) : declaration_(declaration), read_(read) {}

  // A missing date reads as an empty table instead of making the cell impossible or blocked.
  Table& optional() { return declaration_->reads[read_].optional = true, *this; }

  // The last `days` calendar days, the date itself included. Default 1.
  Table& window(uint32_t days) { return declaration_->reads[read_].window = days, *this; }
  uint32_t window() const { return declaration_->reads[read_].window; }

  InName operator[](std::string_view column) const { return {declaration_, read_, column}; }

  uint32_t index() const { return read_; }

 private:
  Declaration* declaration_;
  uint32_t read_;
};

// The entities by which a WholeDate is given tables; T: int64_t or std::string_view.
template <class T>
struct Entities {};

// The same while it is declared.
class EntitiesName {
 public:
  explicit EntitiesName(Declaration* declaration) : declaration_(declaration) {}
  template <class T>
  operator Entities<T>() const {
    declaration_->entities_type = detail::column_type<T>();
    return {};
  }

 private:
  Declaration* declaration_;
};

// A key field while it is declared; becomes the Key that names its type.
class KeyName {
 public:
  KeyName(Declaration* declaration, uint32_t column) : declaration_(declaration), column_(column) {}

  // May be the same for every row: the validator's rule on zero variance does not apply.
  KeyName& constant() { return declaration_->outputs[column_].constant = true, *this; }

  template <class T>
  operator Key<T>() const {
    declaration_->outputs[column_].type = static_cast<uint8_t>(detail::column_type<T>());
    return Key<T>{{column_}};
  }

 private:
  Declaration* declaration_;
  uint32_t column_;
};

// An output column while it is declared; becomes the Out that names its type.
class OutputName {
 public:
  OutputName(Declaration* declaration, uint32_t column)
      : declaration_(declaration), column_(column) {}

  // May be left unset; unset values are null.
  OutputName& nullable() { return output().nullable = true, *this; }
  // Nullable, and mostly null by definition: the validator's rule on nulls does not apply.
  OutputName& sparse() { return output().nullable = output().sparse = true, *this; }
  // Numbers that may be the same in every row: the validator's rule on zero variance does not
  // apply.
  OutputName& constant() { return output().constant = true, *this; }

  template <class T>
  operator Out<T>() const {
    output().type = static_cast<uint8_t>(detail::column_type<T>());
    return Out<T>{column_};
  }

 private:
  abi::OutputColumn& output() const { return declaration_->outputs[column_]; }
  Declaration* declaration_;
  uint32_t column_;
};

}  // namespace almanac
