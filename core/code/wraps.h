// Wraps: where whole numbers begin again, since they are divided with a remainder or kept in few
// bits. Of a count, this shows with more rows than whoever makes up data can give. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace almanac {

// "% 1000" for each remainder, unless it is by the size of something, "& 0xff" for each mask that
// is a number, "uint16_t last" for each use of a type of at most 16 bits: a token, and the one
// after it.
void add_wraps(std::string_view source, std::multiset<std::string>* wraps);

}  // namespace almanac
