#include "core/quality/memory_need.h"

namespace almanac {

bool is_heavy(uint64_t peak_bytes, std::string_view error, uint64_t memory_bytes) {
  if (peak_bytes > heavy_bytes(memory_bytes)) return true;
  for (const std::string_view word :
       {"bad_alloc", "out of memory", "Out of memory", "OutOfMemory", "Cannot allocate memory",
        "malloc of size", "not enough memory"}) {
    if (error.find(word) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace almanac
