#include "core/code/wraps.h"

#include <vector>

#include "core/code/tokens.h"

namespace almanac {

namespace {

using Kind = Token::Kind;

constexpr std::string_view kFewBits[] = {"int8_t",        "uint8_t",       "int16_t",
                                         "uint16_t",      "short",         "int_fast8_t",
                                         "uint_fast8_t",  "int_least8_t",  "uint_least8_t",
                                         "int_least16_t", "uint_least16_t"};
constexpr std::string_view kRemainders[] = {"%", "%=", "fmod", "remainder", "remquo", "modulus"};

}  // namespace

void add_wraps(std::string_view source, std::multiset<std::string>* wraps) {
  const std::vector<Token> tokens = tokenise(source);
  const auto is = [&](size_t i, std::string_view text) {
    return i < tokens.size() && tokens[i].text == text;
  };
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    const bool is_char = is(i + 1, "char") && (is(i, "signed") || is(i, "unsigned"));
    // What an enumeration is kept in is not counted with.
    const bool is_type = (is_char || among(tokens[i].text, kFewBits)) && !(i > 0 && is(i - 1, ":"));
    // By the size of something, which data vary.
    const bool of_data = is(i + 2, ".") || is(i + 2, "->") || is(i + 2, "(");
    const bool is_mask = tokens[i].text == "&" && tokens[i + 1].kind == Kind::Number;
    const bool is_remainder = (among(tokens[i].text, kRemainders) && !of_data) || is_mask;
    if (is_type || is_remainder) wraps->insert(tokens[i].text + " " + tokens[i + 1].text);
  }
}

}  // namespace almanac
