// Lets a test include a calculation's source and call its class; each test includes one. Without
// this, all of them would define the entry point of a module.
#pragma once

#include <almanac/calculation.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/support/fake_call.h"

#undef ALMANAC_CALCULATION
#define ALMANAC_CALCULATION(Class, category, id)

namespace almanac {

// The worked cases by subject: rsi, hull, poison_rows.
inline nlohmann::json edge_cases(const std::string& subject) {
  return nlohmann::json::parse(
      std::ifstream(ALMANAC_SOURCE_DIR "/tests/pipelines/data/edge_cases.json"))[subject];
}

// One value of a column.
template <class T>
auto one(std::optional<T> value) {
  return hand_array<T>({value});
}

}  // namespace almanac
