#include "temporal/base/metrics.h"

#include <array>
#include <sstream>

namespace temporal {
namespace {

constexpr std::array kBounds{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 600.0};

std::string text_of(const Labels& labels, const std::string& more = {}) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text += (text.empty() ? "" : ",") + name + "=\"";
    for (const char c : value) {
      if (c == '\\' || c == '"') text += '\\';
      text += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    text += '"';
  }
  if (!more.empty()) text += (text.empty() ? "" : ",") + more;
  return text.empty() ? "" : "{" + text + "}";
}

}  // namespace

Registry::Series& Registry::series(std::string_view name, const Labels& labels, Family::Kind kind) {
  auto family = families_.find(name);
  if (family == families_.end()) {
    family = families_.emplace(std::string(name), Family{kind, {}}).first;
  }
  Series& series = family->second.series[labels];
  // What the name was first used for decides.
  if (family->second.kind == Family::Kind::Histogram) series.below.resize(kBounds.size());
  return series;
}

void Registry::count(std::string_view name, const Labels& labels, double by) {
  const std::lock_guard lock(mutex_);
  series(name, labels, Family::Kind::Counter).value += by;
}

void Registry::gauge(std::string_view name, const Labels& labels, double value) {
  const std::lock_guard lock(mutex_);
  series(name, labels, Family::Kind::Gauge).value = value;
}

void Registry::time(std::string_view name, const Labels& labels, Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const std::lock_guard lock(mutex_);
  Series& one = series(name, labels, Family::Kind::Histogram);
  one.value += seconds;
  ++one.observations;
  if (one.below.empty()) return;
  for (std::size_t i = 0; i < kBounds.size(); ++i) one.below[i] += seconds <= kBounds[i] ? 1 : 0;
}

double Registry::value(std::string_view name, const Labels& labels) const {
  const std::lock_guard lock(mutex_);
  const auto family = families_.find(name);
  if (family == families_.end()) return 0;
  double sum = 0;
  for (const auto& [own, one] : family->second.series) {
    bool matches = true;
    for (const auto& [label, wanted] : labels) {
      const auto found = own.find(label);
      matches = matches && found != own.end() && found->second == wanted;
    }
    if (!matches) continue;
    sum += family->second.kind == Family::Kind::Histogram ? static_cast<double>(one.observations)
                                                          : one.value;
  }
  return sum;
}

std::string Registry::prometheus() const {
  const std::lock_guard lock(mutex_);
  std::ostringstream out;
  out.precision(15);  // whole numbers stay whole
  for (const auto& [name, family] : families_) {
    const char* kind = family.kind == Family::Kind::Counter ? "counter"
                       : family.kind == Family::Kind::Gauge ? "gauge"
                                                            : "histogram";
    out << "# TYPE " << name << ' ' << kind << '\n';
    for (const auto& [labels, one] : family.series) {
      if (family.kind != Family::Kind::Histogram) {
        out << name << text_of(labels) << ' ' << one.value << '\n';
        continue;
      }
      for (std::size_t i = 0; i < kBounds.size(); ++i) {
        std::ostringstream bound;
        bound << "le=\"" << kBounds[i] << '"';
        out << name << "_bucket" << text_of(labels, bound.str()) << ' ' << one.below[i] << '\n';
      }
      out << name << "_bucket" << text_of(labels, "le=\"+Inf\"") << ' ' << one.observations << '\n';
      out << name << "_sum" << text_of(labels) << ' ' << one.value << '\n';
      out << name << "_count" << text_of(labels) << ' ' << one.observations << '\n';
    }
  }
  return out.str();
}

}  // namespace temporal
