#include "core/code/tokens.h"

#include <algorithm>
#include <array>

namespace almanac {

namespace {

using Kind = Token::Kind;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

// Reads a source with spliced lines joined. Past the end it reads NUL; `done` tells.
class Cursor {
 public:
  explicit Cursor(std::string_view source) : source_(source) {
    if (source_.starts_with("\xEF\xBB\xBF")) position_ = 3;
    splice();
  }

  bool done() const { return position_ >= source_.size(); }
  size_t position() const { return position_; }
  char now() const { return done() ? '\0' : source_[position_]; }

  char peek(int ahead) const {
    Cursor other = *this;
    for (; ahead > 0; --ahead) other.next();
    return other.now();
  }

  bool sees(std::string_view text) const {
    if (done() || source_[position_] != text[0]) return false;
    Cursor other = *this;
    for (char c : text) {
      if (other.done() || other.now() != c) return false;
      other.next();
    }
    return true;
  }

  void next() {
    if (done()) return;
    ++position_;
    splice();
  }

  void take(std::string* text) {
    text->push_back(now());
    next();
  }

  // Takes source text as it stands, splices included; for raw strings.
  std::string_view rest() const { return source_.substr(position_); }
  void take_raw(std::string* text, size_t count) {
    text->append(source_.substr(position_, count));
    position_ = std::min(position_ + count, source_.size());
    splice();
  }

 private:
  // A backslash that ends its line (blanks may follow it, as compilers accept) joins the next line.
  void splice() {
    while (!done() && source_[position_] == '\\') {
      size_t end = position_ + 1;
      while (end < source_.size() && is_blank(source_[end])) ++end;
      if (end >= source_.size() || source_[end] != '\n') return;
      position_ = end + 1;
    }
  }

  std::string_view source_;
  size_t position_ = 0;
};

// Longest first.
constexpr std::array<std::string_view, 33> kPunctuators = {
    "%:%:", "<=>", "<<=", ">>=", "...", "->*", "::", ".*", "->", "++", "--",
    "<<",   ">>",  "<=",  ">=",  "==",  "!=",  "&&", "||", "+=", "-=", "*=",
    "/=",   "%=",  "&=",  "|=",  "^=",  "##",  "<:", ":>", "<%", "%>", "%:"};
constexpr std::string_view kSingles = "{}[]()#;:?.~!+-*/%^&|=<>,";

class Tokeniser {
 public:
  Tokeniser(std::string_view source, std::vector<size_t>* ends) : cursor_(source), ends_(ends) {}

  std::vector<Token> run() {
    while (skip_blanks()) {
      const bool starts_line = line_start_;
      line_start_ = false;
      token(starts_line);
    }
    end_directive();
    return std::move(tokens_);
  }

 private:
  // Moves to the next token; false at the end. Ends a directive at its line's end.
  bool skip_blanks() {
    for (spaced_ = false; !cursor_.done(); spaced_ = true) {
      const char c = cursor_.now();
      if (c == '\n') {
        end_directive();
        line_start_ = true;
        cursor_.next();
      } else if (is_blank(c)) {
        cursor_.next();
      } else if (cursor_.sees("//")) {
        while (!cursor_.done() && cursor_.now() != '\n') cursor_.next();
      } else if (cursor_.sees("/*")) {
        skip_block_comment();
      } else {
        return true;
      }
    }
    return false;
  }

  void skip_block_comment() {
    std::string text;
    cursor_.take(&text);
    cursor_.take(&text);
    while (!cursor_.done()) {
      if (cursor_.sees("*/")) {
        cursor_.next();
        cursor_.next();
        return;
      }
      cursor_.take(&text);
    }
    add(Kind::Other, std::move(text));
  }

  void end_directive() {
    if (in_directive_) add(Kind::DirectiveEnd, "");
    in_directive_ = false;
  }

  // Tokens of the present directive so far, the # included; 0 outside.
  size_t directive_length() const { return in_directive_ ? tokens_.size() - directive_ : 0; }

  void add(Kind kind, std::string text) {
    tokens_.push_back({kind, std::move(text)});
    if (ends_ != nullptr) ends_->push_back(cursor_.position());
  }

  void token(bool starts_line) {
    const char c = cursor_.now();
    if (starts_line && (c == '#' || cursor_.sees("%:"))) {
      directive_ = tokens_.size();
      in_directive_ = true;
      if (c == '%') cursor_.next();
      cursor_.next();
      return add(Kind::Directive, "#");
    }
    if (after_include() && header_name()) return;
    if (is_digit(c) || (c == '.' && is_digit(cursor_.peek(1)))) return number();
    if (c == '"' || c == '\'') return literal("");
    if (is_letter(c) || universal_name()) return identifier();
    punctuator();
  }

