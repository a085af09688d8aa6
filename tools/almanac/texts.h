// Texts that several commands print alike.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/ledger/records.h"

namespace almanac {

// Milliseconds since 1970 as "2024-01-31 07:05:09Z".
std::string utc_text(int64_t ms);

std::string bytes_text(uint64_t bytes);  // "1.2 GB"

// "1 row", "2 rows"
std::string counted(uint64_t count, std::string_view noun);

// How many columns of a terminal a text takes: its characters, not its bytes.
size_t width_of(std::string_view text);
// With blanks up to a width: after it, or, of numbers, before it.
enum class Side { Left, Right };
std::string padded(std::string text, size_t width, Side side = Side::Left);

// {"computed":3,"stable":2} as "3 computed, 2 stable".
std::string totals_text(const std::string& totals);

// Whether cells of a calculation that were computed twice came out the same.
std::string text_of(const Repeats& repeats);
nlohmann::json repeats_json(const Repeats& repeats);

}  // namespace almanac
