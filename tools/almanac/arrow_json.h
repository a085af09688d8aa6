// A value of an Arrow array as JSON, for people and scripts to look at.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

namespace arrow {
class Array;
}

namespace almanac {

// Numbers and truth values as such, lists as lists, all else as text, what is no finite number,
// too: inf, -inf, nan.
nlohmann::json json_at(const arrow::Array& array, int64_t row);

}  // namespace almanac
