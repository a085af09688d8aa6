#include "tools/almanac/report_page.h"

#include <nlohmann/json.hpp>

#include "tools/almanac/html.h"
#include "tools/almanac/report_dates.h"
#include "tools/almanac/report_matrix.h"
#include "tools/almanac/report_savings.h"
#include "tools/almanac/report_style.h"
#include "tools/almanac/report_troubles.h"
#include "tools/almanac/report_words.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kMostRuns = 30;

void add_header(Html* page, const json& report) {
  page->add("h1", "Build report of " + text_at(report, "project"));
  const auto dates = report.at("dates").size();
  page->add("p",
            dates == 0
                ? "No calendar day yet. Made " + text_at(report, "made") + "."
                : range_text(report) + ", " + count_text(dates, "date") + " and " +
                      count_text(report.at("calculations").size(), "calculation") + ". Made " +
                      text_at(report, "made") + "; latest run " +
                      (report.at("latest_run").is_null() ? "none" : text_at(report, "latest_run")) +
                      ".");
  if (const uint64_t left_out = number_at(report, "dates_left_out")) {
    page->add("p", count_text(left_out, "earlier date") +
                       " of the range left out; --days says how many of the last are shown.");
  }
  for (const json& warning : report.at("warnings")) {
    page->add("p", "Warning: " + warning.get<std::string>(), {{"class", "todo"}});
  }
  const auto nav = page->in("nav");
  for (const auto& [to, name] : {std::pair{"#sum", "Sum check"},
                                 {"#matrix", "Calculations by date"},
                                 {"#slow", "Slow and big"},
                                 {"#failures", "Failures"},
                                 {"#quality", "Data quality"},
                                 {"#savings", "Not computed"},
                                 {"#runs", "Runs"}}) {
    page->add("a", name, {{"href", to}});
  }
}

void add_total(Html* page, const json& report) {
  if (report.at("adds_up").get<bool>()) {
    page->add("p",
              "It adds up: every one of " +
                  count_text(number_at(report, "expected"), "wanted cell") +
                  " is in exactly one line, on each date.",
              {{"class", "good"}});
  } else {
    page->add("p",
              "DOES NOT ADD UP. On at least one date the lines do not sum to the number of wanted "
              "cells: what is said here of it cannot be relied on. The dates are marked below.",
              {{"class", "panel alarm"}, {"role", "alert"}});
  }
  const auto list = page->in("ul", {{"class", "counts"}});
  for (const OutcomeWord& known : kOutcomeWords) {
    const uint64_t n = number_at(report.at("outcomes"), known.name);
    if (n == 0) continue;
    const auto item = page->in("li");
    page->add("b", number_text(n));
    page->text(word_of(known.name));
  }
}

void add_runs(Html* page, const json& report) {
  page->add("h2", "Runs", {{"id", "runs"}});
  const json& runs = report.at("runs");
  if (runs.empty()) page->add("p", "No run has ended that computed any of these cells.");
  if (const uint64_t n = number_at(report, "runs_unrecorded")) {
    page->add("p", "Of " + count_text(n, "run") +
                       " that computed cells here no end is recorded: killed, or under way.");
  }
  if (runs.empty()) return;
  const auto scroll = page->in("div", {{"class", "scroll"}});
  {
    const auto table = page->in("table");
    add_head(page, {{"run", ""},
                    {"started", ""},
                    {"took", "n"},
                    {"computed here", "n"},
                    {"of what it was asked for", ""}});
    const auto body = page->in("tbody");
    for (size_t i = 0; i < runs.size() && i < kMostRuns; ++i) {
      const auto row = page->in("tr");
      page->add("th", text_at(runs[i], "run_id"), {{"scope", "row"}});
      page->add("td", text_at(runs[i], "started"));
      page->add("td", ms_text(static_cast<int64_t>(number_at(runs[i], "duration_ms"))),
                {{"class", "n"}});
      page->add("td", number_text(number_at(runs[i], "computed_here")), {{"class", "n"}});
      page->add("td", totals_text(runs[i].at("totals").dump()));
    }
  }
  add_left_out(page, runs.size(), kMostRuns, "runs");
}

}  // namespace

std::string report_page(const json& report) {
  Html page("Build report of " + text_at(report, "project"), kReportStyle);
  {
    const auto main = page.in("main");
    add_header(&page, report);
    page.add("h2", "Sum check", {{"id", "sum"}});
    add_total(&page, report);
    if (!report.at("dates").empty()) add_dates(&page, report);
    add_matrix(&page, report);
    add_slowest(&page, report);
    add_troubles(&page, report);
    add_savings(&page, report);
    add_runs(&page, report);
  }
  return std::move(page).finish();
}

}  // namespace almanac
