#include "core/code/constants.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/code/tokens.h"

namespace almanac {

namespace {

constexpr size_t kLongestText = 64;

template <class Value>
void sort_out(std::vector<Value>* values) {
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
}

}  // namespace

double number_of(std::string text) {
  std::erase(text, '\'');
  if (text.starts_with("0b") || text.starts_with("0B")) {
    return static_cast<double>(std::strtoull(text.c_str() + 2, nullptr, 2));
  }
  const bool octal =
      text.size() > 1 && text[0] == '0' && text.find_first_not_of("01234567uUlLzZ") == text.npos;
  if (octal) return static_cast<double>(std::strtoull(text.c_str(), nullptr, 8));
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end == text.c_str() ? std::nan("") : value;
}

void add_constants(std::string_view source, Constants* constants) {
  bool directive = false;
  for (const Token& token : tokenise(source)) {
    if (token.kind == Token::Kind::Directive) directive = true;
    if (token.kind == Token::Kind::DirectiveEnd) directive = false;
    if (token.kind == Token::Kind::Number) {
      const double value = number_of(token.text);
      if (std::isfinite(value)) constants->numbers.push_back(value);
    }
    const bool text = token.kind == Token::Kind::String || token.kind == Token::Kind::Character;
    if (!text || directive) continue;
    const char quote = token.kind == Token::Kind::String ? '"' : '\'';
    const size_t first = token.text.find(quote), last = token.text.rfind(quote);
    if (first == token.text.npos || last <= first || last - first > kLongestText) continue;
    constants->texts.push_back(token.text.substr(first + 1, last - first - 1));
  }
  sort_out(&constants->numbers);
  sort_out(&constants->texts);
}

}  // namespace almanac
