// Observe: what a calculation puts out in a context, as one digest. Everything counts that could be
// seen of a result: rows in canonical form and order, each entity that failed with its message,
// entities without rows, rejected rows with their reasons; or the error with which the call ended.
// The rules of the engine (validator, breaker) are left out: they see no more than this.
#pragma once

#include <string>

#include "core/base/hash.h"
#include "core/manifest/calculation.h"
#include "runner/context.h"
#include "runner/module.h"

namespace almanac::behaviour {

struct Observation {
  Hash digest;
  uint64_t rows = 0;
  std::string error;  // with which the call ended; empty: it went well
  ReadTables tables;  // what came out on each date; the columns are the declared outputs
};

// Runs users' code in this process: for children only. Nothing is thrown.
Observation observe(Instance& instance, const Calculation& calculation, const Context& context);

}  // namespace almanac::behaviour
