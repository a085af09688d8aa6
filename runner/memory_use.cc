#include "runner/memory_use.h"

#include <arrow/memory_pool.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace almanac {

namespace {

int gauge() {
  static const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  return file;
}

}  // namespace

void open_memory_gauge() {
  gauge();
}

uint64_t memory_in_use() {
  static const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  char text[128];
  const ssize_t length = pread(gauge(), text, sizeof text - 1, 0);
  text[length > 0 ? length : 0] = '\0';
  unsigned long long size = 0, resident = 0, shared = 0;
  if (std::sscanf(text, "%llu %llu %llu", &size, &resident, &shared) != 3) resident = shared;
  return std::max<uint64_t>((resident - std::min(shared, resident)) * page,
                            static_cast<uint64_t>(arrow::default_memory_pool()->bytes_allocated()));
}

void release_unused_memory() {
  arrow::default_memory_pool()->ReleaseUnused();
}

}  // namespace almanac
