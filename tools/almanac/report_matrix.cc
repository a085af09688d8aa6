#include "tools/almanac/report_matrix.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "tools/almanac/chart.h"
#include "tools/almanac/report_words.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kMostSpans = 10;   // of a calculation
constexpr size_t kMostRanked = 15;  // of the slowest and the biggest
constexpr size_t kDetailBytes = 150;

void add_legend(Html* page) {
  const auto list = page->in("ul", {{"class", "legend"}});
  for (const OutcomeWord& known : kOutcomeWords) {
    const auto item = page->in("li");
    page->markup(strip({{known.name, 1}}, ""));
    page->text(" ");
    page->add("b", word_of(known.name));
    page->text(std::string(": ") + known.meaning);
  }
}

void add_span(Html* page, const json& span) {
  std::string line = range_text(span) + ", " + count_text(number_at(span, "cells"), "cell") + ": " +
                     std::string(word_of(text_at(span, "outcome"))) + "; state " +
                     std::string(word_of(text_at(span, "state"))) + ", reason " +
                     text_at(span, "reason");
  if (const auto because = text_at(span, "computed_because"); !because.empty()) {
    line += "; last computed because " + because;
  }
  if (span.contains("predicted")) line += " (at most: what it reads is computed first)";
  if (const auto detail = text_at(span, "detail"); !detail.empty()) {
    line += "; " + cut(detail, kDetailBytes);
  }
  page->add("p", line);
}

void add_calculation(Html* page, const json& line) {
  const json& spans = line.at("spans");
  std::vector<Stretch> stretches;
  for (const json& span : spans) {
    stretches.push_back({text_at(span, "outcome"), number_at(span, "cells")});
  }
  const auto row = page->in("tr");
  page->add("th", text_at(line, "category") + "/" + text_at(line, "calculation"),
            {{"scope", "row"}});
  const std::string summary = outcomes_text(line.at("outcomes"));
  {
    const auto cell = page->in("td", {{"class", "wide"}});
    page->markup(strip(stretches, text_at(line, "calculation") + ": " + summary));
  }
  const auto cell = page->in("td");
  const auto details = page->in("details");
  page->add("summary", summary);
  for (size_t i = 0; i < spans.size() && i < kMostSpans; ++i) add_span(page, spans[i]);
  if (spans.size() > kMostSpans) {
    page->add("p", "and " + count_text(spans.size() - kMostSpans, "span") +
                       " more; almanac report --json --select " + text_at(line, "calculation"));
  }
}

// The calculations that were tried, most first.
std::vector<const json*> ranked(const json& report, const char* by) {
  std::vector<const json*> found;
  for (const json& line : report.at("calculations")) {
    if (line.contains("took") && !line.at("took").is_null()) found.push_back(&line);
  }
  std::sort(found.begin(), found.end(), [&](const json* a, const json* b) {
    const uint64_t left = number_at(a->at("took"), by), right = number_at(b->at("took"), by);
    return left != right ? left > right : text_at(*a, "calculation") < text_at(*b, "calculation");
  });
  return found;
}

void add_number(Html* page, const std::string& text) {
  page->add("td", text, {{"class", "n"}});
}

void add_times(Html* page, const json& report) {
  const auto lines = ranked(report, "total_ms");
  page->add("h3", "The slowest");
  const auto most = static_cast<double>(number_at(lines.front()->at("took"), "total_ms"));
  {
    const auto table = page->in("table");
    add_head(page, {{"calculation", ""},
                    {"time in all", "n"},
                    {"", ""},
                    {"median", "n"},
                    {"most", "n"},
                    {"on", ""},
                    {"attempts", "n"},
                    {"of them failed", "n"}});
    const auto body = page->in("tbody");
    for (size_t i = 0; i < lines.size() && i < kMostRanked; ++i) {
      const json& took = lines[i]->at("took");
      const auto ms = [&](const char* name) {
        return ms_text(static_cast<int64_t>(number_at(took, name)));
      };
      const auto row = page->in("tr");
      page->add("th", text_at(*lines[i], "calculation"), {{"scope", "row"}});
      add_number(page, ms("total_ms"));
      {
        const auto cell = page->in("td");
        page->markup(bar(static_cast<double>(number_at(took, "total_ms")), most));
      }
      add_number(page, took.contains("median_ms") ? ms("median_ms") : "");
      add_number(page, ms("most_ms"));
      page->add("td", text_at(took, "slowest"));
      add_number(page, number_text(number_at(took, "attempts")));
      add_number(page, number_text(number_at(took, "failed_attempts")));
    }
  }
  add_left_out(page, lines.size(), kMostRanked, "calculations");
}

void add_sizes(Html* page, const json& report) {
  const auto lines = ranked(report, "peak_bytes");
  page->add("h3", "The biggest");
  const auto most = static_cast<double>(number_at(lines.front()->at("took"), "peak_bytes"));
  {
    const auto table = page->in("table");
    add_head(page, {{"calculation", ""},
                    {"peak memory", "n"},
                    {"", ""},
                    {"on", ""},
                    {"rows put out", "n"},
                    {"bytes put out", "n"},
                    {"cells computed", "n"}});
    const auto body = page->in("tbody");
    for (size_t i = 0; i < lines.size() && i < kMostRanked; ++i) {
      const json& took = lines[i]->at("took");
      const uint64_t peak = number_at(took, "peak_bytes");
      const auto row = page->in("tr");
      page->add("th", text_at(*lines[i], "calculation"), {{"scope", "row"}});
      add_number(page, peak == 0 ? "not known" : bytes_text(peak));
      {
        const auto cell = page->in("td");
        page->markup(bar(static_cast<double>(peak), most));
      }
      page->add("td", text_at(took, "biggest"));
      add_number(page, number_text(number_at(took, "rows")));
      add_number(page, bytes_text(number_at(took, "bytes")));
      add_number(page, number_text(number_at(took, "computed")));
    }
  }
  add_left_out(page, lines.size(), kMostRanked, "calculations");
}

}  // namespace

void add_matrix(Html* page, const json& report) {
  page->add("h2", "Calculations by date", {{"id", "matrix"}});
  if (report.at("dates").empty() || report.at("calculations").empty()) {
    page->add("p", "Nothing to show: there are no calculations, or no dates.");
    return;
  }
  page->add("p", "Each strip runs from " + text_at(report, "from") + " on the left to " +
                     text_at(report, "to") +
                     " on the right, a place for each date. Open a line "
                     "for what is so on which dates, and why.");
  add_legend(page);
  const auto table = page->in("table", {{"class", "matrix"}});
  add_head(page, {{"calculation", ""}, {range_text(report), ""}, {"cells", ""}});
  const auto body = page->in("tbody");
  for (const json& line : report.at("calculations")) add_calculation(page, line);
}

void add_slowest(Html* page, const json& report) {
  page->add("h2", "Slow and big", {{"id", "slow"}});
  if (ranked(report, "total_ms").empty()) {
    page->add("p", "No attempt is recorded at any of these cells.");
    return;
  }
  page->add("p",
            "Over all attempts at the cells of these dates, in whatever run; rows and bytes "
            "are those of the last result of each cell.",
            {{"class", "quiet"}});
  add_times(page, report);
  add_sizes(page, report);
}

}  // namespace almanac
