#include "tools/almanac/report_dates.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "tools/almanac/chart.h"
#include "tools/almanac/report_words.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kMostOpenDates = 21;
constexpr size_t kMostDates = 400;  // and all that do not add up
constexpr size_t kMostGroups = 12;  // of cells of a date
constexpr size_t kMostNames = 12;   // of calculations in a group

// {outcome, reason} to the calculations that are so, for each date.
using Groups = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

std::vector<Groups> groups_of(const json& report) {
  std::map<std::string, size_t> days;
  for (const json& line : report.at("dates")) days.emplace(text_at(line, "date"), days.size());
  std::vector<Groups> groups(days.size());
  for (const json& calculation : report.at("calculations")) {
    for (const json& span : calculation.at("spans")) {
      const std::string outcome = text_at(span, "outcome");
      if (outcome == "stable") continue;  // nothing to be told
      const bool done = span.contains("computed_because") && outcome == "computed";
      const std::string reason = text_at(span, done ? "computed_because" : "reason");
      const size_t first = days.at(text_at(span, "from"));
      for (size_t day = first; day < first + number_at(span, "cells"); ++day) {
        groups[day][{outcome, reason}].push_back(text_at(calculation, "calculation"));
      }
    }
  }
  return groups;
}

void add_groups(Html* page, const Groups& groups) {
  if (groups.empty()) {
    page->text("all up to date");
    return;
  }
  const auto details = page->in("details");
  page->add("summary", count_text(groups.size(), "group"));
  size_t shown = 0;
  for (const auto& [key, names] : groups) {
    if (shown++ == kMostGroups) break;
    std::string line = std::to_string(names.size()) + " " + std::string(word_of(key.first)) + ", " +
                       key.second + ": ";
    for (size_t i = 0; i < names.size() && i < kMostNames; ++i) line += (i ? ", " : "") + names[i];
    if (names.size() > kMostNames) {
      line += " and " + std::to_string(names.size() - kMostNames) + " more";
    }
    page->add("p", line);
  }
  if (groups.size() > kMostGroups) {
    page->add("p", "and " + count_text(groups.size() - kMostGroups, "group") + " more");
  }
}

void add_date(Html* page, const json& line, const std::vector<OutcomeWord>& outcomes,
              uint64_t expected, const Groups& groups) {
  const auto row = page->in("tr");
  page->add("th", text_at(line, "date"), {{"scope", "row"}});
  for (const OutcomeWord& known : outcomes) {
    page->add("td", number_text(number_at(line.at("outcomes"), known.name)), {{"class", "n"}});
  }
  uint64_t sum = 0;
  for (const auto& n : line.at("outcomes")) sum += n.get<uint64_t>();
  page->add("td", number_text(sum), {{"class", "n"}});
  if (line.at("adds_up").get<bool>()) {
    page->add("td", "adds up to " + number_text(expected), {{"class", "good"}});
  } else {
    page->add("td", "DOES NOT ADD UP: " + number_text(sum) + " of " + number_text(expected),
              {{"class", "alarm"}});
  }
  page->add("td", ms_text(static_cast<int64_t>(number_at(line, "spent_ms"))), {{"class", "n"}});
  const auto cell = page->in("td");
  add_groups(page, groups);
}

bool is_shown(const json& dates, size_t day) {
  return dates.size() - day <= kMostDates || !dates[day].at("adds_up").get<bool>();
}

void add_table(Html* page, const json& report) {
  const json& dates = report.at("dates");
  const auto outcomes = outcomes_in(report);
  const auto groups = groups_of(report);
  size_t shown = 0;
  for (size_t day = dates.size(); day-- > 0;) shown += is_shown(dates, day);
  add_left_out(page, dates.size(), shown, "dates, earlier ones that add up,");
  const auto scroll = page->in("div", {{"class", "scroll"}});
  const auto table = page->in("table");
  {
    const auto head = page->in("thead");
    const auto row = page->in("tr");
    page->add("th", "date", {{"scope", "col"}});
    for (const OutcomeWord& known : outcomes) {
      page->add("th", word_of(known.name), {{"scope", "col"}, {"class", "n"}});
    }
    page->add("th", "sum", {{"scope", "col"}, {"class", "n"}});
    page->add("th", "of wanted", {{"scope", "col"}});
    page->add("th", "time", {{"scope", "col"}, {"class", "n"}});
    page->add("th", "what is not just up to date", {{"scope", "col"}});
  }
  const auto body = page->in("tbody");
  for (size_t day = dates.size(); day-- > 0;) {  // newest first
    if (!is_shown(dates, day)) continue;
    add_date(page, dates[day], outcomes, number_at(report, "expected_per_date"), groups[day]);
  }
}

}  // namespace

void add_dates(Html* page, const json& report) {
  const json& dates = report.at("dates");
  std::vector<double> spent;
  for (const json& line : dates) spent.push_back(static_cast<double>(number_at(line, "spent_ms")));
  const double most = *std::max_element(spent.begin(), spent.end());
  page->add("h3", "Time spent on each date, at most " + ms_text(static_cast<int64_t>(most)));
  page->markup(columns(spent,
                       "Time spent computing the cells of each date, oldest first; the numbers are "
                       "in the table below"));
  if (dates.size() <= kMostOpenDates || !report.at("adds_up").get<bool>()) {
    add_table(page, report);
    return;
  }
  const auto details = page->in("details");
  page->add("summary", "Each of the " + count_text(dates.size(), "date"));
  add_table(page, report);
}

}  // namespace almanac
