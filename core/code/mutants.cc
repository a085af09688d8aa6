#include "core/code/mutants.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/code/tokens.h"

namespace almanac {

namespace {

using Kind = Token::Kind;

// Other texts for a token.
using Others = std::map<std::string_view, std::vector<std::string_view>>;

const Others kPunctuators = {
    {"<", {"<=", ">", "=="}},
    {"<=", {"<", ">=", "=="}},
    {">", {">=", "<", "=="}},
    {">=", {">", "<=", "=="}},
    {"==", {"!=", "<=", ">="}},
    {"!=", {"==", "<", ">"}},
    {"+", {"-", "*"}},
    {"-", {"+", "*"}},
    {"*", {"/", "+"}},
    {"/", {"*", "-"}},
    {"%", {"/", "*"}},
    {"&&", {"||"}},
    {"||", {"&&"}},
    {"+=", {"-=", "="}},
    {"-=", {"+=", "="}},
    {"*=", {"/=", "="}},
    {"/=", {"*=", "="}},
    {"++", {"--"}},
    {"--", {"++"}},
    {"!", {""}},
};

const Others kNames = {
    {"true", {"false"}},
    {"false", {"true"}},
    {"min", {"max"}},
    {"max", {"min"}},
    {"fmin", {"fmax"}},
    {"fmax", {"fmin"}},
    {"floor", {"ceil", "round"}},
    {"ceil", {"floor"}},
    {"round", {"floor", "nearbyint"}},
    {"nearbyint", {"round", "floor"}},
    {"trunc", {"floor"}},
    {"stable_sort", {"sort"}},
    {"front", {"back"}},
    {"back", {"front"}},
    {"lower_bound", {"upper_bound"}},
    {"upper_bound", {"lower_bound"}},
    {"sqrt", {"cbrt"}},
    {"log", {"log2"}},
    {"isfinite", {"isnormal"}},
    {"isnan", {"isinf"}},
    {"continue", {"break"}},
    {"break", {"continue"}},
};

// Names before a `<` that is a bracket.
constexpr std::string_view kTemplates[] = {
    "In",         "Out",      "Key",      "Parameter",  "List",       "vector",
    "optional",   "array",    "map",      "set",        "pair",       "tuple",
    "span",       "deque",    "function", "unique_ptr", "shared_ptr", "static_cast",
    "const_cast", "template", "variant",  "id",         "get",        "numeric_limits"};
// Names in a statement that declares what the calculation reads, takes and puts out.
constexpr std::string_view kDeclares[] = {
    "dataset", "calculation", "column", "key",      "parameter", "previous", "window",
    "lines",   "tags",        "In",     "entities", "calendar",  "Table",    "ALMANAC_CALCULATION"};
// Words with which no statement starts that may be left out.
constexpr std::string_view kWords[] = {
    "auto",    "bool",   "case",     "class",   "const",  "constexpr", "double",   "else",
    "enum",    "for",    "if",       "int",     "inline", "namespace", "return",   "static",
    "struct",  "switch", "template", "using",   "while",  "do",        "default",  "public",
    "private", "throw",  "try",      "catch",   "size_t", "int64_t",   "uint64_t", "int32_t",
    "char",    "void",   "union",    "explicit"};

// Members that change how memory is laid out and nothing else.
constexpr std::string_view kOfMemory[] = {"reserve", "shrink_to_fit"};

// What may stand in front of an operand, and behind it.
constexpr std::string_view kBeforeOperand[] = {
    "=", "+=", "-=", "*=", "/=", "+",  "-",  "*", "/",
    "%", "<",  "<=", ">",  ">=", "==", "!=", "?", "return"};
constexpr std::string_view kAfterOperand[] = {
    ";", "+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "?", ":", ")"};

class Finder {
 public:
  explicit Finder(std::string_view source) : source_(source) {
    tokens_ = tokenise(source, &ends_);
    skip_.resize(tokens_.size());
  }

  std::vector<Mutant> run() {
    return find([&](size_t i) {
      exchange(i);
      force_condition(i);
      leave_out(i);
    });
  }
  std::vector<Mutant> operands() {
    return find([&](size_t i) { change_operand(i); });
  }

