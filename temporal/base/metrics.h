// Metrics: what a worker and a client count and measure, by the names that Temporal's SDKs share
// (temporal_...). An application brings its own, or reads a Registry.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "temporal/base/executor.h"

namespace temporal {

// "task_queue" -> "reports", ...
using Labels = std::map<std::string, std::string>;

// Thread safe.
class Metrics {
 public:
  virtual ~Metrics() = default;
  virtual void count(std::string_view name, const Labels& labels, double by = 1) = 0;
  virtual void gauge(std::string_view name, const Labels& labels, double value) = 0;
  virtual void time(std::string_view name, const Labels& labels, Duration duration) = 0;
};

// Keeps them in memory and writes them in Prometheus' text format; times are histograms in seconds.
class Registry final : public Metrics {
 public:
  void count(std::string_view name, const Labels& labels, double by) override;
  void gauge(std::string_view name, const Labels& labels, double value) override;
  void time(std::string_view name, const Labels& labels, Duration duration) override;

  // A counter's or gauge's value, or a histogram's number of observations; 0 if it is not known.
  double value(std::string_view name, const Labels& labels = {}) const;
  std::string prometheus() const;

 private:
  struct Series {
    double value = 0;                  // counters, gauges; of histograms the sum
    std::vector<std::uint64_t> below;  // of histograms: observations up to each bound
    std::uint64_t observations = 0;
  };
  struct Family {
    enum class Kind { Counter, Gauge, Histogram } kind;
    std::map<Labels, Series> series;
  };
  Series& series(std::string_view name, const Labels& labels, Family::Kind kind);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace temporal
