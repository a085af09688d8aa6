#include "core/code/code_hash.h"

#include <algorithm>
#include <array>

#include "core/plan/preimage.h"

namespace almanac {

namespace {

using Kind = Token::Kind;

// Where the category of an ALMANAC_CALCULATION starting at `at` is, if it is one string literal.
size_t category_index(const std::vector<Token>& tokens, size_t at) {
  if (!tokens[at].is(Kind::Identifier, "ALMANAC_CALCULATION")) return tokens.size();
  for (size_t i = at + 1; i + 2 < tokens.size(); ++i) {
    if (tokens[i].is(Kind::Punctuator, ")")) break;
    if (!tokens[i].is(Kind::Punctuator, ",")) continue;
    const bool literal = tokens[i + 1].kind == Kind::String;
    return literal && tokens[i + 2].is(Kind::Punctuator, ",") ? i + 1 : tokens.size();
  }
  return tokens.size();
}

// Names that tell code where it stands in its file.
bool names_layout(const Token& token) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "__LINE__",       "__FILE__",         "__FILE_NAME__",  "__BASE_FILE__", "source_location",
      "__builtin_LINE", "__builtin_COLUMN", "__builtin_FILE", "stacktrace"};
  return token.kind == Kind::Identifier &&
         std::find(kNames.begin(), kNames.end(), token.text) != kNames.end();
}

// In a directive only # makes a string of a macro's argument, the white space in it included; ##
// can make any of the names.
bool depends_on_layout(const std::vector<Token>& tokens) {
  bool in_directive = false;
  for (const Token& token : tokens) {
    if (token.kind == Kind::Directive) in_directive = true;
    if (token.kind == Kind::DirectiveEnd) in_directive = false;
    if (names_layout(token)) return true;
    if (!in_directive || token.kind != Kind::Punctuator) continue;
    for (const char* makes_text : {"#", "%:", "##", "%:%:"}) {
      if (token.text == makes_text) return true;
    }
  }
  return false;
}

// The preimage in one piece, framed as Hasher does it: a build reads every source again, and most
// tokens are of a few bytes.
Hash hash_tokens(const std::vector<Token>& tokens, const std::vector<bool>& left_out) {
  Preimage preimage;
  preimage.start("tokens/1");
  for (size_t i = 0; i < tokens.size(); ++i) {
    preimage.add(static_cast<uint64_t>(tokens[i].kind));
    preimage.add(left_out[i] ? std::string_view() : std::string_view(tokens[i].text));
  }
  return preimage.digest();
}

void add_all(Hasher& hasher, const std::vector<SourceHash>& sources, Hash SourceHash::* part) {
  hasher.add(uint64_t{sources.size()});
  for (const auto& source : sources) hasher.add(source.*part);
}

}  // namespace

SourceHash source_hash(std::string_view path, std::string_view source,
                       const std::vector<Token>& tokens) {
  SourceHash hash;
  std::vector<bool> left_out(tokens.size(), false);
  hash.tokens = hash.identity = hash_tokens(tokens, left_out);
  for (size_t i = 0; i < tokens.size(); ++i) {
    const size_t category = category_index(tokens, i);
    if (category < tokens.size()) left_out[category] = true;
  }
  if (std::find(left_out.begin(), left_out.end(), true) != left_out.end()) {
    hash.identity = hash_tokens(tokens, left_out);
  }
  hash.layout = Hasher("layout/1").add(path).add(source).digest();
  hash.exact = depends_on_layout(tokens);
  return hash;
}

Hash code_hash(const SourceHash& unit, const std::vector<SourceHash>& headers,
               const std::vector<SourceHash>& layers, std::string_view found,
               const std::vector<std::string>& flags) {
  Hasher hasher("own-code/2");
  hasher.add(unit.identity);
  add_all(hasher, headers, &SourceHash::identity);
  hasher.add(found);
  hasher.add(uint64_t{flags.size()});
  for (const auto& flag : flags) hasher.add(flag);

  auto exact = [](const SourceHash& source) { return source.exact; };
  if (unit.exact || std::any_of(headers.begin(), headers.end(), exact) ||
      std::any_of(layers.begin(), layers.end(), exact)) {
    hasher.add(unit.layout);
    add_all(hasher, headers, &SourceHash::layout);
    add_all(hasher, layers, &SourceHash::layout);
  }
  return hasher.digest();
}

}  // namespace almanac
