#include "tools/almanac/report_text.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/almanac/report_words.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kShown = 10;  // of each kind of trouble
constexpr size_t kDetailBytes = 200;
constexpr int kNarrow = 8;

// A column is as wide as its word, which may have blanks, needs.
int width(const OutcomeWord& outcome) {
  return std::max(kNarrow, static_cast<int>(word_of(outcome.name).size()));
}

void print_table(const json& report) {
  const auto outcomes = outcomes_in(report);
  std::printf("%-10s", "date");
  for (const OutcomeWord& known : outcomes) {
    std::printf("  %*s", width(known), std::string(word_of(known.name)).c_str());
  }
  std::printf("  %*s\n", kNarrow, "sum");
  for (const json& line : report.at("dates")) {
    std::printf("%-10s", text_at(line, "date").c_str());
    for (const OutcomeWord& known : outcomes) {
      std::printf("  %*s", width(known),
                  std::to_string(number_at(line.at("outcomes"), known.name)).c_str());
    }
    std::printf("  %*s%s\n", kNarrow, std::to_string(number_at(line, "sum")).c_str(),
                line.at("adds_up").get<bool>() ? "" : "  does not add up");
  }
}

void print_sum(const json& report) {
  if (const uint64_t left_out = number_at(report, "dates_left_out")) {
    std::printf("%s left out; --days says how many of the last are shown\n",
                are(left_out, "earlier date").c_str());
  }
  const std::string cells = count_text(number_at(report, "expected"), "wanted cell");
  if (report.at("adds_up").get<bool>()) {
    std::printf("it adds up: every one of %s is in one column, on each date\n", cells.c_str());
  } else {
    std::printf("DOES NOT ADD UP: on the dates marked above the columns are not all of the %s\n",
                cells.c_str());
  }
}

void print_more(size_t all) {
  if (all > kShown)
    std::printf("  and %s more; see --json or --html\n", number_text(all - kShown).c_str());
}

void print_causes(const json& report) {
  const json& causes = report.at("causes");
  if (!causes.empty()) std::printf("what keeps cells from being computed\n");
  for (size_t i = 0; i < std::min(causes.size(), kShown); ++i) {
    const json& cause = causes[i];
    const std::string detail = cut(in_line(text_at(cause, "detail")), kDetailBytes);
    std::printf("  %s by %s, %s: %s, %s%s%s\n",
                count_text(number_at(cause, "cells"), "cell").c_str(),
                text_at(cause, "calculation").c_str(), range_text(cause).c_str(),
                std::string(word_of(text_at(cause, "state"))).c_str(),
                text_at(cause, "reason").c_str(), detail.empty() ? "" : ": ", detail.c_str());
  }
  print_more(causes.size());
}

void print_unreadable(const json& report) {
  const json& problems = report.at("unreadable");
  if (!problems.empty()) std::printf("root data that cannot be read as declared\n");
  for (size_t i = 0; i < std::min(problems.size(), kShown); ++i) {
    const std::string date = text_at(problems[i], "date");
    std::printf("  %s%s%s\n", date.c_str(), date.empty() ? "" : "  ",
                cut(in_line(text_at(problems[i], "problem")), kDetailBytes).c_str());
  }
  print_more(problems.size());
}

void print_evidence(const json& report) {
  const json& evidence = report.at("evidence");
  if (number_at(evidence, "owed") + number_at(evidence, "verified") > 0) {
    std::printf("on evidence stand %s that nobody has computed again so far; %s were\n",
                count_text(number_at(evidence, "owed"), "cell").c_str(),
                number_text(number_at(evidence, "verified")).c_str());
  }
  if (const uint64_t revoked = number_at(evidence.at("versions"), "revoked")) {
    std::printf("evidence about %s of code did not hold and was revoked\n",
                count_text(revoked, "version").c_str());
  }
  if (number_at(evidence, "mutants") > 0) {
    std::printf("of %s of one change each, comparisons missed %s\n",
                count_text(number_at(evidence, "mutants"), "mutant").c_str(),
                number_text(number_at(evidence, "missed")).c_str());
  }
}

}  // namespace

void print_report(const json& report) {
  if (report.at("dates").empty()) {
    std::printf("no dates, nothing to report\n");
    return;
  }
  print_table(report);
  print_sum(report);
  print_causes(report);
  print_unreadable(report);
  print_evidence(report);
}

}  // namespace almanac