  // Whether a header's name may come next: after #include, or after __has_include(.
  bool after_include() const {
    const size_t length = directive_length();
    if (length < 2) return false;
    const std::string& last = tokens_.back().text;
    if (length == 2) return last == "include" || last == "include_next" || last == "import";
    const std::string& before = tokens_[tokens_.size() - 2].text;
    return last == "(" && (before == "__has_include" || before == "__has_include_next");
  }

  bool header_name() {
    const char open = cursor_.now();
    if (open != '<' && open != '"') return false;
    const char close = open == '<' ? '>' : '"';
    Cursor after = cursor_;
    std::string text;
    do {
      after.take(&text);
      if (after.done() || after.now() == '\n') return false;
    } while (after.now() != close);
    after.take(&text);
    cursor_ = after;
    add(Kind::HeaderName, std::move(text));
    return true;
  }

  void number() {
    std::string text;
    while (!cursor_.done()) {
      const char c = cursor_.now();
      const char last = text.empty() ? '\0' : text.back();
      const bool exponent = last == 'e' || last == 'E' || last == 'p' || last == 'P';
      const char after = c == '\'' ? cursor_.peek(1) : '\0';
      if (is_digit(c) || is_letter(c) || c == '.' || ((c == '+' || c == '-') && exponent) ||
          (c == '\'' && !text.empty() && (is_digit(after) || is_letter(after)))) {
        cursor_.take(&text);
      } else {
        break;
      }
    }
    add(Kind::Number, std::move(text));
  }

  bool universal_name() const { return cursor_.sees("\\u") || cursor_.sees("\\U"); }

  std::string name() {
    std::string text;
    while (!cursor_.done() &&
           (is_letter(cursor_.now()) || is_digit(cursor_.now()) || universal_name())) {
      cursor_.take(&text);
    }
    return text;
  }

  void identifier() {
    std::string text = name();
    const char c = cursor_.now();
    const bool raw = text.back() == 'R';
    const std::string_view prefix = std::string_view(text).substr(0, text.size() - raw);
    const bool encoding = prefix == "u8" || prefix == "u" || prefix == "U" || prefix == "L";
    if (c == '"' && raw && (encoding || prefix.empty())) return raw_string(std::move(text));
    if ((c == '"' || c == '\'') && !raw && encoding) return literal(std::move(text));
    add(Kind::Identifier, std::move(text));
  }

  void literal(std::string text) {
    const char quote = cursor_.now();
    cursor_.take(&text);
    while (!cursor_.done() && cursor_.now() != '\n' && cursor_.now() != quote) {
      if (cursor_.now() == '\\') cursor_.take(&text);
      if (!cursor_.done()) cursor_.take(&text);
    }
    if (cursor_.now() != quote) return add(Kind::Other, std::move(text));
    cursor_.take(&text);
    text += name();  // suffix
    add(quote == '"' ? Kind::String : Kind::Character, std::move(text));
  }

  void raw_string(std::string text) {
    cursor_.take(&text);
    const std::string_view rest = cursor_.rest();
    const size_t open = rest.find('(');
    std::string end = ")";
    if (open != rest.npos) end.append(rest.substr(0, open)).append("\"");
    const size_t close = open == rest.npos ? rest.npos : rest.find(end, open + 1);
    if (close == rest.npos) {
      cursor_.take_raw(&text, rest.size());
      return add(Kind::Other, std::move(text));
    }
    cursor_.take_raw(&text, close + 1 + open + 1);
    text += name();
    add(Kind::String, std::move(text));
  }

  void punctuator() {
    const auto* found = std::find_if(kPunctuators.begin(), kPunctuators.end(),
                                     [&](std::string_view p) { return cursor_.sees(p); });
    std::string_view longest = found == kPunctuators.end() ? "" : *found;
    // <:: is < and :: unless : or > follows, so that A<::B> means what it looks like.
    if (longest == "<:" && cursor_.sees("<::") && cursor_.peek(3) != ':' &&
        cursor_.peek(3) != '>') {
      longest = "";
    }
    std::string text;
    for (size_t i = 0; i < std::max<size_t>(longest.size(), 1); ++i) cursor_.take(&text);
    const bool known = text.size() > 1 || kSingles.find(text[0]) != kSingles.npos;
    const bool opens_macro = text == "(" && !spaced_ && directive_length() == 3 &&
                             tokens_[directive_ + 1].text == "define";
    const Kind kind = !known ? Kind::Other : opens_macro ? Kind::MacroOpen : Kind::Punctuator;
    add(kind, std::move(text));
  }

  Cursor cursor_;
  std::vector<size_t>* ends_;  // null: nobody asks
  std::vector<Token> tokens_;
  bool line_start_ = true, in_directive_ = false;
  bool spaced_ = false;   // white space or a comment precedes the token
  size_t directive_ = 0;  // index of its #
};

}  // namespace

std::vector<Token> tokenise(std::string_view source) {
  return Tokeniser(source, nullptr).run();
}

std::vector<Token> tokenise(std::string_view source, std::vector<size_t>* ends) {
  return Tokeniser(source, ends).run();
}

}  // namespace almanac
