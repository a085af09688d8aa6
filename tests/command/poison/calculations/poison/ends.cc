#include <almanac/calculation.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

using namespace almanac;

// Ends its process, or that of others, as the day's data say.
struct Ends : WholeDate {
  Table readings = dataset("readings");
  In<std::string_view> kind = readings["kind"];

  Key<int64_t> part = key("part");
  Out<int64_t> lived = column("lived");

  static int too_deep(int depth) {
    volatile char page[4096];
    page[0] = static_cast<char>(depth);
    return depth > 0 ? too_deep(depth + 1) + page[0] : 0;
  }

  static void fail() { throw std::runtime_error("nobody can catch this"); }
  static void fail_where_nothing_may_fail() noexcept { fail(); }

  void process(const Day& day, Output& out) const override {
    const std::string_view what = day.rows(readings)[0][kind];
    volatile int zero = 0;
    volatile int* volatile nowhere = nullptr;
    Record record = out.add();
    record[part] = 0;
    record[lived] = 1;
    if (what == "segv") *nowhere = 1;
    if (what == "bus") raise(SIGBUS);
    if (what == "fpe") record[lived] = 10 / zero;
    if (what == "abort") std::abort();
    if (what == "exit") _exit(0);
    if (what == "overflow") record[lived] = too_deep(1);
    if (what == "terminate") fail_where_nothing_may_fail();
    if (what == "parent" && kill(getppid(), SIGKILL) != 0) {
      throw std::runtime_error("the parent lives: " + std::string(strerrorname_np(errno)));
    }
  }
};
ALMANAC_CALCULATION(Ends, "poison", "ends")
