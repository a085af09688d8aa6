// The identity of what a compiler made of a calculation: its functions and data as far as they are
// reached from the entry, with the names of the project's own symbols taken out. Two sources whose
// objects have the same identity compute the same, where compiler and libraries are the same: what
// differs between them, a compiler did not find worth a different instruction.
//
// What counts: the bytes of each section that is reached, without what the linker fills in; for
// that, what is named there: a symbol of another library by its name, one of this object by the
// place at which it was first reached, a constant that the linker may merge by its value. Tables of
// exceptions go with their functions, and static constructors are reached. What does not: names and
// order of functions and sections, what is never reached, debug information, unwinding.
//
// The function that describes the calculation (`describe` of abi::Module) is left out: schema,
// columns and parameters are parts of a key by themselves, lines and tags change no result. So are
// the texts of type names, unless the code may show them.
//
// Objects are relocatable ELF files, compiled with -ffunction-sections and -fdata-sections. Source:
// System V ABI, ELF-64 object file format.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/hash.h"
#include "core/base/result.h"

namespace almanac {

struct ObjectCode {
  struct Function {
    std::string symbol;              // as the linker knows it
    Hash hash;                       // of its own code and the constants it uses
    std::vector<std::string> calls;  // symbols of functions that have code here, as they are named
    bool operator==(const Function&) const = default;
  };
  Hash identity;
  std::vector<Function> functions;  // that are reached and have code here, by symbol
  bool operator==(const ObjectCode&) const = default;
};

enum class TypeNames : uint8_t { Count, DoNotCount };

// `object` holds the bytes of the file. Data error: it is none of the kind above, or has no entry.
Result<ObjectCode> read_object_code(std::string_view object, TypeNames names);

// Whether a source asks what a type is called, or may: `typeid` and what the library makes of it,
// or a macro that pastes names together.
bool may_show_type_names(std::string_view source);

// A table: a constant of several values. Which of them code looks up hangs on data.
struct ConstantTable {
  std::string bytes;  // as an object holds them
  Hash refers_to;     // what it refers to; zero: it holds numbers alone
  auto operator<=>(const ConstantTable&) const = default;
};

// The tables that are reached, in order. Errors are those of read_object_code.
Result<std::vector<ConstantTable>> read_tables(std::string_view object);

}  // namespace almanac