 private:
  template <class Look>
  std::vector<Mutant> find(Look look) {
    skip_directives();
    skip_declarations();
    skip_brackets();
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!skip_[i] && stands_as_written(i)) look(i);
    }
    std::sort(mutants_.begin(), mutants_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.at, a.length, a.with) < std::tie(b.at, b.length, b.with);
    });
    return std::move(mutants_);
  }

  size_t begin_of(size_t i) const { return ends_[i] - tokens_[i].text.size(); }
  bool is(size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].text == text;
  }
  bool is_name(size_t i) const { return i < tokens_.size() && tokens_[i].kind == Kind::Identifier; }
  // A line splice inside a token makes its place unknown.
  bool stands_as_written(size_t i) const {
    return ends_[i] >= tokens_[i].text.size() &&
           source_.substr(begin_of(i), tokens_[i].text.size()) == tokens_[i].text;
  }

  void add(size_t first, size_t last, std::string with, std::string what) {
    const size_t at = begin_of(first);
    mutants_.push_back({at, ends_[last] - at, std::move(with), std::move(what)});
  }
  void replace(size_t i, std::string with) {
    std::string what = "`" + with + "` for `" + tokens_[i].text + "`";
    add(i, i, std::move(with), std::move(what));
  }

  void skip_directives() {
    bool inside = false;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      inside |= tokens_[i].kind == Kind::Directive;
      if (inside) skip_[i] = 1;
      inside &= tokens_[i].kind != Kind::DirectiveEnd;
    }
  }

  // From the end of the statement before to the semicolon; a block ends one, too. Within the braces
  // of a function that follow a list of parameters, nothing is declared in that way.
  void skip_declarations() {
    size_t start = 0;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (is(i, "{") && opens_function(i)) {
        i = closing(i);
        start = i + 1;
        continue;
      }
      if (is(i, "(") && lists_parameters(i)) {
        i = closing(i);
        continue;
      }
      if (is(i, "{") || is(i, "}") || is(i, ";")) start = i + 1;
      if (!is_name(i) || !among(tokens_[i].text, kDeclares)) continue;
      size_t end = i;
      while (end < tokens_.size() && !is(end, ";") && !is(end, "}")) {
        end = is(end, "{") || is(end, "(") ? closing(end) + 1 : end + 1;
      }
      for (size_t s = start; s < std::min(end, tokens_.size()); ++s) skip_[s] = 1;
    }
  }

  // Of a function that is defined; the arguments of what initialises a member count as such.
  bool lists_parameters(size_t open) const {
    const size_t end = closing(open);
    return is(end + 1, "{") || is(end + 1, ":") || is(end + 1, "const") || is(end + 1, "->") ||
           is(end + 1, "noexcept") || is(end + 1, "override");
  }

  // "T f(...) const override {" and "auto f(...) -> T {", but not the body of a constructor without
  // parameters, which declares lines and tags: in front of its name there is no type.
  bool opens_function(size_t brace) const {
    size_t at = brace;
    while (at > 0 && (is_name(at - 1) || is_of_type(at - 1) || is(at - 1, "->"))) --at;
    if (at == 0 || !is(at - 1, ")")) return false;
    size_t name = at - 1;
    for (int depth = 0; name > 0; --name) {
      if (is(name, ")")) ++depth;
      if (is(name, "(") && --depth == 0) break;
    }
    for (size_t before = 1; before <= std::min<size_t>(name, 3); ++before) {
      if (is(name - before, "operator")) return true;
    }
    if (name == 0 || !is_name(--name)) return is(name, "]");
    while (name >= 2 && is(name - 1, "::") && is_name(name - 2)) name -= 2;
    const bool is_empty = is(at - 2, "(");
    if (name == 0 || is(name - 1, "explicit") || is(name - 1, "constexpr")) return !is_empty;
    return !is_empty || is_name(name - 1) || is_of_type(name - 1);
  }
  bool is_of_type(size_t i) const {
    return is(i, "<") || is(i, ">") || is(i, ">>") || is(i, "&") || is(i, "&&") || is(i, "*") ||
           is(i, "::");
  }

  void skip_brackets() {
    for (size_t i = 1; i < tokens_.size(); ++i) {
      if (!is(i, "<") || !among(tokens_[i - 1].text, kTemplates)) continue;
      int depth = 0;
      for (size_t at = i; at < tokens_.size() && !is(at, ";") && !is(at, "{"); ++at) {
        if (is(at, "<")) ++depth;
        if (is(at, ">")) --depth;
        if (is(at, ">>")) depth -= 2;
        if (is(at, "<") || is(at, ">") || is(at, ">>")) skip_[at] = 1;
        if (depth <= 0) break;
      }
    }
  }

  // The bracket that closes the one at i; the last token where none does.
  size_t closing(size_t i) const {
    int depth = 0;
    for (size_t at = i; at < tokens_.size(); ++at) {
      if (is(at, "(") || is(at, "{") || is(at, "[")) ++depth;
      if ((is(at, ")") || is(at, "}") || is(at, "]")) && --depth == 0) return at;
    }
    return tokens_.size() - 1;
  }

  // Whether an operator at i has something on its left.
  bool is_binary(size_t i) const {
    if (i == 0) return false;
    const Token& before = tokens_[i - 1];
    if (before.kind == Kind::Identifier) return !among(before.text, kWords);
    return before.kind == Kind::Number || is(i - 1, ")") || is(i - 1, "]");
  }

  void exchange(size_t i) {
    const Token& token = tokens_[i];
    if (token.kind == Kind::Number) exchange_number(i);
    const bool sign = token.text == "+" || token.text == "-" || token.text == "*";
    if (sign && !is_binary(i)) {
      if (token.text == "-") replace(i, "");
      return;
    }
    const bool name = token.kind == Kind::Identifier;
    if (!name && token.kind != Kind::Punctuator) return;
    const Others& table = name ? kNames : kPunctuators;
    const auto row = table.find(token.text);
    if (row == table.end()) return;
    for (std::string_view other : row->second) replace(i, std::string(other));
  }

  void exchange_number(size_t i) {
    const std::string& text = tokens_[i].text;
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    const bool real = !hex && text.find_first_of(".eE") != text.npos;
    std::vector<const char*> changes = {" + 1)", " - 1)"};
    const bool zero = text == "0" || text == "0.0";  // the sign of which says nothing
    if (real && !zero) changes = {" + 1)", " * 1.001)", " * -1)"};
    for (const char* change : changes) replace(i, "(" + text + change);
    if (!zero) replace(i, real ? "0.0" : "0");
  }

  void force_condition(size_t i) {
    const bool loop = is(i, "while");
    if ((!loop && !is(i, "if")) || !is(i + 1, "(")) return;
    const size_t end = closing(i + 1);
    for (size_t at = i + 1; at < end; ++at) {
      if (is(at, ";")) return;  // it declares something
    }
    const size_t first = begin_of(i + 1);
    const std::string condition(source_.substr(first, ends_[end] - first));
    add(i + 1, end, "(false && " + condition + ")", "never " + condition);
    if (!loop) add(i + 1, end, "(true || " + condition + ")", "always " + condition);
  }

  // A name with its arguments, indices and members, between signs of a computation.
  void change_operand(size_t i) {
    if (i == 0 || !is_name(i) || among(tokens_[i].text, kWords)) return;
    if (!among(tokens_[i - 1].text, kBeforeOperand)) return;
    size_t last = i;
    for (;;) {
      if (is(last + 1, "(") || is(last + 1, "[")) {
        last = closing(last + 1);
      } else if ((is(last + 1, ".") || is(last + 1, "->") || is(last + 1, "::")) &&
                 is_name(last + 2)) {
        last += 2;
      } else {
        break;
      }
    }
    if (last + 1 >= tokens_.size() || !among(tokens_[last + 1].text, kAfterOperand)) return;
    const size_t at = begin_of(i);
    const std::string operand(source_.substr(at, ends_[last] - at));
    for (const auto& [before, after] :
         {std::pair{"(", " + 1)"}, {"(", " - 1)"}, {"(2 * ", ")"}, {"(-", ")"}}) {
      const std::string with = before + operand + after;
      add(i, last, with, "`" + with + "` for `" + operand + "`");
    }
  }

  // "a.b->reserve(...)" up to the semicolon at `end`.
  bool is_about_memory(size_t i, size_t end) const {
    size_t name = i;
    while (is_name(name) && (is(name + 1, ".") || is(name + 1, "->"))) name += 2;
    return name > i && among(tokens_[name].text, kOfMemory) && is(name + 1, "(") &&
           closing(name + 1) + 1 == end;
  }

  // A statement that assigns or calls, or that jumps.
  void leave_out(size_t i) {
    const bool starts =
        i > 0 && (is(i - 1, ";") || is(i - 1, "{") || is(i - 1, "}") || is(i - 1, ")"));
    if (!starts || !is_name(i)) return;
    const bool jump = is(i, "continue") || is(i, "break") || (is(i, "return") && is(i + 1, ";"));
    // Two names after each other, or a name and its brackets, declare something.
    if (!jump && (among(tokens_[i].text, kWords) || is_name(i + 1) || is(i + 1, "<") ||
                  is(i + 1, "&") || is(i + 1, "*") || is(i + 1, ":"))) {
      return;
    }
    size_t end = i;
    bool acts = jump;
    while (end < tokens_.size() && !is(end, ";") && !is(end, "{") && !is(end, "}")) {
      acts |= is(end, "=") || is(end, "(") || is(end, "++") || is(end, "--") ||
              (tokens_[end].text.size() == 2 && tokens_[end].text[1] == '=');
      if (is(end, "::") && is_name(end + 1) && is_name(end + 2)) return;
      end = is(end, "(") || is(end, "[") ? closing(end) + 1 : end + 1;
    }
    if (!acts || !is(end, ";") || is_about_memory(i, end)) return;
    const size_t at = begin_of(i);
    add(i, end, ";", "without `" + std::string(source_.substr(at, ends_[end] - at)) + "`");
  }

  std::string_view source_;
  std::vector<Token> tokens_;
  std::vector<size_t> ends_;
  std::vector<char> skip_;
  std::vector<Mutant> mutants_;
};

}  // namespace

std::vector<Mutant> mutants_of(std::string_view source) {
  return Finder(source).run();
}

std::vector<Mutant> operand_mutants_of(std::string_view source) {
  return Finder(source).operands();
}

std::string mutated(std::string_view source, const Mutant& mutant) {
  return std::string(source.substr(0, mutant.at)) + mutant.with +
         std::string(source.substr(mutant.at + mutant.length));
}

}  // namespace almanac
