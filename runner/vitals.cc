#include "runner/vitals.h"

#include <cstddef>
#include <iterator>

namespace almanac {

namespace {

Vitals own;

}  // namespace

Vitals* Vitals::current = &own;

const char* name_of(Stage stage) {
  constexpr const char* kNames[] = {"setup", "input", "process", "validate", "store"};
  const auto index = static_cast<size_t>(stage);
  return kNames[index < std::size(kNames) ? index : static_cast<size_t>(Stage::Process)];
}

}  // namespace almanac
