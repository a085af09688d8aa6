// Simulate: carries schedules out, and finds the fewest faults with which one still fails.
#pragma once

#include <functional>
#include <string>

#include "simulator/world.h"

namespace almanac::simulator {

Report simulate(const Schedule& schedule, std::function<void(const std::string&)> log = {});

// With the fewest faults with which it still violates the same.
Schedule shrunk(Schedule schedule);

// The line that repeats it: `repro: almanac_simulate --seed S --faults '...'`.
std::string repro_of(const Schedule& schedule);

// Empty where nothing is violated; otherwise what is, and the line that repeats the shrunk
// schedule.
std::string complaint_of(const Schedule& schedule);

}  // namespace almanac::simulator
