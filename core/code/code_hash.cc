#include "core/code/code_hash.h"

#include <algorithm>
#include <array>

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
      "__LINE__",       "__FILE__",         "__FILE_NAME__",    "__BASE_FILE__", "source_location",
      "__builtin_LINE", "__builtin_COLUMN", "__builtin_FILE",   "stacktrace"};
  return token.kind == Kind::Identifier &&
         std::find(kNames.begin(), kNames.end(), token.text) != kNames.end();
}

// In a directive only # makes a string of a macro's argument, the white space in it included.
bool depends_on_layout(const std::vector<Token>& tokens) {
  bool in_directive = false;
  for (const Token& token : tokens) {
    if (token.kind == Kind::Directive) in_directive = true;
    if (token.kind == Kind::DirectiveEnd) in_directive = false;
    if (names_layout(token)) return true;
    if (in_directive && (token.is(Kind::Punctuator, "#") || token.is(Kind::Punctuator, "%:"))) {
      return true;
    }
  }
  return false;
}

enum class Category { Counts, LeftOut };

Hash hash_tokens(const std::vector<Token>& tokens, Category rule) {
  Hasher hasher("tokens/1");
  size_t category = tokens.size();
  for (size_t i = 0; i < tokens.size(); ++i) {
    const size_t found = category_index(tokens, i);
    if (rule == Category::LeftOut && found < tokens.size()) category = found;
    hasher.add(static_cast<uint64_t>(tokens[i].kind));
    hasher.add(i == category ? std::string_view() : std::string_view(tokens[i].text));
  }
  return hasher.digest();
}

void add_sorted(Hasher& hasher, const std::vector<SourceHash>& sources, Hash SourceHash::*part) {
  std::vector<Hash> hashes;
  for (const auto& source : sources) hashes.push_back(source.*part);
  std::sort(hashes.begin(), hashes.end());
  hasher.add(uint64_t{hashes.size()});
  for (const auto& hash : hashes) hasher.add(hash);
}

}  // namespace

SourceHash source_hash(std::string_view path, std::string_view source,
                       const std::vector<Token>& tokens) {
  return {hash_tokens(tokens, Category::Counts), hash_tokens(tokens, Category::LeftOut),
          Hasher("layout/1").add(path).add(source).digest(), depends_on_layout(tokens)};
}

Hash code_hash(const SourceHash& unit, const std::vector<SourceHash>& headers,
               const std::vector<SourceHash>& layers, const std::vector<std::string>& flags) {
  Hasher hasher("code/1");
  hasher.add(unit.identity);
  add_sorted(hasher, headers, &SourceHash::identity);
  hasher.add(uint64_t{flags.size()});
  for (const auto& flag : flags) hasher.add(flag);

  auto exact = [](const SourceHash& source) { return source.exact; };
  if (unit.exact || std::any_of(headers.begin(), headers.end(), exact) ||
      std::any_of(layers.begin(), layers.end(), exact)) {
    hasher.add(unit.layout);
    add_sorted(hasher, headers, &SourceHash::layout);
    add_sorted(hasher, layers, &SourceHash::layout);
  }
  return hasher.digest();
}

}  // namespace almanac
