#include "tools/almanac/report_troubles.h"

#include <nlohmann/json.hpp>

#include "tools/almanac/report_words.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kMost = 100;  // of each list
constexpr size_t kMostReasons = 10;
constexpr size_t kErrorBytes = 1500;  // of what keeps a cell from its result
constexpr size_t kTextBytes = 400;    // of what does not

void add_failure(Html* page, const json& failure) {
  const auto panel = page->in("div", {{"class", "panel"}});
  page->add("h3", text_at(failure, "calculation") + " " + text_at(failure, "date"));
  std::string line =
      std::string(word_of(text_at(failure, "state"))) + ", " + text_at(failure, "reason");
  if (const auto cause = text_at(failure, "cause"); !cause.empty()) line += "; cause " + cause;
  if (const auto stage = text_at(failure, "stage"); !stage.empty()) line += "; in stage " + stage;
  line += "; " + count_text(number_at(failure, "attempts"), "attempt");
  if (const auto code = text_at(failure, "code"); !code.empty()) line += "; " + code;
  page->add("p", line);
  page->add("pre", cut(text_at(failure, "error"), kErrorBytes), {{"class", "bad"}});
  const auto commands = page->in("p");
  page->text("What to do: ");
  for (const json& command : failure.at("commands")) {
    page->add("code", command.get<std::string>());
    page->text("; ");
  }
  page->text("or correct the calculation or its data, and run again.");
}

void add_failures(Html* page, const json& report) {
  page->add("h2", "Failures", {{"id", "failures"}});
  const json& failures = report.at("failures");
  if (failures.empty()) page->add("p", "No cell of these dates has failed or was given up.");
  for (size_t i = 0; i < failures.size() && i < kMost; ++i) add_failure(page, failures[i]);
  add_left_out(page, failures.size(), kMost, "failures");
  if (const uint64_t n = number_at(report, "dead_letters_elsewhere")) {
    page->add("p",
              count_text(n, "dead letter") +
                  " of other dates, other calculations, or of keys that are no longer those of "
                  "their cells; almanac dlq list shows them.");
  }
  for (const json& breaker : report.at("open_breakers")) {
    page->add("p",
              text_at(breaker, "calculation") +
                  " is stopped after failures in a row; correct it and run again, or " +
                  text_at(breaker, "command"),
              {{"class", "bad"}});
  }
}

void add_causes(Html* page, const json& report) {
  const json& causes = report.at("causes");
  page->add("h3", "What keeps cells from being computed");
  if (causes.empty()) {
    page->add("p", "No cell is blocked, failed or impossible.");
    return;
  }
  page->add("p", "Each such cell is counted once, under the first cause found.",
            {{"class", "quiet"}});
  {
    const auto table = page->in("table");
    add_head(page, {{"root cause", ""},
                    {"dates", ""},
                    {"state, reason", ""},
                    {"cells that are so by it", "n"},
                    {"the first", ""}});
    const auto body = page->in("tbody");
    for (size_t i = 0; i < causes.size() && i < kMost; ++i) {
      const auto row = page->in("tr");
      page->add("th", text_at(causes[i], "calculation"), {{"scope", "row"}});
      page->add("td",
                range_text(causes[i]) + " (" + number_text(number_at(causes[i], "roots")) + ")");
      page->add("td", std::string(word_of(text_at(causes[i], "state"))) + ", " +
                          text_at(causes[i], "reason"));
      page->add("td", number_text(number_at(causes[i], "cells")), {{"class", "n"}});
      page->add("td", cut(text_at(causes[i], "detail"), kTextBytes));
    }
  }
  add_left_out(page, causes.size(), kMost, "causes");
}

void add_rejected(Html* page, const json& report) {
  const json& rejected = report.at("rejected");
  page->add("h3", "Rejected rows");
  if (rejected.empty()) {
    page->add("p", "No calculation has rejected a row.");
    return;
  }
  {
    const auto table = page->in("table");
    add_head(page, {{"calculation", ""}, {"rows", "n"}, {"cells", "n"}, {"reasons", ""}});
    const auto body = page->in("tbody");
    for (size_t i = 0; i < rejected.size() && i < kMost; ++i) {
      const auto row = page->in("tr");
      page->add("th", text_at(rejected[i], "calculation"), {{"scope", "row"}});
      page->add("td", number_text(number_at(rejected[i], "rows")), {{"class", "n"}});
      page->add("td", number_text(number_at(rejected[i], "cells")), {{"class", "n"}});
      std::string text;
      size_t shown = 0;
      const json& reasons = rejected[i].at("reasons");
      uint64_t others = number_at(rejected[i], "other_reasons");
      for (const auto& [reason, n] : reasons.items()) {
        if (++shown > kMostReasons) {
          others += n.get<uint64_t>();
        } else {
          text += (text.empty() ? "" : "; ") + cut(reason, kTextBytes / kMostReasons) + ": " +
                  number_text(n.get<uint64_t>());
        }
      }
      if (others > 0)
        text += (text.empty() ? "" : "; ") + std::string("other reasons: ") + number_text(others);
      page->add("td", text);
    }
  }
  add_left_out(page, rejected.size(), kMost, "calculations that reject rows");
}

void add_failed_entities(Html* page, const json& report) {
  const json& failed = report.at("failed_entities");
  page->add("h3", "Entities that failed in cells that succeeded");
  if (failed.empty()) page->add("p", "None.");
  for (size_t i = 0; i < failed.size() && i < kMost; ++i) {
    const auto details = page->in("details");
    page->add("summary", text_at(failed[i], "calculation") + ": " +
                             number_text(number_at(failed[i], "entities")) + " of " +
                             number_text(number_at(failed[i], "of_entities")) + ", in " +
                             count_text(number_at(failed[i], "cells"), "cell"));
    for (const json& sample : failed[i].at("samples")) {
      page->add("pre", text_at(sample, "date") + "  " + cut(text_at(sample, "text"), kTextBytes));
    }
    page->add("p", "Samples, one of a cell; almanac explain CALC DATE has more.",
              {{"class", "quiet"}});
  }
  add_left_out(page, failed.size(), kMost, "calculations");
}

void add_findings(Html* page, const json& report) {
  const json& findings = report.at("findings");
  page->add("h3", "Results that the validator refused");
  if (findings.empty()) page->add("p", "None.");
  for (size_t i = 0; i < findings.size() && i < kMost; ++i) {
    const bool mended = findings[i].at("mended").get<bool>();
    page->add("p",
              text_at(findings[i], "calculation") + " " + text_at(findings[i], "date") + ": " +
                  cut(text_at(findings[i], "error"), kTextBytes) +
                  (mended ? " (a later attempt succeeded)" : ""),
              {{"class", mended ? "quiet" : "bad"}});
  }
  add_left_out(page, findings.size(), kMost, "findings");
  const json& unreadable = report.at("unreadable");
  page->add("h3", "Root data that cannot be read as declared");
  if (unreadable.empty()) page->add("p", "None.");
  for (size_t i = 0; i < unreadable.size() && i < kMost; ++i) {
    page->add(
        "p",
        text_at(unreadable[i], "date") + "  " + cut(text_at(unreadable[i], "problem"), kTextBytes),
        {{"class", "bad"}});
  }
  add_left_out(page, unreadable.size(), kMost, "problems");
}

}  // namespace

void add_troubles(Html* page, const json& report) {
  add_failures(page, report);
  page->add("h2", "Data quality", {{"id", "quality"}});
  add_causes(page, report);
  add_rejected(page, report);
  add_failed_entities(page, report);
  add_findings(page, report);
}

}  // namespace almanac
