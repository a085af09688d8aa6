#include "core/code/renamed_source.h"

#include <vector>

#include "core/code/tokens.h"

namespace almanac {

namespace {

using Kind = Token::Kind;

// Whether the literal at `at` is what calculation( or the end of an ALMANAC_CALCULATION( has.
bool names_calculation(const std::vector<Token>& tokens, size_t at) {
  if (at < 2 || at + 1 == tokens.size() || !tokens[at + 1].is(Kind::Punctuator, ")")) return false;
  if (tokens[at - 1].is(Kind::Punctuator, "(")) {
    return tokens[at - 2].is(Kind::Identifier, "calculation");
  }
  // Its first argument may be a template's instance, so what it starts with is looked for.
  for (size_t i = at; i-- > 0;) {
    if (tokens[i].is(Kind::Identifier, "ALMANAC_CALCULATION")) {
      return tokens[at - 1].is(Kind::Punctuator, ",");
    }
    if (tokens[i].is(Kind::Punctuator, ";") || tokens[i].is(Kind::Punctuator, ")")) return false;
  }
  return false;
}

}  // namespace

std::optional<std::string> renamed_source(std::string_view source, std::string_view from,
                                          std::string_view to) {
  const std::string literal = '"' + std::string(from) + '"';
  std::vector<size_t> ends;
  const std::vector<Token> tokens = tokenise(source, &ends);
  std::string out;
  size_t copied = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].is(Kind::String, literal) || !names_calculation(tokens, i)) continue;
    const size_t begin = ends[i] - literal.size();
    if (ends[i] < literal.size() || source.substr(begin, literal.size()) != literal) continue;
    out.append(source.substr(copied, begin + 1 - copied)).append(to);
    copied = ends[i] - 1;
  }
  if (copied == 0) return std::nullopt;
  return out.append(source.substr(copied));
}

}  // namespace almanac
