#include "core/code/lint.h"

#include <algorithm>
#include <utility>

#include "core/code/lint_rules.h"
#include "core/code/mutable_variables.h"
#include "core/code/tokens.h"

namespace almanac {

namespace {

using Kind = Token::Kind;
using Use = LintRule::Use;

// Words before a name that are no type of it.
constexpr std::string_view kNoTypes[] = {
    "return", "co_return", "co_yield", "co_await", "throw", "else",   "do",
    "case",   "new",       "delete",   "sizeof",   "not",   "and",    "or",
    "xor",    "bitand",    "bitor",    "compl",    "using", "and_eq", "or_eq"};
constexpr std::string_view kBeforeType[] = {";",      "{",      "}",       "const",
                                            "static", "inline", "virtual", "constexpr"};
constexpr std::string_view kAfterFunction[] = {";",        "{",     "const", "noexcept",
                                               "override", "final", "->",    "="};
constexpr std::string_view kAfterLambda[] = {"{", "->", "noexcept", "constexpr"};

class Linter {
 public:
  explicit Linter(std::string_view source) : source_(source) { tokens_ = tokenise(source, &ends_); }

  std::vector<LintFinding> run() {
    note_own();
    std::vector<std::pair<size_t, LintFinding>> found;  // by token
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const LintRule* rule = rule_at(i);
      if (rule == nullptr || !counts(i, rule->use)) continue;
      found.push_back({i, {line_of(i), called_by(i), std::string(rule->why)}});
    }
    for (const size_t i : mutable_variables(tokens_)) {
      found.push_back({i, {line_of(i), "variable " + tokens_[i].text, std::string(kKeepsState)}});
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<LintFinding> findings;
    for (auto& [i, finding] : found) findings.push_back(std::move(finding));
    return findings;
  }

 private:
  // Where a name means what the source itself declares.
  struct Own {
    std::string_view name;
    size_t begin, end;
  };

  bool is(size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].text == text;
  }
  bool is_name(size_t i) const { return i < tokens_.size() && tokens_[i].kind == Kind::Identifier; }
  bool is_type_name(size_t i) const { return is_name(i) && !among(tokens_[i].text, kNoTypes); }

  const LintRule* rule_at(size_t i) const {
    return is_name(i) ? lint_rule(tokens_[i].text) : nullptr;
  }

  size_t line_of(size_t i) const {
    const size_t end = std::min(ends_[i], source_.size());
    const auto begin = source_.begin();
    return 1 + static_cast<size_t>(std::count(begin, begin + static_cast<ptrdiff_t>(end), '\n'));
  }

  std::string called_by(size_t i) const {
    const bool qualified = i > 1 && is(i - 1, "::") && is(i - 2, "std");
    return (qualified ? "std::" : "") + tokens_[i].text + (is(i + 1, "(") ? "()" : "");
  }

  bool counts(size_t i, Use use) const {
    const bool first = i == 0;
    if (!first && (is(i - 1, ".") || is(i - 1, "->"))) return false;
    if (use == Use::Anywhere) return true;
    if (use == Use::Pragma) return !first && is(i - 1, "pragma");
    if (use == Use::Directive) return !first && tokens_[i - 1].kind == Token::Kind::Directive;
    if (use == Use::Member) return is_name(i + 1) && !among(tokens_[i + 1].text, kAfterLambda);
    if (!first && is(i - 1, "::")) return i == 1 || !is_type_name(i - 2) || is(i - 2, "std");
    const bool used = is(i + 1, "(") || (use == Use::Standard && is_type_name(i + 1));
    return used && !declares(i) && !is_own(i);
  }

  bool is_own(size_t i) const {
    return std::any_of(own_.begin(), own_.end(), [&](const Own& own) {
      return own.name == tokens_[i].text && own.begin <= i && i < own.end;
    });
  }

  // The bracket that closes the one at i, the number of tokens where none does.
  size_t closing(size_t i) const {
    int depth = 0;
    for (; i < tokens_.size(); ++i) {
      if (is(i, "(") || is(i, "{") || is(i, "[")) ++depth;
      if ((is(i, ")") || is(i, "}") || is(i, "]")) && --depth == 0) break;
    }
    return i;
  }

  // The < of the template arguments that end at i; i where it is an operator.
  size_t opening_angle(size_t i) const {
    int depth = 0, brackets = 0;
    for (size_t at = i; at > 0; --at) {
      if (is(at, ";") || is(at, "{") || is(at, "}") || is(at, "&&") || is(at, "||")) break;
      if (is(at, ")")) ++brackets;
      if (is(at, "(") && --brackets < 0) break;
      if (is(at, ">")) ++depth;
      if (is(at, ">>")) depth += 2;
      if (is(at, "<") && --depth <= 0) return is_name(at - 1) ? at : i;
    }
    return i;
  }

  // Whether the name at i is declared there: a type stands before it.
  bool declares(size_t i) const {
    if (i == 0 || is_type_name(i - 1)) return i > 0;
    size_t type = i - 1;
    while (type > 0 && (is(type, "*") || is(type, "&") || is(type, "&&") || is(type, "const"))) {
      --type;
    }
    const bool refers = type + 1 < i;
    if (is(type, ">") || is(type, ">>")) {
      const size_t angle = opening_angle(type);
      if (angle == type) return false;
      type = angle - 1;
    }
    if (!is_type_name(type)) return false;
    if (!refers || !is(i + 1, "(")) return true;
    // A function that returns a reference, not a product with what a function returns.
    while (type > 1 && is(type - 1, "::")) type -= 2;
    const size_t after = closing(i + 1) + 1;
    return (type == 0 || among(tokens_[type - 1].text, kBeforeType)) && after < tokens_.size() &&
           among(tokens_[after].text, kAfterFunction);
  }

  // Functions and types count as own in the whole source, variables in their block, parameters in
  // their function.
  void note_own() {
    std::vector<size_t> open;  // brackets
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (is(i, "{") || is(i, "(")) open.push_back(i);
      if ((is(i, "}") || is(i, ")")) && !open.empty()) open.pop_back();
      const LintRule* rule = rule_at(i);
      if (rule == nullptr || rule->use == Use::Anywhere || !declares(i)) continue;
      Own own{tokens_[i].text, 0, tokens_.size()};
      if (!open.empty() && !is(i + 1, "(") && !is_type_word(i - 1)) {
        own.begin = open.back();
        own.end = closing(own.begin);
        if (is(own.begin, "(")) {
          while (own.end < tokens_.size() && !is(own.end, "{") && !is(own.end, ";")) ++own.end;
          if (is(own.end, "{")) own.end = closing(own.end);
        }
      }
      own_.push_back(own);
    }
  }

  bool is_type_word(size_t i) const {
    return is(i, "struct") || is(i, "class") || is(i, "enum") || is(i, "union");
  }

  std::string_view source_;
  std::vector<Token> tokens_;
  std::vector<size_t> ends_;
  std::vector<Own> own_;
};

}  // namespace

std::vector<LintFinding> lint(std::string_view source) {
  return Linter(source).run();
}

}  // namespace almanac
