#include "core/code/mutable_variables.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

namespace almanac {

namespace {

using Kind = Token::Kind;

constexpr std::string_view kSpecifiers[] = {"static",    "inline",   "extern",      "const",
                                            "constexpr", "volatile", "thread_local"};
// Words of declarations that declare no variable, or none that this is about.
constexpr std::string_view kOthers[] = {"constexpr", "consteval", "thread_local", "operator",
                                        "namespace", "using",     "typedef",      "friend",
                                        "class",     "struct",    "union",        "enum",
                                        "concept",   "requires",  "static_assert"};
// Words with brackets that belong to a type.
constexpr std::string_view kBracketed[] = {"decltype", "alignas", "__attribute__", "noexcept"};

// Positions are of order_, in which directives come after the rest of the code, so that it can be
// read without them.
class Finder {
 public:
  explicit Finder(const std::vector<Token>& tokens) : tokens_(tokens) {
    std::vector<size_t> directives;
    bool inside = false;
    for (size_t i = 0; i < tokens.size(); ++i) {
      inside |= tokens[i].kind == Kind::Directive;
      (inside ? directives : order_).push_back(i);
      inside &= tokens[i].kind != Kind::DirectiveEnd;
    }
    code_ = order_.size();
    order_.insert(order_.end(), directives.begin(), directives.end());
  }

  std::vector<size_t> run() {
    for (size_t at = 0; at < order_.size(); ++at) {
      if (is(at, "static") || is(at, "inline")) add(variable(first_specifier(at)));
    }
    read_namespaces();
    return {found_.begin(), found_.end()};
  }

 private:
  const Token& token(size_t at) const { return tokens_[order_[at]]; }
  bool is(size_t at, std::string_view text) const {
    return at < order_.size() && token(at).text == text;
  }
  bool is_name(size_t at) const { return at < order_.size() && token(at).kind == Kind::Identifier; }

  void add(std::optional<size_t> at) {
    if (at) found_.insert(order_[*at]);
  }

  size_t first_specifier(size_t at) const {
    while (at > 0 && among(token(at - 1).text, kSpecifiers)) --at;
    return at;
  }

  // The bracket that closes the one at `at`; the last position where none does.
  size_t closing(size_t at) const {
    int depth = 0;
    for (; at < order_.size(); ++at) {
      if (is(at, "(") || is(at, "{") || is(at, "[")) ++depth;
      if ((is(at, ")") || is(at, "}") || is(at, "]")) && --depth == 0) return at;
    }
    return order_.size() - 1;
  }

  // The end of template arguments.
  size_t closing_angle(size_t at) const {
    int depth = 0;
    for (; at < order_.size() && !is(at, ";") && !is(at, "{"); ++at) {
      if (is(at, "(")) at = closing(at);
      if (is(at, "<")) ++depth;
      if (is(at, ">")) --depth;
      if (is(at, ">>")) depth -= 2;
      if (depth <= 0) return at;
    }
    return order_.size();
  }

  // The name of the variable that the declaration at `at` declares, if that may change.
  std::optional<size_t> variable(size_t at) const {
    bool constant = false;
    size_t names = 0, name = 0;
    for (; at < order_.size(); ++at) {
      if (is_name(at)) {
        if (among(token(at).text, kOthers)) return std::nullopt;
        if (is(at, "const")) {
          constant = true;
        } else if (among(token(at).text, kBracketed) && is(at + 1, "(")) {
          at = closing(at + 1);
          ++names;
        } else if (!among(token(at).text, kSpecifiers)) {
          name = at;
          ++names;
        }
      } else if (is(at, "<")) {
        at = closing_angle(at);
      } else if (is(at, "[") && is(at + 1, "[")) {
        at = closing(at);
      } else if (is(at, "*")) {
        constant = false;
      } else if (is(at, "(") && is(at + 1, "*")) {  // a pointer to a function
        return is_name(at + 2) && !is(at + 2, "const") ? std::optional(at + 2) : std::nullopt;
      } else if (ends_name(at)) {
        return names > 1 && !constant ? std::optional(name) : std::nullopt;
      } else if (is(at, "::")) {
        names -= std::min<size_t>(names, 1);  // a::b is one name
      } else if (!is(at, "&") && !is(at, "&&")) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  // Whether a variable's declaration goes on like this after its name. Parameters of a function do
  // not begin with a literal or the member of something.
  bool ends_name(size_t at) const {
    if (is(at, "(")) {
      const Kind next = at + 1 < order_.size() ? token(at + 1).kind : Kind::Other;
      return next == Kind::Number || next == Kind::String || next == Kind::Character ||
             is(at + 2, ".") || is(at + 2, "->");
    }
    return is(at, "=") || is(at, "{") || is(at, ";") || is(at, "[") || is(at, ",");
  }

  // All declarations of namespaces; what stands in other braces is skipped.
  void read_namespaces() {
    for (size_t at = 0; at < code_;) {
      const size_t word = is(at, "inline") ? at + 1 : at;
      if (is(at, "}") || is(at, ";")) {
        ++at;
      } else if (is(word, "namespace")) {
        at = word;
        while (at < code_ && !is(at, "{") && !is(at, ";")) ++at;
        ++at;
      } else if (is(at, "extern") && is(at + 2, "{")) {
        at += 3;
      } else if (is_name(at) && is(at + 1, "(")) {  // a macro
        at = closing(at + 1) + 1;
      } else {
        add(variable(at));
        at = end_of_declaration(at);
      }
    }
  }

  size_t end_of_declaration(size_t at) const {
    for (; at < code_ && !is(at, ";"); ++at) {
      if (is(at, "{")) return closing(at) + 1;
      if (is(at, "(") || is(at, "[")) at = closing(at);
    }
    return at + 1;
  }

  const std::vector<Token>& tokens_;
  std::vector<size_t> order_;
  size_t code_ = 0;  // where directives begin
  std::set<size_t> found_;
};

}  // namespace

std::vector<size_t> mutable_variables(const std::vector<Token>& tokens) {
  return Finder(tokens).run();
}

}  // namespace almanac
