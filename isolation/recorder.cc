#include "isolation/recorder.h"

#include <arrow/memory_pool.h>
#include <malloc.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
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

std::atomic<bool> at_work{false};
uint64_t high_water = 0;  // when the task began
int awaken = -1;          // eventfd(2): a task begins

void watch(int channel) {
  int waited_ms = 0;
  for (;;) {
    const int wait_ms = at_work ? Recorder::kLookMs : Recorder::kEveryMs;
    std::array<pollfd, 2> files{{{channel, POLLRDHUP, 0}, {awaken, POLLIN, 0}}};
    poll(files.data(), files.size(), wait_ms);
    if ((files[0].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) _exit(0);
    if ((files[1].revents & POLLIN) != 0) {
      uint64_t begun = 0;
      (void)!read(awaken, &begun, sizeof begun);
      waited_ms = 0;
      continue;
    }
    if (at_work) Vitals::here().reach(memory_in_use());
    waited_ms += wait_ms;
    if (waited_ms < Recorder::kEveryMs / 2) continue;
    waited_ms = 0;
    Recorder::note();
  }
}

}  // namespace

void Recorder::note() {
  Vitals& vitals = Vitals::here();
  vitals.resident_bytes = memory_in_use();
  vitals.reach(vitals.resident_bytes);
  vitals.cpu_ms = cpu_ms();
  vitals.heap_bytes = heap_bytes();  // last: it waits for the allocator's locks
  ++vitals.beats;
}

void Recorder::begin_task() {
  Vitals::here().peak_bytes = 0;
  high_water = resident_high_water();
  note();
  at_work = true;
  const uint64_t one = 1;
  (void)!write(awaken, &one, sizeof one);
}

void Recorder::end_task() {
  at_work = false;
  // A peak between two looks: where the task went higher than any before it.
  const uint64_t now = resident_high_water(), shared = shared_memory();
  if (now > high_water && now > shared) Vitals::here().reach(now - shared);
  note();
}

Recorder::Recorder(int channel) {
  awaken = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  thread_ = std::thread(watch, channel);
  thread_.detach();
}

}  // namespace almanac
