#include "temporal/embedded/query_tokens.h"

#include <algorithm>
#include <cctype>

namespace temporal::embedded {

QueryTokens::QueryTokens(const std::string& text) {
  static const std::string signs = "=!<>", ends = " \t\n()=!<>,'\"";
  std::size_t i = 0;
  while (i < text.size()) {
    const char c = text[i];
    if (std::isspace(static_cast<unsigned char>(c))) {
      ++i;
    } else if (c == '\'' || c == '"' || c == '`') {
      const auto end = text.find(c, i + 1);
      if (end == std::string::npos) throw BadQuery{"a quote is not closed"};
      tokens_.push_back({text.substr(i + 1, end - i - 1), c != '`'});
      i = end + 1;
    } else if (signs.find(c) != std::string::npos) {
      const bool two = i + 1 < text.size() && (text[i + 1] == '=' || text[i + 1] == '>');
      tokens_.push_back({text.substr(i, two ? 2 : 1)});
      i += two ? 2 : 1;
    } else if (c == '(' || c == ')' || c == ',') {
      tokens_.push_back({std::string(1, c)});
      ++i;
    } else {
      const std::size_t end = std::min(text.find_first_of(ends, i), text.size());
      tokens_.push_back({text.substr(i, end - i)});
      i = end;
    }
  }
}

bool QueryTokens::is(const std::string& word) const {
  if (at_end() || tokens_[at_].quoted || tokens_[at_].text.size() != word.size()) return false;
  return std::equal(word.begin(), word.end(), tokens_[at_].text.begin(), [](char a, char b) {
    return std::toupper(static_cast<unsigned char>(a)) ==
           std::toupper(static_cast<unsigned char>(b));
  });
}

bool QueryTokens::take(const std::string& word) {
  if (!is(word)) return false;
  ++at_;
  return true;
}

void QueryTokens::expect(const std::string& word) {
  if (!take(word)) throw BadQuery{"expected " + word};
}

QueryToken QueryTokens::next() {
  if (at_end()) throw BadQuery{"unexpected end"};
  return tokens_[at_++];
}

}  // namespace temporal::embedded
