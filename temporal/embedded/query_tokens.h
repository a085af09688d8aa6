// QueryTokens: a query's words, names, literals and signs, one after the other.
#pragma once

#include <string>
#include <vector>

namespace temporal::embedded {

// Thrown: what is wrong with a query.
struct BadQuery {
  std::string message;
};

struct QueryToken {
  std::string text;
  bool quoted = false;  // a literal; a name in backquotes is none
  std::string shown() const { return quoted ? '\'' + text + '\'' : text; }
};

class QueryTokens {
 public:
  explicit QueryTokens(const std::string& text);

  bool at_end() const { return at_ == tokens_.size(); }
  // The next one is this word, in whatever case.
  bool is(const std::string& word) const;
  // Goes on, if it is.
  bool take(const std::string& word);
  void expect(const std::string& word);
  QueryToken next();

 private:
  std::vector<QueryToken> tokens_;
  std::size_t at_ = 0;
};

}  // namespace temporal::embedded
