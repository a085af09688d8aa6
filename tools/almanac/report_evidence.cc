#include "tools/almanac/report_evidence.h"

#include <nlohmann/json.hpp>

#include "tools/almanac/report_words.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr size_t kMost = 100;  // certificates on the page

}  // namespace

void add_evidence(Html* page, const json& report) {
  const json& evidence = report.at("evidence");
  const json& versions = evidence.at("versions");
  page->add("h3", "Other code that does the same");
  page->add("p", "Of the versions of code that runs have met, " +
                     number_text(number_at(versions, "identical")) +
                     " were proved to be the same as another by their objects, " +
                     number_text(number_at(versions, "cosmetic")) + " shown by evidence, and " +
                     number_text(number_at(versions, "own")) + " stand for themselves.");
  page->add("p", "On evidence stand " + count_text(number_at(evidence, "owed"), "cell") +
                     " that nobody has computed again so far; " +
                     number_text(number_at(evidence, "verified")) + " were.");
  if (const uint64_t revoked = number_at(versions, "revoked")) {
    page->add("p",
              "Evidence about " + count_text(revoked, "version") +
                  " of code did not hold and was revoked.",
              {{"class", "bad"}});
  }
  const json& certificates = evidence.at("certificates");
  if (certificates.empty()) return;
  page->add(
      "p",
      "Of " + count_text(number_at(evidence, "mutants"), "mutant") +
          " of one change each, comparisons missed " + number_text(number_at(evidence, "missed")) +
          "; of a calculation that is refused a certificate, cells are skipped on proofs alone.");
  const auto table = page->in("table");
  add_head(page, {{"calculation", ""}, {"certificate", ""}, {"told apart", "n"}, {"of", "n"}});
  {
    const auto body = page->in("tbody");
    for (size_t i = 0; i < certificates.size() && i < kMost; ++i) {
      const auto row = page->in("tr");
      page->add("th", text_at(certificates[i], "calculation"), {{"scope", "row"}});
      page->add("td", text_at(certificates[i], "verdict"));
      page->add("td", number_text(number_at(certificates[i], "told_apart")), {{"class", "n"}});
      page->add("td", number_text(number_at(certificates[i], "mutants")), {{"class", "n"}});
    }
  }
  add_left_out(page, certificates.size(), kMost, "certificates");
}

}  // namespace almanac
