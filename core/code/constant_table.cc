#include "core/code/constant_table.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace almanac {

namespace {

constexpr size_t kUnit = 8;  // bytes

template <class Number>
bool are(std::string_view unit, const std::set<double>& numbers) {
  for (size_t at = 0; at < unit.size(); at += sizeof(Number)) {
    Number number = 0;
    std::memcpy(&number, unit.data() + at, sizeof number);
    const auto value = static_cast<double>(number);
    // Not a number: it is equal to nothing.
    if (std::isnan(value) || (!numbers.contains(value) && !numbers.contains(-value))) return false;
  }
  return true;
}

}  // namespace

bool consists_of(const ConstantTable& table, const std::set<double>& numbers) {
  if (table.refers_to != Hash{}) return false;
  for (size_t at = 0; at < table.bytes.size(); at += kUnit) {
    std::string unit = table.bytes.substr(at, kUnit);
    unit.resize(kUnit);
    if (!are<double>(unit, numbers) && !are<int64_t>(unit, numbers) &&
        !are<int32_t>(unit, numbers) && !are<float>(unit, numbers) &&
        !are<int16_t>(unit, numbers) && !are<int8_t>(unit, numbers)) {
      return false;
    }
  }
  return true;
}

}  // namespace almanac
