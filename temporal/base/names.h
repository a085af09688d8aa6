// The names of what there is, for messages about what is not.
#pragma once

#include <string>

namespace temporal {

// Of a map's keys: "a, b", or "none".
template <class Map>
std::string names_of(const Map& map) {
  std::string names;
  for (const auto& [name, value] : map) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "none" : names;
}

}  // namespace temporal
