#include <almanac/calculation.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

using namespace almanac;

// Takes all that it can get, as the day's data say.
struct Takes : WholeDate {
  Table readings = dataset("readings");
  In<std::string_view> kind = readings["kind"];

  Key<int64_t> part = key("part");
  Out<int64_t> took = column("took");

  static int64_t memory() {
    constexpr size_t kBytes = 1 << 20;
    std::vector<char*> all;
    for (;;) {
      all.push_back(new char[kBytes]);
      std::memset(all.back(), 1, kBytes);
    }
  }

  // Leaves none to those that come after it in its process.
  static int64_t descriptors() {
    int64_t count = 0;
    while (dup(STDIN_FILENO) >= 0) ++count;
    return count;
  }

  // Each would be there for long.
  static int64_t processes() {
    constexpr int kMost = 64;
    for (int i = 0; i < kMost; ++i) {
      const int child = fork();
      if (child < 0) throw std::runtime_error("no process: " + std::string(strerrorname_np(errno)));
      while (child == 0) sleep(1000);
    }
    for (;;) pause();
  }

  static int64_t output() {
    constexpr int kLines = 20'000;
    for (int i = 0; i < kLines; ++i) std::printf("line %d of what nobody wants to read\n", i);
    return kLines;
  }

  void process(const Day& day, Output& out) const override {
    const std::string_view what = day.rows(readings)[0][kind];
    Record record = out.add();
    record[part] = 0;
    record[took] = 0;
    if (what == "memory") record[took] = memory();
    if (what == "descriptors") record[took] = descriptors();
    if (what == "processes") record[took] = processes();
    if (what == "output") record[took] = output();
  }
};
ALMANAC_CALCULATION(Takes, "poison", "takes")
