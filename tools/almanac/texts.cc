#include "tools/almanac/texts.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace almanac {

namespace {

// Where JSON, which stays as it is for scripts, says something else than people do.
constexpr std::pair<std::string_view, std::string_view> kWords[] = {
    {"runnable", "run"},      {"reRun", "rerun"},   {"skipped", "stable"},
    {"stable", "up to date"}, {"pending", "to do"}, {"failedDependency", "failed upstream"},
};

bool is_control(std::string_view text, size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c < 0x20 || c == 0x7f) return true;
  // Those above ASCII, in UTF-8.
  return c == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
}

std::string shown(std::string_view text, bool lines) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_control(text, i) || (lines && (c == '\n' || c == '\t'))) {
      out += c;
    } else if (c == '\n' || c == '\t' || c == '\r') {
      out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r";
    } else {
      char code[8];
      std::snprintf(code, sizeof code, "\\x%02x",
                    static_cast<unsigned char>(c == '\xc2' ? text[++i] : c));
      out += code;
    }
  }
  return out;
}

}  // namespace

std::string number_text(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string count_text(uint64_t count, std::string_view noun) {
  return number_text(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string are(uint64_t count, std::string_view noun) {
  return count_text(count, noun) + (count == 1 ? " is" : " are");
}

std::string_view word_of(std::string_view name) {
  for (const auto& [known, word] : kWords) {
    if (known == name) return word;
  }
  return name;
}

std::string_view word_of(State state) {
  return word_of(name_of(state));
}

std::string in_line(std::string_view text) {
  return shown(text, false);
}

std::string in_lines(std::string_view text) {
  return shown(text, true);
}

std::string utc_text(int64_t ms) {
  const time_t seconds = ms / 1000;
  tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02dZ", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return text;
}

std::string bytes_text(uint64_t bytes) {
  constexpr double kKilo = 1000;
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  for (; value >= kKilo && unit + 1 < std::size(kUnits); ++unit) value /= kKilo;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
  return text;
}

size_t width_of(std::string_view text) {
  // Of UTF-8 all bytes of a character but the first are 10xxxxxx.
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
  }));
}

std::string padded(std::string text, size_t width, Side side) {
  const size_t taken = width_of(text);
  if (taken >= width) return text;
  text.insert(side == Side::Left ? text.size() : 0, width - taken, ' ');
  return text;
}

std::string totals_text(const std::string& totals) {
  const nlohmann::json counts = nlohmann::json::parse(totals, nullptr, false);
  std::string text;
  for (const char* name : {"computed", "reused", "skipped", "stable", "blocked", "failed",
                           "failedDependency", "impossible", "cancelled"}) {
    const auto found = counts.is_object() ? counts.find(name) : counts.end();
    if (found == counts.end() || !found->is_number() || *found == 0) continue;
    text += (text.empty() ? "" : ", ") + found->dump() + " " + std::string(word_of(name));
  }
  return text.empty() ? "nothing" : text;
}

std::string text_of(const Repeats& repeats) {
  const std::string cells = std::to_string(repeats.cells) + " of its cells";
  if (repeats.differing == 0) {
    return repeats.calculation + " is deterministic as far as seen: computed twice, " + cells +
           " came out the same";
  }
  return repeats.calculation + " is not deterministic: computed twice, " +
         std::to_string(repeats.differing) + " of " + cells + " came out otherwise, " +
         repeats.date.str() + ": " + in_line(repeats.difference) +
         "; its results are kept, and none is used again for another cell";
}

nlohmann::json repeats_json(const Repeats& repeats) {
  nlohmann::json json{{"cells", repeats.cells}, {"differing", repeats.differing}};
  if (repeats.differing > 0) {
    json["date"] = repeats.date.str();
    json["difference"] = repeats.difference;
  }
  return json;
}

}  // namespace almanac
