#include "tools/almanac/judgement.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/hex.h"
#include "core/plan/behaviour.h"
#include "core/plan/decide.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using behaviour::Certification;
using behaviour::Finding;
using behaviour::Movement;
using nlohmann::json;

constexpr size_t kLongestContext = 256 << 10;  // that is kept

// Empty: it is none.
std::string from_hex(const std::string& hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  if (hex.size() % 2 != 0 || hex.find_first_not_of("0123456789abcdef") != hex.npos) return {};
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %%", share * 100);
  return text;
}

std::string share_of(const Movement& moved) {
  return percent(static_cast<double>(moved.differing) / static_cast<double>(moved.values));
}

// "fee: 12 % of the values differ, by 0.5 % at most"
std::string text_of(const Movement& moved) {
  if (moved.column.empty()) {
    return "other rows, errors or rejections in " + share_of(moved) + " of the contexts";
  }
  std::string text = moved.column + ": " + share_of(moved) + " of the values differ";
  if (moved.greatest > 0) text += ", by " + percent(moved.greatest) + " at most";
  return text;
}

json json_of(const Movement& moved) {
  return {{"column", moved.column},
          {"values", moved.values},
          {"differing", moved.differing},
          {"greatest", moved.greatest}};
}

json json_of(const Finding& finding) {
  json moved = json::array();
  for (const Movement& column : finding.moved) moved.push_back(json_of(column));
  return {{"contexts", finding.contexts},
          {"searched", finding.found},
          {"around", finding.around},
          {"probes", finding.probes},
          {"met", finding.met},
          {"unmet", finding.unmet},
          {"mutants", finding.mutants},
          {"told_apart", finding.told_apart},
          {"functions", finding.functions},
          {"simhash_before", finding.simhash_before.hex()},
          {"simhash_now", finding.simhash_now.hex()},
          {"moved", std::move(moved)},
          {"milliseconds", finding.milliseconds}};
}

json json_of(const Shadow& shadow) {
  return {{"cells", shadow.cells}, {"of", shadow.of}, {"difference", shadow.difference}};
}

// What stands behind the verdict, in a few words.
std::string basis_of(const Judgement& judgement) {
  switch (judgement.verdict) {
    case CodeVerdict::Unchanged:
      return "the same code and layers";
    case CodeVerdict::Identical:
      return "the compiler makes the same of both";
    case CodeVerdict::New:
      return judgement.why.empty() ? "nothing to compare it with" : judgement.why;
    case CodeVerdict::Cosmetic:
      if (!judgement.finding) return "evidence " + std::to_string(judgement.evidence);
      return std::to_string(judgement.finding->contexts) + " contexts, " +
             std::to_string(judgement.finding->met) + " of " +
             std::to_string(judgement.finding->probes) + " probes, " +
             count_text(judgement.shadow.cells, "cell");
    case CodeVerdict::Logic:
    case CodeVerdict::Inconclusive:
      return judgement.why;
  }
  return "";
}

std::string cost_of(const Judgement& judgement) {
  if (!judgement.cost || judgement.cost->cells == 0) return "";
  char text[48];
  std::snprintf(text, sizeof text, ", %.1f s of CPU", judgement.cost->cpu_seconds);
  return count_text(judgement.cost->cells, "cell") + text;
}

