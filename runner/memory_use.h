// How much memory this process uses.
#pragma once

#include <cstdint>

namespace almanac {

// Resident bytes, or what Arrow's pool has handed out where that is more. Takes microseconds.
uint64_t memory_in_use();

// Gives memory that Arrow's pool keeps for later back to the system.
void release_unused_memory();

}  // namespace almanac
