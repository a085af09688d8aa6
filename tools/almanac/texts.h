// Texts that several commands print alike.
#pragma once

#include <cstdint>
#include <string>

namespace almanac {

// Milliseconds since 1970 as "2024-01-31 07:05:09Z".
std::string utc_text(int64_t ms);

// {"computed":3,"stable":2} as "3 computed, 2 stable".
std::string totals_text(const std::string& totals);

}  // namespace almanac
