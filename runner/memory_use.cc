#include "runner/memory_use.h"

#include <arrow/memory_pool.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace almanac {

uint64_t memory_in_use() {
  static const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  unsigned long long size = 0, resident = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%llu %llu", &size, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return std::max<uint64_t>(resident * page,
                            static_cast<uint64_t>(arrow::default_memory_pool()->bytes_allocated()));
}

void release_unused_memory() {
  arrow::default_memory_pool()->ReleaseUnused();
}

}  // namespace almanac