// A cell of a table.
std::string in_table(const std::string& text) {
  std::string escaped;
  for (const char c : in_line(text)) {
    if (c == '|' || c == '<' || c == '`') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

bool is_plain(const Judgement& judgement) {
  return judgement.verdict == CodeVerdict::Unchanged;
}

}  // namespace

std::string_view name_of(CodeVerdict verdict) {
  constexpr std::string_view kNames[] = {"unchanged", "identical",    "cosmetic",
                                         "logic",     "inconclusive", "new"};
  return kNames[static_cast<size_t>(verdict)];
}

std::string text_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

json document_of(const Judgement& judgement) {
  json document = judgement.finding ? json_of(*judgement.finding) : json::object();
  document["recipe"] = kEvidenceRecipe;
  document["why"] = judgement.why;
  document["shadow"] = json_of(judgement.shadow);
  if (judgement.finding && judgement.finding->counterexample.size() <= kLongestContext) {
    document["counterexample"] =
        hex_digits({reinterpret_cast<const uint8_t*>(judgement.finding->counterexample.data()),
                    judgement.finding->counterexample.size()});
  }
  return document;
}

std::string counterexample_in(const std::string& document) {
  const json seen = json::parse(document, nullptr, false);
  if (!seen.is_object() || !seen.contains("counterexample")) return {};
  return seen["counterexample"].is_string() ? from_hex(seen["counterexample"]) : std::string();
}

std::string without_counterexample(const std::string& document) {
  json seen = json::parse(document, nullptr, false);
  if (!seen.is_object() || seen.erase("counterexample") == 0) return document;
  return text_of(seen);
}

json document_of(const Certification& certification) {
  json survivors = json::array();
  for (const auto& survivor : certification.survivors) {
    survivors.push_back({{"file", survivor.file},
                         {"line", survivor.line},
                         {"what", survivor.what},
                         {"before", survivor.before},
                         {"now", survivor.now}});
  }
  return {{"recipe", kEvidenceRecipe},
          {"told_apart", certification.told_apart},
          {"mutants", certification.mutants()},
          {"combined", certification.combined},
          {"same_object", certification.same_object},
          {"not_compiled", certification.not_compiled},
          {"unreached", certification.unreached},
          {"equivalent", certification.equivalent},
          {"contexts", certification.contexts},
          {"searched", certification.found},
          {"probes", certification.probes},
          {"met", certification.met},
          {"unmet", certification.unmet},
          {"refused", certification.refused},
          {"for_now", certification.for_now},
          {"survivors", std::move(survivors)},
          {"milliseconds", certification.milliseconds}};
}

json judgements_json(const std::vector<Judgement>& judgements) {
  json list = json::array();
  for (const Judgement& judgement : judgements) {
    json one = {{"calculation", judgement.calculation},
                {"verdict", name_of(judgement.verdict)},
                {"why", judgement.why},
                {"for_now", judgement.for_now},
                {"old_code_hash", judgement.old_code.hex()},
                {"new_code_hash", judgement.new_code.hex()},
                {"old_object_hash", judgement.old_object.hex()},
                {"new_object_hash", judgement.new_object.hex()},
                {"contexts", judgement.finding ? judgement.finding->contexts : 0},
                {"evidence", judgement.evidence},
                {"cells", judgement.cost ? json(judgement.cost->cells) : json()},
                {"cpu_seconds", judgement.cost ? json(judgement.cost->cpu_seconds) : json()}};
    if (judgement.finding) {
      one["finding"] = document_of(judgement);
      one["finding"].erase("counterexample");
    }
    if (judgement.certification) one["certificate"] = document_of(*judgement.certification);
    list.push_back(std::move(one));
  }
  return {{"version", 1}, {"calculations", std::move(list)}};
}

std::string judgements_text(const std::vector<Judgement>& judgements) {
  std::string text;
  size_t unchanged = 0;
  for (const Judgement& judgement : judgements) {
    unchanged += is_plain(judgement) ? 1 : 0;
    if (is_plain(judgement)) continue;
    text += judgement.calculation + ": " + std::string(name_of(judgement.verdict)) + ", " +
            in_line(basis_of(judgement)) + "\n";
    if (judgement.finding) {
      for (const Movement& moved : judgement.finding->moved) text += "  " + text_of(moved) + "\n";
    }
    const std::string cost = cost_of(judgement);
    if (!cost.empty()) text += "  a run would compute up to " + cost + "\n";
  }
  return text + count_text(unchanged, "calculation") + " unchanged\n";
}

std::string judgements_markdown(const std::vector<Judgement>& judgements) {
  std::string text =
      "| calculation | verdict | why | outputs | a run would compute, at most "
      "|\n|---|---|---|---|---|\n";
  size_t unchanged = 0;
  for (const Judgement& judgement : judgements) {
    unchanged += is_plain(judgement) ? 1 : 0;
    if (is_plain(judgement)) continue;
    std::string moves;
    if (judgement.finding) {
      for (const Movement& moved : judgement.finding->moved) {
        moves += (moves.empty() ? "" : "; ") + text_of(moved);
      }
    }
    text += "| " + in_table(judgement.calculation) + " | " +
            std::string(name_of(judgement.verdict)) + " | " + in_table(basis_of(judgement)) +
            " | " + in_table(moves) + " | " + cost_of(judgement) + " |\n";
  }
  return text + "\n" + count_text(unchanged, "calculation") + " unchanged\n";
}

}  // namespace almanac
