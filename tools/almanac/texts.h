// Texts that several commands print alike.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/ledger/records.h"
#include "core/plan/decide.h"

namespace almanac {

// Milliseconds since 1970 as "2024-01-31 07:05:09Z".
std::string utc_text(int64_t ms);

std::string bytes_text(uint64_t bytes);    // "1.2 GB"
std::string number_text(uint64_t number);  // "12,345"
// "1 cell", "2 cells"
std::string count_text(uint64_t count, std::string_view noun);
std::string are(uint64_t count, std::string_view noun);  // "1 cell is", "2 cells are"

// How many columns of a terminal a text takes: its characters, not its bytes.
size_t width_of(std::string_view text);
// With blanks up to a width: after it, or, of numbers, before it.
enum class Side { Left, Right };
std::string padded(std::string text, size_t width, Side side = Side::Left);

// What a person reads for a state, or for what a run did, by its name in JSON.
std::string_view word_of(std::string_view name);
std::string_view word_of(State state);

// What calculations throw, and names in data, are texts of strangers: control characters, by which
// they would command a terminal, are shown as \n or \x1b. in_lines() leaves lines as they are.
std::string in_line(std::string_view text);
std::string in_lines(std::string_view text);

// {"computed":3,"stable":2} as "3 computed, 2 up to date".
std::string totals_text(const std::string& totals);

// Whether cells of a calculation that were computed twice came out the same.
std::string text_of(const Repeats& repeats);
nlohmann::json repeats_json(const Repeats& repeats);

}  // namespace almanac
