// Fabricator: makes up contexts for a calculation. The same shape, material and seed make the same
// context in every process and at any time, so that what versions of the code put out can be
// compared, whenever they ran.
//
// What a context covers: dates that are special to a calendar (ends of months, quarters and years,
// 29 February), the first day of a history, days without data in a window, an absent day before,
// entities that are missing in a table, tables without rows, equal values, nulls, the values of
// simulator/behaviour/values.h, and relatives of contexts (simulator/behaviour/relatives.h). Each
// of these happens in some contexts and not at all in others: where everything goes wrong at once,
// nothing is accepted (swarm testing, Groce et al. 2012).
#pragma once

#include <cstdint>

#include "runner/context.h"
#include "simulator/behaviour/material.h"
#include "simulator/behaviour/shape.h"

namespace almanac::behaviour {

// Whoever changes what a seed makes raises kEvidenceRecipe (core/plan/behaviour): digests of before
// cannot be compared then.
Context fabricate(const Shape& shape, const Material& material, uint64_t seed);

}  // namespace almanac::behaviour
