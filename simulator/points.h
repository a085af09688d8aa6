// Points: numbers what happens, says which fault happens there, and hashes it all: two runs of one
// schedule have the same trace. Thread rule: one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/hash.h"
#include "simulator/fault.h"
#include "temporal/base/executor.h"

namespace almanac::simulator {

class Points {
 public:
  // `log` takes a line per point; may be empty.
  Points(std::vector<Fault> faults, std::function<void(const std::string&)> log);

  // What happens now in a process, and what goes wrong with it.
  std::optional<Fault> next(temporal::TimePoint now, int process, Place place,
                            std::string_view what);
  // Something that no process does; it has no number.
  void note(temporal::TimePoint now, const std::string& what);

  // From here on, nothing goes wrong.
  void calm() { faults_.clear(); }
  int64_t count() const { return count_; }
  // Of each point so far, in order.
  const std::vector<Place>& places() const { return places_; }
  size_t fired() const { return fired_; }
  Hash trace() const { return hasher_.digest(); }

 private:
  void record(temporal::TimePoint now, const std::string& what);

  std::vector<Fault> faults_;  // that have not happened
  std::function<void(const std::string&)> log_;
  int64_t count_ = 0;
  size_t fired_ = 0;
  std::vector<Place> places_;
  Hasher hasher_{"simulated trace/1"};
};

}  // namespace almanac::simulator
