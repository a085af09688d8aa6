// Places: probes of one place in the source. A template, or a generic lambda, has the code of a
// place once per instance, and some instances never go both ways there: what is asked of a place is
// that one of them does.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/code/probe_sites.h"

namespace almanac::behaviour {

// The place of each site, by number from 0 in the order of the sites, which are ascending by
// address. Sites share one where they are at the same point of the same line in functions that
// differ in template arguments and types of parameters alone, and have as many sites there.
std::vector<size_t> places_of(const std::vector<ProbeSite>& sites);

// The name of a function without template arguments and parameters: "Book::days" of
// "_ZNK4Book4daysEv". What is no mangled name is given back.
std::string plain_name(const std::string& symbol);

}  // namespace almanac::behaviour
