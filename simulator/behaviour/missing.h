// Missing: what of the code contexts did not reach (simulator/behaviour/coverage), as far as it
// counts.
#pragma once

#include <string>
#include <vector>

#include "core/code/code_bundle.h"
#include "simulator/behaviour/coverage.h"

namespace almanac::behaviour {

// Those of a version of which something is missing, but for conditions in a file that is the same
// in the other version, which has them, too: that they always hold, or never, is due to what a
// template was given. What depends on them must still have run. `other_sites`: of the other
// version.
std::vector<Coverage::Place> changed_places(const CodeBundle& bundle,
                                            const std::vector<Coverage::Place>& places,
                                            const CodeBundle& other_bundle,
                                            const std::vector<ProbeSite>& other_sites);

// A line for each place of which something is missing, as far as it is not among them.
void add_missing(const std::vector<Coverage::Place>& places, std::vector<std::string>* lines);

}  // namespace almanac::behaviour
