// How the pages of a build report say numbers, outcomes and what they leave out.
#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/almanac/html.h"
#include "tools/almanac/texts.h"

namespace almanac {

struct OutcomeWord {
  const char* name;  // as in JSON; word_of() has the word
  const char* meaning;
};
inline constexpr OutcomeWord kOutcomeWords[] = {
    {"computed", "by the latest run"},
    {"reused", "by the latest run: the key was computed before, its result is published"},
    {"skipped", "the latest run found that what it reads came out the same"},
    {"stable", "from before the latest run"},
    {"pending", "the next run computes or publishes it"},
    {"blocked", "waits for data, the day before, or its breaker"},
    {"failed", "has a dead letter, and is not tried again by itself"},
    {"failedDependency", "something that it depends on has failed"},
    {"impossible", "its data will never exist, or a person gave it up"},
};
// Those that there are on any date of a report; the others would say nothing.
std::vector<OutcomeWord> outcomes_in(const nlohmann::json& report);

std::string ms_text(int64_t ms);  // "1.2 s"

// The text of a field; empty where there is none.
std::string text_at(const nlohmann::json& object, const char* name);
uint64_t number_at(const nlohmann::json& object, const char* name);
// "3 computed, 2 up to date", of {outcome: n}.
std::string outcomes_text(const nlohmann::json& outcomes);
// "2024-01-01" or "2024-01-01 to 2024-01-05", of {from, to}.
std::string range_text(const nlohmann::json& object);
// The first bytes of a long text, and that it goes on.
std::string cut(const std::string& text, size_t most);

// The head of a table; of columns of numbers the second is "n".
void add_head(Html* page,
              std::initializer_list<std::pair<std::string_view, std::string_view>> columns);
// Says that so many are not shown, where there are any.
void add_left_out(Html* page, size_t all, size_t shown, std::string_view what);

}  // namespace almanac
