#include "simulator/points.h"

#include <iterator>
#include <utility>

namespace almanac::simulator {

Points::Points(std::vector<Fault> faults, std::function<void(const std::string&)> log)
    : faults_(std::move(faults)), log_(std::move(log)) {}

std::optional<Fault> Points::next(temporal::TimePoint now, int process, Place place,
                                  std::string_view what) {
  ++count_;
  places_.push_back(place);
  std::string line = std::to_string(count_) + " p" + std::to_string(process) + " ";
  line += name_of(place);
  line += ' ';
  line += what;
  std::optional<Fault> happens;
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (fault->at > count_ || !can_happen(fault->kind, place)) continue;
    happens = *fault;
    faults_.erase(fault);
    ++fired_;
    line += " <- " + text_of({*happens});
    break;
  }
  record(now, line);
  return happens;
}

void Points::note(temporal::TimePoint now, const std::string& what) {
  record(now, "- " + what);
}

void Points::record(temporal::TimePoint now, const std::string& what) {
  const int64_t us = now.time_since_epoch().count() / 1000;
  hasher_.add(static_cast<uint64_t>(us)).add(what);
  if (log_) log_(std::to_string(us % 1'000'000'000'000) + " " + what);
}

}  // namespace almanac::simulator
