// Missing: what of the code contexts did not reach (simulator/behaviour/coverage), as far as it
// counts.
#pragma once

#include <string>
#include <vector>

#include "core/code/code_bundle.h"
#include "simulator/behaviour/coverage.h"

namespace almanac::behaviour {

// Those of a version of which something is missing, but for what the other has word for word, with
// the same constants, and misses as well; or has at all, in a file that is the same: what differs
// there is only what a template was given.
std::vector<Coverage::Place> changed_places(const CodeBundle& bundle,
                                            const std::vector<Coverage::Place>& places,
                                            const CodeBundle& other_bundle,
                                            const std::vector<Coverage::Place>& others);

// A line for each place of which something is missing, as far as it is not among them.
void add_missing(const std::vector<Coverage::Place>& places, std::vector<std::string>* lines);

}  // namespace almanac::behaviour
