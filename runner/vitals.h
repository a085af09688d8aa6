// Vitals: how far the calculation of this process is. Where it runs in a child, its parent sees
// it, too (isolation/vitals_page.h): it is what is left of a process that ended abruptly. Nothing
// is decided on it but where a cell is tried next.
//
// Thread rule: written by the thread that computes and by a recorder, read by anybody.
#pragma once

#include <atomic>
#include <cstdint>

namespace almanac {

enum class Stage : uint32_t { Setup, Input, Process, Validate, Store };
const char* name_of(Stage stage);  // "process" for what is no stage

struct Vitals {
  std::atomic<Stage> stage{Stage::Setup};
  std::atomic<uint32_t> beats{0};  // of the recorder
  std::atomic<uint64_t> entities{0};
  std::atomic<uint64_t> resident_bytes{0}, heap_bytes{0};
  std::atomic<uint64_t> peak_bytes{0};  // resident, of this task
  std::atomic<int64_t> cpu_ms{0};

  static Vitals& here() { return *current; }
  static Vitals* current;  // set before there are threads

  void reach(uint64_t bytes) {
    uint64_t peak = peak_bytes;
    while (bytes > peak && !peak_bytes.compare_exchange_weak(peak, bytes)) {
    }
  }
  void enter(Stage now) { stage.store(now, std::memory_order_relaxed); }
};
static_assert(std::atomic<uint64_t>::is_always_lock_free);  // so that processes can share it

}  // namespace almanac
