#include "tools/almanac/chart.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "tools/almanac/html.h"

namespace almanac {

namespace {

// With two digits after the point at most.
std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  std::string out = text;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out;
}

std::string drawing(std::string_view kind, double width, double height, std::string_view label) {
  std::string out = "<svg class=\"" + std::string(kind) + "\" viewBox=\"0 0 " + number(width) +
                    " " + number(height) + "\" preserveAspectRatio=\"none\"";
  out += label.empty() ? " aria-hidden=\"true\">"
                       : " role=\"img\" aria-label=\"" + escaped(label) + "\">";
  if (!label.empty()) out += "<title>" + escaped(label) + "</title>";
  return out;
}

// A rectangle as a part of a path.
std::string box(double x, double y, double width, double height) {
  return "M" + number(x) + " " + number(y) + "h" + number(width) + "v" + number(height) + "h" +
         number(-width) + "z";
}

constexpr double kTall = 10;  // of a strip
constexpr size_t kFewestColumns = 30;

}  // namespace

double height_of(std::string_view kind) {
  static const std::map<std::string_view, double> kHeights = {
      {"stable", 0.3}, {"skipped", 0.4},          {"reused", 0.5},
      {"computed", 1}, {"pending", 0.6},          {"blocked", 0.75},
      {"failed", 1},   {"failedDependency", 0.9}, {"impossible", 0.15}};
  const auto found = kHeights.find(kind);
  return found == kHeights.end() ? 1 : found->second;
}

std::string strip(const std::vector<Stretch>& stretches, std::string_view label) {
  std::map<std::string, std::string> paths;  // one for each kind
  size_t at = 0;
  for (size_t i = 0; i < stretches.size();) {
    size_t places = 0;
    const std::string& kind = stretches[i].kind;
    for (; i < stretches.size() && stretches[i].kind == kind; ++i) places += stretches[i].places;
    const double height = kTall * height_of(kind);
    paths[kind] +=
        box(static_cast<double>(at), kTall - height, static_cast<double>(places), height);
    at += places;
  }
  std::string out = drawing("strip", static_cast<double>(std::max<size_t>(at, 1)), kTall, label);
  for (const auto& [kind, path] : paths) {
    out += "<path class=\"o-" + escaped(kind) + "\" d=\"" + path + "\"/>";
  }
  return out + "</svg>";
}

std::string bar(double value, double most) {
  const double width = most > 0 ? std::clamp(100 * value / most, 0.0, 100.0) : 0;
  return drawing("bar", 100, 1, "") + "<path d=\"" + box(0, 0, width, 1) + "\"/></svg>";
}

std::string columns(const std::vector<double>& values, std::string_view label) {
  const double most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  const auto places = static_cast<double>(std::max(values.size(), kFewestColumns));
  std::string out = drawing("columns", places, 100, label);
  std::string path;
  for (size_t i = 0; i < values.size() && most > 0; ++i) {
    const double height = std::max(100 * values[i] / most, 0.0);
    if (height > 0) path += box(static_cast<double>(i) + 0.1, 100 - height, 0.8, height);
  }
  return out + "<path d=\"" + path + "\"/></svg>";
}

}  // namespace almanac
