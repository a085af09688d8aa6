#include "core/code/header_names.h"

namespace almanac {

namespace {

using Kind = Token::Kind;

bool is_include(const Token& token) {
  return token.text == "include" || token.text == "include_next" || token.text == "import";
}

bool is_asm(const Token& token) {
  return token.is(Kind::Identifier, "asm") || token.is(Kind::Identifier, "__asm") ||
         token.is(Kind::Identifier, "__asm__");
}

// The text from a < to the next > of its directive; empty when there is none.
std::string angled(const std::vector<Token>& tokens, size_t at) {
  std::string text;
  for (; at < tokens.size() && tokens[at].kind != Kind::DirectiveEnd; ++at) {
    text += tokens[at].text;
    if (tokens[at].is(Kind::Punctuator, ">")) return text;
  }
  return {};
}

}  // namespace

HeaderNames header_names(const std::vector<Token>& tokens) {
  HeaderNames names;
  bool in_directive = false;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.kind == Kind::DirectiveEnd) in_directive = false;
    if (is_asm(token)) names.refused = "uses asm, which can read any file";
    if (token.kind == Kind::Directive && i + 2 < tokens.size()) {
      in_directive = true;
      if (tokens[i + 1].text == "embed") names.refused = "uses #embed";
      if (!is_include(tokens[i + 1])) continue;
      i += 2;
      if (tokens[i].kind == Kind::HeaderName) {
        names.included.push_back(tokens[i].text);
      } else {
        names.refused = "names the file of an #include by a macro";
      }
    } else if (token.kind == Kind::HeaderName ||
               (in_directive && token.kind == Kind::String && token.text[0] == '"')) {
      names.asked.push_back(token.text);
    } else if (in_directive && token.is(Kind::Punctuator, "<")) {
      const std::string name = angled(tokens, i);
      if (!name.empty()) names.asked.push_back(name);
    }
  }
  return names;
}

}  // namespace almanac
