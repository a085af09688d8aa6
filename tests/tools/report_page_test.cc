// The page of a build report that nothing real leads to: sums that are wrong, texts that are
// hostile, and more of everything than anybody has.
#include "tools/almanac/report_page.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "almanac/date.h"
#include "tools/almanac/chart.h"
#include "tools/almanac/html.h"

namespace almanac {
namespace {

using nlohmann::json;

constexpr size_t kMegabyte = 1'000'000;
const Date kFirst = *Date::parse("2024-01-01");

std::string day(size_t number) {
  return (kFirst + static_cast<int>(number)).str();
}

json span(const std::string& outcome, size_t from, const std::string& detail) {
  return {{"outcome", outcome}, {"state", "blocked"}, {"reason", "not_available"},
          {"detail", detail},   {"from", day(from)},  {"to", day(from)},
          {"cells", 1}};
}

json took(size_t n) {
  return {{"attempts", n},     {"computed", n},  {"failed_attempts", 1}, {"total_ms", n * 1000},
          {"most_ms", n},      {"rows", n * n},  {"bytes", n * 1000},    {"entities", n},
          {"slowest", day(0)}, {"median_ms", n}, {"biggest", day(0)},    {"peak_bytes", n}};
}

// Every cell is otherwise than the one before; every list is full of `text`.
json report_of(size_t calculations, size_t dates, const std::string& text) {
  json out{{"project", text},
           {"made", "2024-06-01 00:00:00Z"},
           {"from", day(0)},
           {"to", day(dates - 1)},
           {"expected_per_date", calculations},
           {"expected", calculations * dates},
           {"adds_up", true},
           {"dates_left_out", 0},
           {"latest_run", text},
           {"runs_unrecorded", 1},
           {"dead_letters_elsewhere", 2},
           {"repeated", {{"calculations", 1}, {"cells", 2}}},
           {"evidence",
            {{"versions", {{"own", 1}, {"identical", 2}, {"cosmetic", 3}, {"revoked", 4}}},
             {"certificates", json::array()},
             {"mutants", 5},
             {"missed", 6},
             {"owed", 7},
             {"verified", 8}}},
           {"warnings", {text}},
           {"outcomes", {{"blocked", calculations * dates / 2}}}};
  for (const char* list : {"dates", "calculations", "runs", "failures", "causes", "rejected",
                           "failed_entities", "findings", "unreadable", "not_reproduced", "reused",
                           "nondeterministic", "open_breakers"}) {
    out[list] = json::array();
  }
  for (size_t d = 0; d < dates; ++d) {
    out["dates"].push_back({{"date", day(d)},
                            {"outcomes", {{"blocked", calculations}}},
                            {"sum", calculations},
                            {"adds_up", true},
                            {"spent_ms", d}});
  }
  for (size_t c = 0; c < calculations; ++c) {
    const std::string id = "calculation_" + std::to_string(c);
    json line{{"calculation", id},
              {"category", "some"},
              {"outcomes", {{"blocked", dates}}},
              {"took", took(c)},
              {"spans", json::array()}};
    for (size_t d = 0; d < dates; ++d) {
      line["spans"].push_back(span(d % 2 ? "blocked" : "pending", d, text));
      out["failures"].push_back({{"calculation", id},
                                 {"date", day(d)},
                                 {"error", text},
                                 {"state", "failed"},
                                 {"attempts", 3},
                                 {"commands", {text}}});
      out["findings"].push_back(
          {{"calculation", id}, {"date", day(d)}, {"error", text}, {"mended", false}});
      out["unreadable"].push_back({{"date", day(d)}, {"problem", text}});
    }
    out["causes"].push_back({{"calculation", id},
                             {"state", "blocked"},
                             {"reason", "no_data"},
                             {"detail", text},
                             {"roots", 1},
                             {"cells", 1}});
    json reasons;
    for (int i = 0; i < 20; ++i) reasons[text + std::to_string(i)] = 1;
    out["rejected"].push_back({{"calculation", id},
                               {"rows", 20},
                               {"cells", 1},
                               {"reasons", reasons},
                               {"other_reasons", 3}});
    json samples = json::array();
    for (int i = 0; i < 5; ++i) samples.push_back({{"date", day(0)}, {"text", text}});
    out["failed_entities"].push_back({{"calculation", id},
                                      {"entities", 1},
                                      {"cells", 1},
                                      {"of_entities", 9},
                                      {"samples", samples}});
    out["nondeterministic"].push_back({{"calculation", id}, {"difference", text}});
    out["evidence"]["certificates"].push_back({{"calculation", id}, {"verdict", "refused"}});
    out["not_reproduced"].push_back({{"calculation", id}, {"error", text}, {"run_id", text}});
    out["reused"].push_back({{"calculation", id}, {"act", "reused"}, {"run_id", text}});
    out["runs"].push_back({{"run_id", "run"}, {"totals", json::object()}});
    out["open_breakers"].push_back({{"calculation", id}, {"command", text}});
    out["calculations"].push_back(std::move(line));
  }
  out["calculations"].back().erase("took");  // never tried
  return out;
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(ReportPage, SumsThatAreWrongAreLoud) {
  json report = report_of(3, 4, "some");
  EXPECT_EQ(count(report_page(report), "DOES NOT ADD UP"), 0u);
  report["adds_up"] = false;
  report["dates"][2]["adds_up"] = false;
  report["dates"][2]["outcomes"]["blocked"] = 2;
  const std::string page = report_page(report);
  EXPECT_EQ(count(page, "DOES NOT ADD UP. On at least one date"), 1u);
  EXPECT_EQ(count(page, "DOES NOT ADD UP: 2 of 3"), 1u);
  EXPECT_EQ(count(page, "It adds up"), 0u);
  EXPECT_EQ(count(page, "class=\"panel alarm\""), 1u);
}

TEST(ReportPage, OfManyDatesThoseThatAreWrongAreShown) {
  json report = report_of(1, 500, "");
  report["adds_up"] = report["dates"][7]["adds_up"] = false;
  const std::string page = report_page(report);
  EXPECT_EQ(count(page, "<th scope=\"row\">" + day(7)), 1u);
  EXPECT_EQ(count(page, "<th scope=\"row\">" + day(8)), 0u);
  EXPECT_EQ(count(page, "99 more dates, earlier ones that add up, of 500"), 1u);
}

TEST(ReportPage, NoTextBecomesMarkup) {
  const std::string plain = report_page(report_of(3, 4, "x"));
  const std::string hostile = report_page(report_of(3, 4, "</td><script>\"'&amp;\x01"));
  EXPECT_EQ(count(hostile, "<script"), 0u);
  EXPECT_EQ(count(hostile, "\x01"), 0u);
  for (const char* tag : {"<td", "</td>", "<p", "</p>", "<svg", "</svg>", "<details", "</html>"}) {
    EXPECT_EQ(count(plain, tag), count(hostile, tag)) << tag;
  }
}

TEST(ReportPage, IsBoundedAndSaysWhatItLeavesOut) {
  const std::string page = report_page(report_of(300, 90, std::string(3000, 'x')));
  EXPECT_LT(page.size(), 4 * kMegabyte);
  for (const char* left_out :
       {"26,900 more failures of 27,000", "26,900 more findings of 27,000",
        "26,900 more problems of 27,000", "200 more causes of 300", "200 more lines of 300",
        "270 more runs of 300", "284 more calculations of 299",
        "200 more results that were not reproduced of 300", "and 80 spans more"}) {
    EXPECT_GT(count(page, left_out), 0u) << left_out;
  }
  EXPECT_EQ(count(page, "<svg class=\"strip\" viewBox=\"0 0 90 10\""), 300u) << "none is left out";
}

TEST(ReportPage, WhereLittleHappensItIsSmall) {
  json report = report_of(300, 90, "");
  for (json& line : report["calculations"]) {
    json one = span("stable", 0, "");
    one["cells"] = 90;
    line["spans"] = json::array({one});
  }
  for (const char* list :
       {"failures", "findings", "unreadable", "causes", "rejected", "failed_entities",
        "nondeterministic", "not_reproduced", "reused", "runs", "open_breakers"}) {
    report[list] = json::array();
  }
  EXPECT_LT(report_page(report).size(), kMegabyte / 3);
}

TEST(Html, ClosesWhatItOpens) {
  Html page("a <b> title", "");
  {
    const auto outer = page.in("div", {{"title", "\"quoted\""}});
    const auto inner = page.in("p");
    page.text("1 < 2");
  }
  const std::string text = std::move(page).finish();
  EXPECT_EQ(count(text, "<title>a &lt;b&gt; title</title>"), 1u);
  EXPECT_EQ(count(text, "<div title=\"&quot;quoted&quot;\">\n<p>\n1 &lt; 2</p>\n</div>\n"), 1u);
}

TEST(Chart, AStripHasAPlaceForEachDate) {
  const std::string text = strip({{"stable", 2}, {"stable", 1}, {"failed", 1}}, "x: 3, 1");
  EXPECT_EQ(count(text, "viewBox=\"0 0 4 10\""), 1u);
  EXPECT_EQ(count(text, "<path class=\"o-stable\" d=\"M0 7h3v3h-3z\"/>"), 1u);
  EXPECT_EQ(count(text, "<path class=\"o-failed\" d=\"M3 0h1v10h-1z\"/>"), 1u);
  EXPECT_EQ(count(text, "aria-label=\"x: 3, 1\""), 1u);
}

TEST(Chart, NothingDividesByZero) {
  for (const std::string& text :
       {strip({}, ""), bar(0, 0), columns({}, "none"), columns({0}, "")}) {
    EXPECT_EQ(count(text, "nan"), 0u);
    EXPECT_EQ(count(text, "</svg>"), 1u);
  }
}

}  // namespace
}  // namespace almanac
