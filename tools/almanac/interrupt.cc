#include "tools/almanac/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include "tools/almanac/console.h"

namespace almanac {

namespace {

std::atomic<bool> stop{false};

void on_signal(int) {
  if (stop.exchange(true)) _exit(kInterrupted);
  constexpr char kSaid[] = "\nalmanac: stopping after what is under way; again stops at once\n";
  (void)!write(STDERR_FILENO, kSaid, sizeof kSaid - 1);
}

}  // namespace

const std::atomic<bool>& stop_on_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return stop;
}

int finish(const Result<int>& code) {
  if (code.ok()) return *code;
  const int failed = fail(code.error());
  return stop ? static_cast<int>(kInterrupted) : failed;
}

}  // namespace almanac
