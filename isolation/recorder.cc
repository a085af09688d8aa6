#include "isolation/recorder.h"

#include <arrow/memory_pool.h>
#include <malloc.h>
#include <poll.h>
#include <unistd.h>

#include <ctime>

#include "runner/memory_use.h"
#include "runner/vitals.h"

namespace almanac {

namespace {

int64_t cpu_ms() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * 1000 + used.tv_nsec / 1'000'000;
}

uint64_t heap_bytes() {
  const auto heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

void watch(int channel) {
  for (;;) {
    pollfd parent{channel, POLLRDHUP, 0};
    const int ready = poll(&parent, 1, Recorder::kEveryMs);
    if (ready > 0 && (parent.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) _exit(0);
    Recorder::note();
  }
}

}  // namespace

void Recorder::note() {
  Vitals& vitals = Vitals::here();
  vitals.resident_bytes = memory_in_use();
  vitals.cpu_ms = cpu_ms();
  vitals.heap_bytes = heap_bytes();  // last: it waits for the allocator's locks
  ++vitals.beats;
}

Recorder::Recorder(int channel) : thread_(watch, channel) {
  thread_.detach();
}

}  // namespace almanac
