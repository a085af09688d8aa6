#include "tools/almanac/evidence_text.h"

#include <nlohmann/json.hpp>

#include "simulator/behaviour/certification.h"
#include "simulator/behaviour/places.h"
#include "tools/almanac/equivalent_mutants.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

class Lines {
 public:
  explicit Lines(const json& document) : document_(document) {}

  void add(const std::string& line) { text_ += "  " + line + "\n"; }
  bool has(const char* name) const { return document_.contains(name); }
  size_t count(const char* name) const { return document_.value(name, size_t{0}); }
  std::string words(const char* name) const {
    return in_line(document_.value(name, std::string()));
  }
  std::string part(const char* name, const char* of) const {
    return std::to_string(count(name)) + " of " + std::to_string(count(of));
  }
  void add_simhashes() {
    constexpr size_t kDigits = 12;
    const std::string before = words("simhash_before"), now = words("simhash_now");
    if (before.empty() || before.find_first_not_of('0') == before.npos) return;
    add("SimHash " + before.substr(0, kDigits) +
        (now == before ? " of both" : " and " + now.substr(0, kDigits)));
  }
  void add_probes() {
    if (!has("probes")) return;
    add(part("met", "probes") + " blocks and comparisons are reached");
    for (const json& line : document_.value("unmet", json::array())) {
      add("not reached: " + in_line(line.get<std::string>()));
    }
  }
  std::string take() { return std::move(text_); }

 private:
  const json& document_;
  std::string text_;
};

}  // namespace

std::string certificate_text(const json& document) {
  Lines lines(document);
  if (!lines.words("refused").empty()) {
    lines.add(lines.words("refused"));
    return lines.take();
  }
  if (!lines.has("mutants")) return "";
  lines.add(std::to_string(lines.count("told_apart")) + " of " +
            count_text(lines.count("mutants"), "mutant") + " told apart, in " +
            count_text(lines.count("contexts"), "context") + "; " +
            std::to_string(lines.count("same_object")) + " that the compiler makes the same");
  if (lines.count("combined") > 0) {
    lines.add(std::to_string(lines.count("combined")) +
              " of them are several of the others at once, as there are no more");
  }
  if (lines.count("equivalent") > 0) {
    lines.add(std::to_string(lines.count("equivalent")) + " more do the same, says " +
              kEquivalentMutants);
  }
  if (lines.count("unreached") > 0) {
    lines.add(std::to_string(lines.count("unreached")) +
              " more survive on lines of which not all is reached");
  }
  lines.add_probes();
  if (lines.count("mutants") < behaviour::kMutants) {
    lines.add(std::to_string(behaviour::kMutants) +
              " mutants are needed; there is too little code to change");
  }
  for (const json& survivor : document.value("survivors", json::array())) {
    const auto words = [&](const char* name) { return in_line(survivor.value(name, "")); };
    lines.add("survived: " + words("file") + ":" + std::to_string(survivor.value("line", 0)) + " " +
              words("what"));
    lines.add("  - " + words("before"));
    lines.add("  + " + words("now"));
  }
  return lines.take();
}

std::string verdict_text(const json& document) {
  Lines lines(document);
  if (!lines.words("why").empty()) lines.add(lines.words("why"));
  if (lines.has("contexts")) {
    lines.add(count_text(lines.count("contexts"), "context") + ", of which " +
              std::to_string(lines.count("searched")) + " are of real cells, or were searched");
  }
  lines.add_simhashes();
  lines.add_probes();
  if (lines.count("mutants") > 0) {
    lines.add(lines.part("told_apart", "mutants") +
              " small changes of the lines that differ are seen");
  }
  for (const json& function : document.value("functions", json::array())) {
    lines.add("differs: " + behaviour::plain_name(function.get<std::string>()));
  }
  const json shadow = document.value("shadow", json::object());
  if (shadow.value("cells", size_t{0}) > 0) {
    const std::string difference = in_line(shadow.value("difference", ""));
    lines.add(std::to_string(shadow.value("cells", size_t{0})) + " of " +
              count_text(shadow.value("of", size_t{0}), "real cell") +
              " computed with the new code" +
              (difference.empty() ? ", all as they are stored" : ": " + difference));
  }
  return lines.take();
}

}  // namespace almanac
