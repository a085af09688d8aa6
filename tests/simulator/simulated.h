// What the tests of simulated schedules share.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "simulator/simulate.h"

namespace almanac::simulator {

// How many schedules a test makes: ALMANAC_SCHEDULES, or what is usual.
inline uint64_t schedules(uint64_t usual) {
  const char* said = std::getenv("ALMANAC_SCHEDULES");
  return said ? std::strtoull(said, nullptr, 10) : usual;
}

inline Step run_step(RunStep run = {}) {
  Step step;
  step.kind = Step::Kind::Run;
  step.run = run;
  return step;
}

inline Step edit(Step::Kind kind, size_t node, int day = 0, uint64_t value = 0) {
  Step step;
  step.kind = kind;
  step.node = node;
  step.day = day;
  step.value = value;
  return step;
}

}  // namespace almanac::simulator
