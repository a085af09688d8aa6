#include "temporal/embedded/list_query.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "temporal/embedded/attributes.h"
#include "temporal/embedded/query_tokens.h"
#include "temporal/embedded/run_fields.h"
#include "temporal/embedded/text_values.h"

namespace temporal::embedded {

namespace {

using Filter = ListQuery::Filter;
using Truth = ListQuery::Truth;
using enum AttributeType;

// A server takes no deeper parentheses, and a parser that calls itself must not.
constexpr int kMostNesting = 200;

// As SQL has it: what is said of a field that is not set is neither true nor false.
Truth negation(Truth truth) {
  return truth ? Truth(!*truth) : truth;
}

// The first that decides does: of an OR one that is true, of an AND one that is false.
Filter combined(std::vector<Filter> terms, bool decides) {
  if (terms.size() == 1) return std::move(terms[0]);
  return [terms = std::move(terms), decides](const Run& run) {
    Truth all = !decides;
    for (const Filter& term : terms) {
      const Truth one = term(run);
      if (one == decides) return one;
      if (!one) all = one;
    }
    return all;
  };
}

class Parser {
 public:
  Parser(const std::string& text, const Options& options) : options_(options), tokens_(text) {}

  Filter parse(bool& groups_by_status) {
    Filter filter;
    if (!tokens_.at_end() && !tokens_.is("GROUP")) filter = either();
    if (take("GROUP")) {
      tokens_.expect("BY");
      if (!take("ExecutionStatus"))
        throw BadQuery{
            "operation is not supported: 'group by' clause is only supported for ExecutionStatus "
            "search attribute"};
      groups_by_status = true;
    }
    if (tokens_.is("ORDER")) throw BadQuery{"operation is not supported: 'order by' clause"};
    if (!tokens_.at_end()) throw BadQuery{"unexpected '" + tokens_.next().text + "'"};
    return filter;
  }

 private:
  bool take(const std::string& word) { return tokens_.take(word); }

  Filter either() {
    std::vector<Filter> terms;
    do terms.push_back(both());
    while (take("OR"));
    return combined(std::move(terms), true);
  }
  Filter both() {
    std::vector<Filter> terms;
    do terms.push_back(one());
    while (take("AND"));
    return combined(std::move(terms), false);
  }
  Filter one() {
    bool negated = false;
    while (take("NOT")) negated = !negated;
    Filter inner;
    if (take("(")) {
      if (++nesting_ > kMostNesting) {
        throw BadQuery{"malformed SQL query: max nesting level reached"};
      }
      inner = either();
      tokens_.expect(")");
      --nesting_;
    } else {
      inner = comparison();
    }
    if (!negated) return inner;
    return [inner = std::move(inner)](const Run& run) { return negation(inner(run)); };
  }

  Field field() {
    const QueryToken token = tokens_.next();
    if (token.quoted) {
      throw BadQuery{"invalid expression: must be a column name but was *sqlparser.SQLVal"};
    }
    const auto type = type_of(options_, token.text);
    if (!type) {
      throw BadQuery{"invalid expression: column name '" + token.text +
                     "' is not a valid search attribute"};
    }
    return {token.text, *type};
  }

  // What a field is compared with: as its type has it.
  static Value literal(const Field& field, const QueryToken& token) {
    const std::string& word = token.text;
    const auto number = read_number(word);
    const bool truth = word == "true" || word == "false";
    if (!token.quoted && (word == "NULL" || word == "null")) {
      throw BadQuery{"invalid expression: unexpected value type *sqlparser.NullVal"};
    }
    if (!token.quoted && !number && !truth) {
      throw BadQuery{
          "operation is not supported: column name on the right side of comparison expression (did "
          "you forget to quote '" +
          word + "'?)"};
    }
    if (field.name == "ExecutionStatus") {
      if (number) {  // by its number: that of no status finds nothing
        const int status = *number > 0 && *number < 100 ? static_cast<int>(*number) : 0;
        return text_value(status_name(static_cast<WorkflowStatus>(status)));
      }
      if (is_status(word)) return text_value(word);
      throw BadQuery{"invalid expression: invalid ExecutionStatus value '" + word + "'"};
    }
    if (field.name == "ExecutionDuration" && token.quoted) {
      const auto duration = read_duration(word);
      if (duration) return number_value(static_cast<double>(duration->count()));
      throw BadQuery{"invalid value for search attribute ExecutionDuration: " + word +
                     " (invalid duration)"};
    }
    switch (field.type) {
      case Datetime: {
        const auto at = token.quoted ? read_time(word) : number;
        if (at) return number_value(*at);
        throw BadQuery{"invalid expression: unable to parse datetime '" + word + "'"};
      }
      case Bool:
        return token.quoted ? text_value(word) : number_value(number.value_or(word == "true"));
      case Int:
      case Double:
        if (truth && !token.quoted) return number_value(word == "true");
        return number ? number_value(*number) : text_value(word);
      case Text:
        return words_value(word);
      default:
        return text_value(word);
    }
  }

