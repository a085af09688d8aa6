#include <almanac/calculation.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

using namespace almanac;

// Never comes to an end, as the day's data say.
struct Hangs : WholeDate {
  Table readings = dataset("readings");
  In<std::string_view> kind = readings["kind"];

  Key<int64_t> part = key("part");
  Out<int64_t> came_back = column("came_back");

  static void loop() {
    for (volatile int i = 0;;) i = 1 - i;
  }

  static void loop_deaf() {
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_IGN);
    loop();
  }

  static void deadlock() {
    std::mutex one, two;
    std::unique_lock first(one);
    std::thread other([&] {
      const std::lock_guard second(two);
      const std::lock_guard waits(one);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const std::lock_guard waits(two);
    other.join();
  }

  static void wait_for_nobody() {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    never.wait(lock, [] { return false; });
  }

  static void print() {
    const std::string line(4095, 'x');
    for (;;) std::puts(line.c_str());
  }

  void process(const Day& day, Output& out) const override {
    const std::string_view what = day.rows(readings)[0][kind];
    if (what == "loop") loop();
    if (what == "deaf") loop_deaf();
    if (what == "deadlock") deadlock();
    if (what == "condition") wait_for_nobody();
    if (what == "sleep") std::this_thread::sleep_for(std::chrono::hours(1000));
    if (what == "prints") print();
    Record record = out.add();
    record[part] = 0;
    record[came_back] = 1;
  }
};
ALMANAC_CALCULATION(Hangs, "poison", "hangs")
