#include "core/manifest/same_declaration.h"

#include <nlohmann/json.hpp>

#include "core/manifest/calculation_json.h"

namespace almanac {

namespace {

nlohmann::json declared(const Calculation& calculation) {
  Calculation bare;
  bare.kind = calculation.kind;
  bare.parameters = calculation.parameters;
  bare.reads = calculation.reads;
  bare.outputs = calculation.outputs;
  bare.entities = calculation.entities;
  return calculation_to_json(bare);
}

}  // namespace

bool same_declaration(const Calculation& a, const Calculation& b) {
  return declared(a) == declared(b);
}

}  // namespace almanac
