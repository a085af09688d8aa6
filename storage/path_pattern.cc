#include "storage/path_pattern.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "core/base/names.h"
#include "core/base/nearest.h"
#include "storage/table_file.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDate = "{date}", kYear = "{year}", kMonth = "{month}";

// What the placeholders of a path matched so far.
struct Captures {
  std::optional<Date> date;
  std::optional<int> year;
  std::optional<unsigned> month;
};

template <class T>
bool agree(std::optional<T>* captured, T value) {
  if (*captured) return **captured == value;
  *captured = value;
  return true;
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool match_placeholder(std::string_view placeholder, std::string_view text, Captures* captures) {
  if (placeholder == kDate) {
    const auto date = Date::parse(text);
    return date && agree(&captures->date, *date);
  }
  const auto number = digits(text);
  if (!number) return false;
  if (placeholder == kYear) return agree(&captures->year, *number);
  return *number >= 1 && *number <= 12 && agree(&captures->month, static_cast<unsigned>(*number));
}

// Whether a name matches a pattern segment; fills captures when it does.
bool match(std::string_view pattern, std::string_view name, Captures* captures) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') {
    for (size_t skip = 0; skip <= name.size(); ++skip) {
      Captures attempt = *captures;
      if (match(pattern.substr(1), name.substr(skip), &attempt)) {
        *captures = attempt;
        return true;
      }
    }
    return false;
  }
  for (const auto& [placeholder, length] :
       {std::pair(kDate, size_t{10}), std::pair(kYear, size_t{4}), std::pair(kMonth, size_t{2})}) {
    if (!pattern.starts_with(placeholder)) continue;
    if (name.size() < length) return false;
    if (!match_placeholder(placeholder, name.substr(0, length), captures)) return false;
    return match(pattern.substr(placeholder.size()), name.substr(length), captures);
  }
  if (name.empty() || (pattern[0] != '?' && pattern[0] != name[0])) return false;
  return match(pattern.substr(1), name.substr(1), captures);
}

// No days where the captures contradict each other.
std::optional<DateSpan> span_of(const Captures& captures) {
  DateSpan span;
  if (captures.year) {
    const int year = *captures.year;
    const unsigned from = captures.month.value_or(1), to = captures.month.value_or(12);
    span.first = Date::of(year, from, 1);
    span.last = to == 12 ? Date::of(year + 1, 1, 1) - 1 : Date::of(year, to + 1, 1) - 1;
  }
  if (captures.date) {
    if (!span.contains(*captures.date)) return std::nullopt;
    if (captures.month && captures.date->parts().month != *captures.month) return std::nullopt;
    span = {*captures.date, *captures.date};
  }
  return span;
}

class Walk {
 public:
  Walk(const std::string& root, std::vector<FoundPath>* found) : root_(root), found_(found) {}

  void visit(const std::string& folder, std::string_view pattern, const Captures& captures) {
    const size_t slash = pattern.find('/');
    const std::string_view segment = pattern.substr(0, slash);
    const std::string_view rest =
        slash == std::string_view::npos ? std::string_view() : pattern.substr(slash + 1);
    if (segment.find_first_of("*?{") == std::string_view::npos) {
      return enter(join(folder, segment), rest, captures);
    }
    std::error_code error;
    fs::directory_iterator entry(fs::path(root_) / folder, error);
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
      return;
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      const bool ignored = (name[0] == '.' || name[0] == '_') && name[0] != segment[0];
      Captures captured = captures;
      if (ignored || !match(segment, name, &captured)) continue;
      enter(join(folder, name), rest, captured);
    }
    if (error) report(folder, captures, "cannot be listed: " + error.message());
  }

 private:
  static std::string join(const std::string& folder, std::string_view name) {
    return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
  }

  void enter(const std::string& path, std::string_view rest, const Captures& captures) {
    if (!rest.empty()) return visit(path, rest, captures);
    std::error_code error;
    const fs::file_status status = fs::status(fs::path(root_) / path, error);
    if (fs::is_regular_file(status)) {
      report(path, captures, "");
    } else if (error && status.type() != fs::file_type::not_found) {
      report(path, captures, "cannot be read: " + error.message());
    } else if (fs::is_directory(status) && has_table_ending(path)) {
      report(path, captures, "is a folder; expected a file");
    }
  }

  void report(const std::string& path, const Captures& captures, const std::string& problem) {
    if (const auto span = span_of(captures)) {
      found_->push_back({path, *span, problem.empty() ? "" : path + ": " + problem});
    }
  }

  const std::string& root_;
  std::vector<FoundPath>* found_;
};

void replace(std::string* text, std::string_view what, const std::string& value) {
  for (size_t at = text->find(what); at != std::string::npos; at = text->find(what, at)) {
    text->replace(at, what.size(), value);
    at += value.size();
  }
}

}  // namespace

Result<void> check_pattern(std::string_view what, std::string_view pattern) {
  TRY_VOID(check_below(what, pattern));
  const std::string named = std::string(what) + " " + in_quotes(pattern);
  if (pattern.find("**") != std::string_view::npos) {
    return usage_error(named + " has \"**\"; a * stands for one folder or a part of its name");
  }
  for (size_t at = 0; (at = pattern.find_first_of("{}", at)) != std::string_view::npos; ++at) {
    const std::string_view from = pattern.substr(at);
    const std::string placeholder(from.substr(0, from.find('}') + 1));
    if (placeholder != kDate && placeholder != kYear && placeholder != kMonth) {
      return usage_error(
          named + " has an unknown placeholder" +
          near_or_all(placeholder, {std::string(kDate), std::string(kYear), std::string(kMonth)}));
    }
    at += placeholder.size() - 1;
  }
  const bool dated = pattern.find(kDate) != std::string_view::npos;
  const bool yearly = pattern.find(kYear) != std::string_view::npos;
  if (pattern.find(kMonth) != std::string_view::npos && !dated && !yearly) {
    return usage_error(named + " has {month} without {year}");
  }
  return {};
}

std::vector<FoundPath> find_paths(const std::string& root, std::string_view pattern) {
  std::vector<FoundPath> found;
  Walk(root, &found).visit("", pattern, {});
  std::sort(found.begin(), found.end(),
            [](const FoundPath& a, const FoundPath& b) { return a.path < b.path; });
  return found;
}

std::string fill_pattern(std::string_view pattern, Date date) {
  std::string text(pattern);
  const std::string day = date.str();
  replace(&text, kDate, day);
  replace(&text, kYear, day.substr(0, 4));
  replace(&text, kMonth, day.substr(5, 2));
  return text;
}

}  // namespace almanac