  // Nothing can be said of a field that is not set.
  static Filter where(Field field, std::function<bool(const Value&)> holds, bool negated = false) {
    return [field = std::move(field), holds = std::move(holds), negated](const Run& run) {
      const Value value = value_of(run, field);
      return value.null() ? Truth() : Truth(holds(value) != negated);
    };
  }

  static void refuse(const Field& field, const std::string& how, const std::string& with) {
    throw BadQuery{"invalid expression: operator '" + how + "' not supported for " +
                   name_of(field.type) + " type search attribute in `" + field.name + " " + how +
                   " " + with + "`"};
  }

  Filter comparison() {
    const Field field = this->field();
    if (take("IS")) {
      const bool negated = take("NOT");
      tokens_.expect("NULL");
      return [field, negated](const Run& run) {
        return Truth(value_of(run, field).null() != negated);
      };
    }
    const bool negated = take("NOT");
    if (take("IN")) return one_of(field, negated);
    if (take("BETWEEN")) return between(field, negated);
    if (take("STARTS_WITH")) return prefixed(field, negated);
    if (negated) throw BadQuery{"unexpected NOT"};
    const std::string how = tokens_.next().text;
    const QueryToken token = tokens_.next();
    const Value with = literal(field, token);
    if (how == "=" || how == "!=" || how == "<>") {
      return where(field, [with](const Value& value) { return equal(value, with); }, how != "=");
    }
    if (how != "<" && how != "<=" && how != ">" && how != ">=") {
      std::string name;
      for (const unsigned char c : how) name += static_cast<char>(std::tolower(c));
      throw BadQuery{"invalid expression: invalid operator '" + name + "' in `" + field.name + " " +
                     name + " " + token.shown() + "`"};
    }
    if (field.type == Text || field.type == KeywordList) refuse(field, how, token.shown());
    return where(field, [with, how](const Value& value) {
      const int order = compare(value, with);
      if (order == 0) return how.size() == 2;  // <=, >=
      return (how[0] == '<') == (order < 0);
    });
  }

  Filter one_of(const Field& field, bool negated) {
    std::vector<Value> all;
    std::string shown;
    tokens_.expect("(");
    do {
      const QueryToken token = tokens_.next();
      all.push_back(literal(field, token));
      shown += (shown.empty() ? "" : ", ") + token.shown();
    } while (take(","));
    tokens_.expect(")");
    if (field.type == Text) refuse(field, negated ? "not in" : "in", "(" + shown + ")");
    return where(
        field,
        [all](const Value& value) {
          return std::any_of(all.begin(), all.end(),
                             [&](const Value& one) { return equal(value, one); });
        },
        negated);
  }

  Filter between(const Field& field, bool negated) {
    const Value low = literal(field, tokens_.next());
    tokens_.expect("AND");
    const Value high = literal(field, tokens_.next());
    if (field.type == Text || field.type == KeywordList || field.type == Bool) {
      throw BadQuery{"invalid expression: cannot do range condition on search attribute '" +
                     field.name + "' of type " + name_of(field.type)};
    }
    return where(
        field,
        [low, high](const Value& value) {
          return compare(value, low) >= 0 && compare(value, high) <= 0;
        },
        negated);
  }

  Filter prefixed(const Field& field, bool negated) {
    const QueryToken prefix = tokens_.next();
    if (!prefix.quoted) {
      throw BadQuery{
          "invalid expression: right-hand side of 'starts_with' must be a literal string (got: " +
          prefix.text + ")"};
    }
    if (field.type == Text || field.type == KeywordList) {
      refuse(field, negated ? "not starts_with" : "starts_with", prefix.shown());
    }
    return where(
        field, [text = prefix.text](const Value& value) { return starts_with(value, text); },
        negated);
  }

  const Options& options_;
  QueryTokens tokens_;
  int nesting_ = 0;
};

}  // namespace

Result<ListQuery> ListQuery::parse(const std::string& text, const Options& options) {
  ListQuery query;
  try {
    query.filter_ = Parser(text, options).parse(query.groups_by_status_);
  } catch (const BadQuery& bad) {
    return Status{Code::InvalidArgument, "invalid query: " + bad.message};
  }
  return query;
}

}  // namespace temporal::embedded
