#include "core/quality/memory_need.h"

namespace almanac {

bool is_heavy(uint64_t peak_bytes, std::string_view error) {
  if (peak_bytes > kHeavyBytes) return true;
  for (const std::string_view word : {"bad_alloc", "out of memory", "Out of memory", "OutOfMemory",
                                      "Cannot allocate memory", "malloc of size"}) {
    if (error.find(word) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace almanac
