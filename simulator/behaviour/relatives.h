// Relatives of contexts: the same rows in another order, with one column twice as large, in pairs
// that differ in one column, or with the numbers of one key, their opposites or multiples, in place
// of those of others. What a calculation makes of a context and of its relative is related, too
// (metamorphic testing, Chen, Cheung and Yiu 1998).
#pragma once

#include "runner/context.h"
#include "simulator/behaviour/shape.h"
#include "simulator/random.h"

namespace almanac::behaviour {

void relate(const Shape& shape, simulator::Random& random, Context* context);

// Each key of a table, or each entity where it has one row at most, gets the Float64 numbers of the
// first, so that many are equal. Tables that have neither stay as they are.
void make_equal(const Shape& shape, Context* context);

}  // namespace almanac::behaviour
