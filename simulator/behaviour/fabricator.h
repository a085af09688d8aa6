// Fabricator: makes up contexts for a calculation. The same shape, material and seed make the same
// context in every process, so that two versions of the code can be given the same, each in a
// process of its own, without sending anything but the seed.
//
// What a context covers: dates that are special to a calendar (ends of months, quarters and years,
// 29 February), the first day of a history, days without data in a window, an absent day before,
// entities that are missing in a table, tables without rows, equal values, nulls, the values of
// simulator/behaviour/values.h, and relatives of contexts: the same rows in another order, or with
// one column twice as large. Each of these happens in some contexts and not at all in others: where
// everything goes wrong at once, nothing is accepted (swarm testing, Groce et al. 2012).
#pragma once

#include <cstdint>

#include "core/plan/behaviour.h"
#include "runner/context.h"
#include "simulator/behaviour/material.h"
#include "simulator/behaviour/shape.h"

namespace almanac::behaviour {

// Raised whenever the same seed makes another context: digests of before cannot be compared then.
inline constexpr int kRecipe = static_cast<int>(kEvidenceRecipe);

Context fabricate(const Shape& shape, const Material& material, uint64_t seed);

}  // namespace almanac::behaviour
