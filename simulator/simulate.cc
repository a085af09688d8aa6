#include "simulator/simulate.h"

#include <utility>

namespace almanac::simulator {

Report simulate(const Schedule& schedule, std::function<void(const std::string&)> log) {
  return World(schedule, std::move(log)).go();
}

Schedule shrunk(Schedule schedule) {
  for (size_t i = schedule.faults.size(); i-- > 0;) {
    Schedule fewer = schedule;
    fewer.faults.erase(fewer.faults.begin() + static_cast<std::ptrdiff_t>(i));
    if (!simulate(fewer).violations.empty()) schedule = std::move(fewer);
  }
  return schedule;
}

std::string repro_of(const Schedule& schedule, const std::string& options) {
  return "repro: almanac_simulate --seed " + std::to_string(schedule.seed) + options +
         " --faults '" + text_of(schedule.faults) + "'";
}

std::string complaint_of(const Schedule& schedule, const std::string& options) {
  const Report report = simulate(schedule);
  if (report.violations.empty()) return "";
  const Schedule least = shrunk(schedule);
  std::string text;
  for (const std::string& violation : simulate(least).violations) text += violation + "\n";
  return text + repro_of(least, options);
}

}  // namespace almanac::simulator
