// Options: what an EmbeddedService is made with.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "temporal/base/executor.h"

namespace temporal::embedded {

enum class AttributeType { Bool, Datetime, Double, Int, Keyword, KeywordList, Text };

class Options {
 public:
  // The namespaces that exist from the start; RegisterNamespace adds more.
  Options& namespaces(std::vector<std::string> names) {
    namespaces_ = std::move(names);
    return *this;
  }
  // Run ids and tokens follow from the seed and the order of the calls. An engine in production
  // takes it from a random source: two engines with one seed give the same run ids.
  Options& seed(std::uint64_t seed) {
    seed_ = seed;
    return *this;
  }
  // The shortest time from the start of a run to the start of the next one of the same workflow id.
  Options& reuse_interval(Duration interval) {
    reuse_interval_ = interval;
    return *this;
  }
  // Activities whose scheduling asks for it go to the worker that schedules them, at once. A server
  // with its defaults does not do that.
  Options& eager_activities(bool eager) {
    eager_activities_ = eager;
    return *this;
  }
  // A worker that stops has its polls ended at once, so that it need not wait for them. A server of
  // 1.29 leaves them to the worker, later ones do it.
  Options& end_polls(bool end) {
    end_polls_ = end;
    return *this;
  }
  // Registers a search attribute, in all namespaces. Those that are not registered are refused.
  Options& search_attribute(std::string name, AttributeType type) {
    search_attributes_[std::move(name)] = type;
    return *this;
  }
  // How long a run can be read after it has closed; 24 hours if not set.
  Options& retention(Duration retention) {
    retention_ = retention;
    return *this;
  }

  const std::vector<std::string>& namespaces() const { return namespaces_; }
  std::uint64_t seed() const { return seed_; }
  Duration reuse_interval() const { return reuse_interval_; }
  bool eager_activities() const { return eager_activities_; }
  bool end_polls() const { return end_polls_; }
  const std::map<std::string, AttributeType>& search_attributes() const {
    return search_attributes_;
  }
  std::optional<Duration> retention() const { return retention_; }

 private:
  std::vector<std::string> namespaces_{"default"};
  std::uint64_t seed_ = 1;
  Duration reuse_interval_ = std::chrono::seconds(1);
  bool eager_activities_ = false, end_polls_ = false;
  std::map<std::string, AttributeType> search_attributes_;
  std::optional<Duration> retention_;
};

}  // namespace temporal::embedded
