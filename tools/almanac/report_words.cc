#include "tools/almanac/report_words.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace almanac {

namespace {

using nlohmann::json;

std::string with_unit(double value, const char* unit) {
  char text[40];
  std::snprintf(text, sizeof text, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
  return text;
}

}  // namespace

std::vector<OutcomeWord> outcomes_in(const json& report) {
  std::vector<OutcomeWord> found;
  for (const OutcomeWord& known : kOutcomeWords) {
    if (number_at(report.at("outcomes"), known.name) > 0) found.push_back(known);
  }
  return found;
}

std::string ms_text(int64_t ms) {
  constexpr int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute;
  const auto value = static_cast<double>(ms);
  if (ms < kSecond) return std::to_string(ms) + " ms";
  if (ms < 10 * kMinute) return with_unit(value / kSecond, "s");
  if (ms < 10 * kHour) return with_unit(value / kMinute, "min");
  return with_unit(value / kHour, "h");
}

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

uint64_t number_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<uint64_t>() : 0;
}

std::string outcomes_text(const json& outcomes) {
  std::string text;
  for (const OutcomeWord& known : kOutcomeWords) {
    const uint64_t n = number_at(outcomes, known.name);
    if (n == 0) continue;
    text += (text.empty() ? "" : ", ") + number_text(n) + " " + std::string(word_of(known.name));
  }
  return text.empty() ? "no cells" : text;
}

std::string range_text(const json& object) {
  const std::string from = text_at(object, "from"), to = text_at(object, "to");
  return from == to ? from : from + " to " + to;
}

std::string cut(const std::string& text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // whole letters
  return text.substr(0, end) + " ... (" + count_text(text.size() - end, "byte") + " more)";
}

void add_head(Html* page,
              std::initializer_list<std::pair<std::string_view, std::string_view>> columns) {
  const auto head = page->in("thead");
  const auto row = page->in("tr");
  for (const auto& [name, kind] : columns) {
    page->add("th", name, {{"scope", "col"}, {"class", kind}});
  }
}

void add_left_out(Html* page, size_t all, size_t shown, std::string_view what) {
  if (all <= shown) return;
  const auto note = page->in("p", {{"class", "quiet"}});
  page->text("Not shown here: " + number_text(all - shown) + " more " + std::string(what) + " of " +
             number_text(all) + ". All are in ");
  page->add("code", "almanac report --json");
  page->text(".");
}

}  // namespace almanac
