// Aim: searches contexts in which the sides of a comparison are equal. One input of a context
// (simulator/behaviour/input.h) after the other is moved, by the secant method, between values on
// both sides by bisection, and at the end by single steps of its type; so values that are computed
// from inputs meet their boundaries, too, which drawing numbers does not reach.
#pragma once

#include <string>
#include <vector>

#include "runner/context.h"
#include "simulator/behaviour/coverage.h"
#include "simulator/behaviour/shape.h"
#include "simulator/random.h"

namespace almanac::behaviour {

// Begins with `context`, of that shape, in which the comparison at `site` is made. Ends when that
// is met, or has equal sides once more where it was met before. Contexts are added to `found` in
// which something was met for the first time, that came nearest from both sides, or that lie at
// another power of ten from the boundary than those before: where it is moved, they tell. `runs`:
// at most so many executions; what was used is taken off. `beside`: not the boundary itself is
// searched but a place beside it, where left is more than right by about that much; whoever
// compares with a neighbouring constant is seen there.
Result<void> aim(Coverage& coverage, size_t site, const Shape& shape, const Context& context,
                 simulator::Random& random, int64_t* runs, std::vector<std::string>* found,
                 double beside = 0);

// So many contexts, at most, in which one number is a few steps away from what it is, or from
// another of its column.
std::vector<std::string> neighbours(Context context, simulator::Random& random, size_t count);

}  // namespace almanac::behaviour
