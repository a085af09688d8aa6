#include "temporal/embedded/list_query.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;
using Filter = ListQuery::Filter;
using Truth = ListQuery::Truth;

// A field of a run: nothing, text, a number (times are nanoseconds), or a list of texts.
struct Value {
  std::vector<std::string> texts;
  std::optional<double> number;
  bool null() const { return texts.empty() && !number; }
};

// As SQL has it: what is said of a field that is not set is neither true nor false.
Truth any_of(Truth left, Truth right) {
  if (left.value_or(false) || right.value_or(false)) return true;
  return left && right ? Truth(false) : Truth();
}
Truth negation(Truth truth) {
  return truth ? Truth(!*truth) : truth;
}

struct BadQuery {
  std::string message;
};

Value text(std::string value) {
  return {{std::move(value)}, std::nullopt};
}
Value number(double value) {
  return {{}, value};
}
Value time(TimePoint at) {
  return number(static_cast<double>(at.time_since_epoch().count()));
}

// RFC 3339, in UTC or with an offset.
std::optional<double> read_time(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, used = 0;
  double second = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%lf%n", &year, &month, &day, &hour, &minute,
                  &second, &used) != 6) {
    return std::nullopt;
  }
  const std::string zone = text.substr(static_cast<std::size_t>(used));
  int offset_hours = 0, offset_minutes = 0;
  if (zone != "Z" && std::sscanf(zone.c_str(), "%d:%d", &offset_hours, &offset_minutes) != 2) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const double days = static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
  const int sign = !zone.empty() && zone[0] == '-' ? -1 : 1;
  const double seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset_hours * 3600 -
                         sign * offset_minutes * 60;
  return seconds * 1e9;
}

Value attribute_of(const Run& run, const std::string& field) {
  const auto found = run.search_attributes.find(field);
  if (found == run.search_attributes.end()) return {};
  const auto json = nlohmann::json::parse(found->second.data(), nullptr, false);
  if (json.is_number()) return number(json.get<double>());
  if (json.is_boolean()) return text(json.get<bool>() ? "true" : "false");
  Value value;
  if (json.is_string()) {
    const auto type = found->second.metadata().find("type");
    if (type != found->second.metadata().end() && type->second == "Datetime") {
      if (const auto at = read_time(json.get<std::string>())) return number(*at);
    }
    value.texts.push_back(json.get<std::string>());
  }
  if (json.is_array()) {
    for (const auto& one : json) {
      if (one.is_string()) value.texts.push_back(one.get<std::string>());
    }
  }
  return value;
}

Value value_of(const Run& run, const std::string& field) {
  if (field == "WorkflowId") return text(run.workflow_id);
  if (field == "RunId") return text(run.run_id);
  if (field == "WorkflowType") return text(run.type);
  if (field == "ExecutionStatus") return text(status_name(run.status));
  if (field == "TaskQueue") return text(run.queue);
  if (field == "StartTime") return time(run.started_at);
  if (field == "ExecutionTime") return time(run.execution_at);
  if (field == "CloseTime") return run.running() ? Value{} : time(run.closed_at);
  if (field == "HistoryLength") return number(static_cast<double>(run.history.next_id() - 1));
  if (field == "HistorySizeBytes") return number(static_cast<double>(run.history.bytes()));
  if (field == "ParentWorkflowId") return run.parent ? text(run.parent->workflow_id) : Value{};
  if (field == "RootWorkflowId") return text(run.root_workflow_id);
  return attribute_of(run, field);
}

bool is_status(const std::string& name) {
  for (int status = WORKFLOW_EXECUTION_STATUS_RUNNING;
       status <= WORKFLOW_EXECUTION_STATUS_TIMED_OUT; ++status) {
    if (status_name(static_cast<WorkflowStatus>(status)) == name) return true;
  }
  return false;
}

bool is_time(const std::string& field) {
  return field == "StartTime" || field == "ExecutionTime" || field == "CloseTime";
}

