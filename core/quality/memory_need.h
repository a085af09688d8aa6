// Which cells go to workers with much memory: by what their last attempt used, and what it failed
// with. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace almanac {

inline constexpr uint64_t kHeavyBytes = 1'500'000'000;

// Whether the attempt used more than kHeavyBytes, or its error speaks of memory.
bool is_heavy(uint64_t peak_bytes, std::string_view error);

}  // namespace almanac
