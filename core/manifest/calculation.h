// Calculation: what one calculation says of itself, as it stands in the manifest. Made by `build`
// from the module's description; everything after that works on this value and never on user code.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "almanac/abi.h"
#include "almanac/type.h"
#include "core/base/hash.h"

namespace almanac {

struct Calculation {
  using Kind = abi::Kind;
  using Source = abi::Source;

  struct Column {
    std::string name;
    Type type;
  };

  struct Read {
    Source source;
    std::string name;  // dataset or calculation; empty for Previous and Calendar
    bool optional = false;
    uint32_t window = 1;  // calendar days, the date itself included
    std::vector<Column> columns;
  };

  struct Output {
    std::string name;
    Type type;
    bool key = false, nullable = false, sparse = false, constant = false;
  };

  struct Parameter {
    std::string name;
    Type type;
    std::string text;  // the value in force: the project file's, otherwise the default
  };

  struct Layer {
    std::string path;  // relative to the project
    Hash hash;
  };

  std::string id, category;
  Kind kind = Kind::PerEntity;
  std::vector<std::string> lines, tags;
  std::vector<Parameter> parameters;
  std::vector<Read> reads;
  std::vector<Output> outputs;
  Column entities{"", Type::Int64};  // WholeDate: by which it streams tables; no name: none

  std::string file;  // source, relative to the project; for errors only
  std::string
      module;  // file name of the shared object in .almanac/build/modules; names its content
  std::string module_sha256;  // of its bytes, 64 lower-case hex digits
  std::string bundle;  // SHA-256 of its code bundle (core/code/code_bundle.h), beside the module
  Hash object;         // identity of its object code (core/code/object_code.h)
  Hash code_hash;      // tokens of the unit and its project headers outside layers/, and flags
  std::vector<Layer> layers;  // by path
  Hash infrastructure;        // compute ABI: toolchain, libraries, third-party headers, SDK ABI

  bool historical() const;           // reads its own previous result
  std::string entity() const;        // name of the first key field, empty without one
  std::vector<size_t> keys() const;  // indices of the key fields in outputs
  // What tables are streamed by: the entity of PerEntity, the entities of WholeDate; may be empty.
  Column streamed_by() const;
};

// "per_entity", as in JSON.
std::string_view name_of(Calculation::Kind kind);

}  // namespace almanac
