#include "tools/almanac/texts.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>

namespace almanac {

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

std::string counted(uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
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
    text += (text.empty() ? "" : ", ") + found->dump() + " " + name;
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
         repeats.date.str() + ": " + repeats.difference +
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