class Parser {
 public:
  explicit Parser(const std::string& text) { split(text); }

  Filter parse(bool& groups_by_status) {
    Filter filter;
    if (!at_end() && !is("GROUP")) filter = either();
    if (take("GROUP")) {
      expect("BY");
      if (!take("ExecutionStatus"))
        throw BadQuery{
            "operation is not supported: 'group by' clause is only supported for ExecutionStatus "
            "search attribute"};
      groups_by_status = true;
    }
    if (is("ORDER")) throw BadQuery{"operation is not supported: 'order by' clause"};
    if (!at_end()) throw BadQuery{"unexpected '" + tokens_[at_].text + "'"};
    return filter;
  }

 private:
  struct Token {
    std::string text;
    bool quoted = false;
  };

  void split(const std::string& text) {
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
      } else if (std::string("=!<>").find(c) != std::string::npos) {
        const std::size_t size =
            i + 1 < text.size() && (text[i + 1] == '=' || text[i + 1] == '>') ? 2 : 1;
        tokens_.push_back({text.substr(i, size)});
        i += size;
      } else if (c == '(' || c == ')' || c == ',') {
        tokens_.push_back({std::string(1, c)});
        ++i;
      } else {
        std::size_t end = i;
        while (end < text.size() &&
               std::string(" \t\n()=!<>,'\"").find(text[end]) == std::string::npos) {
          ++end;
        }
        tokens_.push_back({text.substr(i, end - i)});
        i = end;
      }
    }
  }

  bool at_end() const { return at_ == tokens_.size(); }
  bool is(const std::string& word) const {
    if (at_end() || tokens_[at_].quoted || tokens_[at_].text.size() != word.size()) return false;
    return std::equal(word.begin(), word.end(), tokens_[at_].text.begin(), [](char a, char b) {
      return std::toupper(static_cast<unsigned char>(a)) ==
             std::toupper(static_cast<unsigned char>(b));
    });
  }
  bool take(const std::string& word) {
    if (!is(word)) return false;
    ++at_;
    return true;
  }
  void expect(const std::string& word) {
    if (!take(word)) throw BadQuery{"expected " + word};
  }
  std::string next() {
    if (at_end()) throw BadQuery{"unexpected end"};
    return tokens_[at_++].text;
  }

  Filter either() {
    Filter left = both();
    while (take("OR")) {
      left = [left, right = both()](const Run& run) { return any_of(left(run), right(run)); };
    }
    return left;
  }
  Filter both() {
    Filter left = one();
    while (take("AND")) {
      left = [left, right = one()](const Run& run) {
        return negation(any_of(negation(left(run)), negation(right(run))));
      };
    }
    return left;
  }
  Filter one() {
    if (take("NOT")) return [inner = one()](const Run& run) { return negation(inner(run)); };
    if (take("(")) {
      Filter inner = either();
      expect(")");
      return inner;
    }
    return comparison();
  }

  Value literal(const std::string& field) {
    const bool quoted = !at_end() && tokens_[at_].quoted;
    const std::string word = next();
    if (is_time(field)) {
      const auto at = read_time(word);
      if (!at) throw BadQuery{"invalid expression: unable to parse datetime '" + word + "'"};
      return number(*at);
    }
    if (field == "ExecutionStatus" && !is_status(word)) {
      throw BadQuery{"invalid expression: invalid ExecutionStatus value '" + word + "'"};
    }
    Value value = text(word);
    if (!quoted) {
      double read = 0;
      const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), read);
      if (error == std::errc() && end == word.data() + word.size()) value.number = read;
    } else if (const auto at = read_time(word)) {
      value.number = *at;  // of a search attribute that is a time
    }
    return value;
  }

  static int compare(const Value& value, const Value& with) {
    if (value.number && with.number) {
      return *value.number < *with.number ? -1 : *value.number > *with.number ? 1 : 0;
    }
    if (value.texts.empty() || with.texts.empty()) return -2;
    return value.texts[0].compare(with.texts[0]);
  }
  static bool equal(const Value& value, const Value& with) {
    if (value.number && with.number) return *value.number == *with.number;
    return !with.texts.empty() &&
           std::find(value.texts.begin(), value.texts.end(), with.texts[0]) != value.texts.end();
  }

  Filter comparison() {
    const std::string field = next();
    if (take("IS")) {
      const bool negated = take("NOT");
      expect("NULL");
      return [field, negated](const Run& run) {
        return Truth(value_of(run, field).null() != negated);
      };
    }
    const bool negated = take("NOT");
    if (take("IN")) {
      std::vector<Value> all;
      expect("(");
      do all.push_back(literal(field));
      while (take(","));
      expect(")");
      return [field, all, negated](const Run& run) {
        const Value value = value_of(run, field);
        if (value.null()) return Truth();
        return Truth(std::any_of(all.begin(), all.end(),
                                 [&](const Value& one) { return equal(value, one); }) != negated);
      };
    }
    if (take("BETWEEN")) {
      const Value low = literal(field);
      expect("AND");
      const Value high = literal(field);
      return [field, low, high, negated](const Run& run) {
        const Value value = value_of(run, field);
        if (value.null()) return Truth();
        return Truth((compare(value, low) >= 0 && compare(value, high) <= 0) != negated);
      };
    }
    if (take("STARTS_WITH")) {
      const bool quoted = !at_end() && tokens_[at_].quoted;
      const std::string prefix = next();
      if (!quoted) {
        throw BadQuery{
            "invalid expression: right-hand side of 'starts_with' must be a literal string (got: " +
            prefix + ")"};
      }
      return [field, prefix, negated](const Run& run) {
        const Value value = value_of(run, field);
        if (value.null()) return Truth();
        return Truth(std::any_of(value.texts.begin(), value.texts.end(),
                                 [&](const std::string& one) { return one.starts_with(prefix); }) !=
                     negated);
      };
    }
    if (negated) throw BadQuery{"unexpected NOT"};
    const std::string how = next();
    const Value with = literal(field);
    if (how == "=" || how == "!=" || how == "<>") {
      return [field, with, wanted = how == "="](const Run& run) {
        const Value value = value_of(run, field);
        return value.null() ? Truth() : Truth(equal(value, with) == wanted);
      };
    }
    if (how != "<" && how != "<=" && how != ">" && how != ">=") {
      throw BadQuery{"unknown operator '" + how + "'"};
    }
    return [field, with, how](const Run& run) {
      const Value value = value_of(run, field);
      if (value.null()) return Truth();
      const int order = compare(value, with);
      if (how == "<") return Truth(order < 0);
      if (how == "<=") return Truth(order <= 0);
      return Truth(how == ">" ? order > 0 : order >= 0);
    };
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace

Result<ListQuery> ListQuery::parse(const std::string& text) {
  ListQuery query;
  try {
    query.filter_ = Parser(text).parse(query.groups_by_status_);
  } catch (const BadQuery& bad) {
    return Status{Code::InvalidArgument, "invalid query: " + bad.message};
  }
  return query;
}

std::string status_name(WorkflowStatus status) {
  switch (status) {
    case WORKFLOW_EXECUTION_STATUS_RUNNING:
      return "Running";
    case WORKFLOW_EXECUTION_STATUS_COMPLETED:
      return "Completed";
    case WORKFLOW_EXECUTION_STATUS_FAILED:
      return "Failed";
    case WORKFLOW_EXECUTION_STATUS_CANCELED:
      return "Canceled";
    case WORKFLOW_EXECUTION_STATUS_TERMINATED:
      return "Terminated";
    case WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW:
      return "ContinuedAsNew";
    case WORKFLOW_EXECUTION_STATUS_TIMED_OUT:
      return "TimedOut";
    default:
      return "Unspecified";
  }
}

}  // namespace temporal::embedded
