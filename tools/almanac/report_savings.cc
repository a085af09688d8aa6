#include "tools/almanac/report_savings.h"

#include <nlohmann/json.hpp>

#include "tools/almanac/report_evidence.h"
#include "tools/almanac/report_words.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kMost = 100;  // of each list
constexpr size_t kTextBytes = 500;

std::string why(const json& line) {
  const std::string act = text_at(line, "act"), reason = text_at(line, "reason");
  if (act == "reused") return "a hit: its key was computed before, the result is published again";
  if (act == "moved") return "moved to another category";
  if (act == "withdrawn") return "taken out of the results: it became impossible";
  if (reason == "same_result") return "the firewall: what it reads came out the same";
  if (reason == "equivalent") return "other code that was shown to do the same";
  return act + ", " + reason;
}

void add_reused(Html* page, const json& report) {
  page->add("h3", "Published or accepted without computing");
  const json& reused = report.at("reused");
  page->add(
      "p",
      "By the last two runs, of which the ledger keeps every step; what earlier runs reused or "
      "skipped is in their totals below.",
      {{"class", "quiet"}});
  if (reused.empty()) {
    page->add("p", "None.");
    return;
  }
  {
    const auto table = page->in("table");
    add_head(page, {{"calculation", ""}, {"dates", ""}, {"cells", "n"}, {"why", ""}, {"run", ""}});
    const auto body = page->in("tbody");
    for (size_t i = 0; i < reused.size() && i < kMost; ++i) {
      const auto row = page->in("tr");
      page->add("th", text_at(reused[i], "calculation"), {{"scope", "row"}});
      page->add("td", range_text(reused[i]));
      page->add("td", number_text(number_at(reused[i], "cells")), {{"class", "n"}});
      page->add("td", why(reused[i]));
      page->add("td", text_at(reused[i], "run_id"));
    }
  }
  add_left_out(page, reused.size(), kMost, "lines");
}

void add_repeats(Html* page, const json& report) {
  page->add("h3", "Computed twice");
  const json& repeated = report.at("repeated");
  page->add("p", count_text(number_at(repeated, "cells"), "cell") + " of " +
                     count_text(number_at(repeated, "calculations"), "calculation") +
                     " with the code they have now, to see whether the same comes out.");
  const json& found = report.at("nondeterministic");
  if (found.empty()) page->add("p", "All came out the same.", {{"class", "good"}});
  for (size_t i = 0; i < found.size() && i < kMost; ++i) {
    page->add("p",
              text_at(found[i], "calculation") +
                  " is not deterministic: " + number_text(number_at(found[i], "differing")) +
                  " of " + number_text(number_at(found[i], "cells")) +
                  " came out otherwise, last on " + text_at(found[i], "date") + ": " +
                  cut(text_at(found[i], "difference"), kTextBytes),
              {{"class", "bad"}});
  }
  add_left_out(page, found.size(), kMost, "calculations");
  const json& incidents = report.at("not_reproduced");
  for (size_t i = 0; i < incidents.size() && i < kMost; ++i) {
    page->add("p",
              "Not reproduced: " + text_at(incidents[i], "calculation") + " " +
                  text_at(incidents[i], "date") + " in run " + text_at(incidents[i], "run_id") +
                  ": " + cut(text_at(incidents[i], "error"), kTextBytes),
              {{"class", "bad"}});
  }
  add_left_out(page, incidents.size(), kMost, "results that were not reproduced");
}

}  // namespace

void add_savings(Html* page, const json& report) {
  page->add("h2", "Not computed, and computed twice", {{"id", "savings"}});
  add_reused(page, report);
  add_evidence(page, report);
  add_repeats(page, report);
}

}  // namespace almanac
