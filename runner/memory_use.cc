#include "runner/memory_use.h"

#include <arrow/memory_pool.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace almanac {

namespace {

int gauge() {
  static const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  return file;
}

const auto kPage = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));

struct Pages {
  uint64_t resident = 0, shared = 0;
};

// proc_pid_statm(5)
Pages pages_now() {
  char text[128];
  const ssize_t length = pread(gauge(), text, sizeof text - 1, 0);
  text[length > 0 ? length : 0] = '\0';
  unsigned long long size = 0, resident = 0, shared = 0;
  if (std::sscanf(text, "%llu %llu %llu", &size, &resident, &shared) != 3) return {};
  return {resident, shared};
}

}  // namespace

void open_memory_gauge() {
  gauge();
}

uint64_t memory_in_use() {
  const Pages pages = pages_now();
  return std::max<uint64_t>((pages.resident - std::min(pages.shared, pages.resident)) * kPage,
                            static_cast<uint64_t>(arrow::default_memory_pool()->bytes_allocated()));
}

uint64_t resident_high_water() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

uint64_t shared_memory() {
  return pages_now().shared * kPage;
}

void release_unused_memory() {
  arrow::default_memory_pool()->ReleaseUnused();
}

}  // namespace almanac
