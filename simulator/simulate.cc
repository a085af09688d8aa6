#include "simulator/simulate.h"

#include <cctype>
#include <utility>

namespace almanac::simulator {

namespace {

// What is violated first, whatever cells and runs it is about; empty: nothing.
std::string kind_of(const Report& report) {
  if (report.violations.empty()) return "";
  std::string kind = report.violations.front();
  std::erase_if(kind, [](unsigned char c) { return std::isdigit(c); });
  return kind;
}

}  // namespace

Report simulate(const Schedule& schedule, std::function<void(const std::string&)> log) {
  return World(schedule, std::move(log)).go();
}

Schedule shrunk(Schedule schedule) {
  const std::string kind = kind_of(simulate(schedule));
  for (bool fewer = true; fewer;) {
    fewer = false;
    for (size_t i = schedule.faults.size(); i-- > 0;) {
      Schedule less = schedule;
      less.faults.erase(less.faults.begin() + static_cast<std::ptrdiff_t>(i));
      if (kind_of(simulate(less)) != kind) continue;
      schedule = std::move(less);
      fewer = true;
    }
  }
  return schedule;
}

std::string repro_of(const Schedule& schedule) {
  const std::string faults = "--faults '" + text_of(schedule.faults) + "'";
  if (schedule.command.empty())
    return "no command makes it; seed " + std::to_string(schedule.seed) + " " + faults;
  return "repro: almanac_simulate " + schedule.command + " " + faults;
}

std::string complaint_of(const Schedule& schedule) {
  const Report report = simulate(schedule);
  if (report.violations.empty()) return "";
  const Schedule least = shrunk(schedule);
  std::string text;
  for (const std::string& violation : simulate(least).violations) text += violation + "\n";
  return text + repro_of(least);
}

}  // namespace almanac::simulator
