// Which cells go to workers with much memory: by what their last attempt used, and what it failed
// with. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace almanac {

// Of a child for standard cells with so much memory: 1,500 MB of the usual 2,000. A calculation
// that puts out what it has when its memory runs short stays below.
constexpr uint64_t heavy_bytes(uint64_t memory_bytes) {
  return memory_bytes / 4 * 3;
}

// Whether the attempt used more than that, or its error speaks of memory.
bool is_heavy(uint64_t peak_bytes, std::string_view error, uint64_t memory_bytes);

}  // namespace almanac
