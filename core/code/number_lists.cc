#include "core/code/number_lists.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "core/code/constants.h"
#include "core/code/tokens.h"

namespace almanac {

namespace {

using Kind = Token::Kind;

struct Number {
  double value;
  std::string with;  // in place of its token, a little more
};

std::optional<Number> entry_of(const Token& token) {
  const std::string& text = token.text;
  if (text == "true") return Number{1, "false"};
  if (text == "false") return Number{0, "true"};
  if (token.kind != Kind::Number) return std::nullopt;
  const double value = number_of(text);
  if (!std::isfinite(value)) return std::nullopt;
  const bool real = text.find('.') != text.npos || value != std::trunc(value);
  return Number{value, "(" + text + (real && value != 0 ? " * 1.001)" : " + 1)")};
}

// From an opening brace; nothing where something else stands in it, or fewer than two numbers.
std::optional<NumberList> list_at(const std::vector<Token>& tokens, const std::vector<size_t>& ends,
                                  size_t open) {
  NumberList list;
  for (size_t i = open + 1; i < tokens.size();) {
    const bool negative = tokens[i].text == "-";
    if (negative && ++i == tokens.size()) break;
    const auto number = entry_of(tokens[i]);
    if (!number || i + 1 == tokens.size()) break;
    const std::string& text = tokens[i].text;
    list.numbers.push_back(negative ? -number->value : number->value);
    list.changes.push_back({ends[i] - text.size(), text.size(), number->with,
                            "`" + number->with + "` for `" + text + "`"});
    i += tokens[i + 1].text == "," ? 2 : 1;
    if (i >= tokens.size() || (tokens[i - 1].text != "," && tokens[i].text != "}")) break;
    if (tokens[i].text != "}") continue;
    return list.numbers.size() > 1 ? std::optional(std::move(list)) : std::nullopt;
  }
  return std::nullopt;
}

template <class Type>
bool holds(std::string_view bytes, const std::vector<double>& numbers) {
  std::string all;
  for (const double number : numbers) {
    if constexpr (std::numeric_limits<Type>::is_integer) {
      constexpr auto kLeast = static_cast<double>(std::numeric_limits<Type>::min());
      constexpr auto kMost = static_cast<double>(std::numeric_limits<Type>::max());
      // The largest of 64 bits is rounded up.
      if (number != std::trunc(number) || number < kLeast || number >= kMost + 1) return false;
    }
    const auto value = static_cast<Type>(number);
    all.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return all.starts_with(bytes) && all.find_first_not_of('\0', bytes.size()) == all.npos;
}

}  // namespace

std::vector<NumberList> number_lists(std::string_view source) {
  std::vector<size_t> ends;
  const std::vector<Token> tokens = tokenise(source, &ends);
  std::vector<NumberList> lists;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text != "{") continue;
    if (auto list = list_at(tokens, ends, i)) lists.push_back(std::move(*list));
  }
  return lists;
}

bool is_written_as(std::string_view bytes, const std::vector<double>& numbers) {
  return holds<double>(bytes, numbers) || holds<float>(bytes, numbers) ||
         holds<int64_t>(bytes, numbers) || holds<int32_t>(bytes, numbers) ||
         holds<int16_t>(bytes, numbers) || holds<int8_t>(bytes, numbers) ||
         holds<uint64_t>(bytes, numbers) || holds<uint32_t>(bytes, numbers) ||
         holds<uint16_t>(bytes, numbers) || holds<uint8_t>(bytes, numbers);
}

}  // namespace almanac
