// Preprocessing tokens of C++20 sources: what counts of a source when its layout and comments do
// not.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace almanac {

struct Token {
  enum class Kind : uint8_t {
    Identifier,
    Number,     // a preprocessing number, digit separators included
    Character,  // with prefix and suffix
    String,     // with prefix and suffix; raw strings too
    Punctuator,
    HeaderName,    // <x> or "x" after #include and __has_include(
    Directive,     // the # that starts a preprocessor directive
    MacroOpen,     // the ( that directly follows the name in #define NAME(
    DirectiveEnd,  // the line end that ends a directive; empty text
    Other,         // anything else, and literals and comments that do not end
  };
  Kind kind;
  std::string text;  // with spliced lines joined
  bool operator==(const Token&) const = default;

  bool is(Kind wanted_kind, std::string_view wanted_text) const {
    return kind == wanted_kind && text == wanted_text;
  }
};

template <size_t N>
bool among(std::string_view text, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

// Comments and white space are dropped; line splices are joined outside raw strings; punctuators
// are the longest possible. Total: a character or string literal that does not end is one token up
// to the end of its line, a raw string or comment that does not end is one up to the end of the
// source.
std::vector<Token> tokenise(std::string_view source);

// The same, with the place in the source at which each token has ended.
std::vector<Token> tokenise(std::string_view source, std::vector<size_t>* ends);

}  // namespace almanac
