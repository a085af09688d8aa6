// Shape: what a calculation is given and puts out, as far as who makes up contexts must know it:
// tables, columns and their types, which tables come by entity, and what a key allows. Made from
// the manifest and the project alone, so that it is the same for every version of the code that
// declares the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/manifest/manifest.h"
#include "core/manifest/project.h"

namespace almanac::behaviour {

struct Shape {
  struct Field {
    std::string name;
    Type type;
    bool key = false;      // of the rows: part of what tells them apart
    bool nullable = true;  // root data may lack any value; a result those that it says
  };
  struct Read {
    abi::Source source;
    std::string name;
    uint32_t window = 1;
    bool optional = false;
    bool is_static = false;     // one table for all dates
    bool keyed = false;         // rows come by entity
    bool unique = false;        // no two rows have the same key, which is all its key fields
    bool single = false;        // at most one row an entity: its key is the entity
    std::vector<Field> fields;  // as the read declares them
  };
  std::string id;
  abi::Kind kind;
  Calculation::Column entity;  // by which rows are streamed; no name: none are
  std::vector<Read> reads;
};

Shape shape_of(const Calculation& calculation, const Manifest& manifest, const Project& project);

}  // namespace almanac::behaviour
