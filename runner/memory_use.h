// How much memory this process uses.
#pragma once

#include <cstdint>

namespace almanac {

// Opens what memory_in_use() reads by; before walls that would keep it from that. Starts no thread.
void open_memory_gauge();

// Resident bytes that no other process shares, or what Arrow's pool has handed out where that is
// more: tables that are mapped do not count. Takes microseconds.
uint64_t memory_in_use();

// The most resident bytes that this process ever had, shared ones included (getrusage(2)).
uint64_t resident_high_water();

// Of the bytes in resident_high_water() those that are shared now.
uint64_t shared_memory();

// Gives memory that Arrow's pool keeps for later back to the system.
void release_unused_memory();

}  // namespace almanac
