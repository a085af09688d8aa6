#include "activities/crash_note.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <array>

namespace almanac {

namespace {

constexpr size_t kStackBytes = 64 << 10;

thread_local const std::string* current = nullptr;
// A stack that has overflowed cannot carry the handler.
thread_local std::array<char, kStackBytes> stack;

void put(const char* text, size_t size) {
  if (write(STDERR_FILENO, text, size) < 0) return;
}

// Async-signal-safe. The handler was reset before it ran, so the signal raised here ends the
// process.
void on_crash(int signal) {
  if (current != nullptr) {
    constexpr char kEnd[] =
        "); nothing of it is recorded. Correct the calculation and run again: the run goes on\n";
    const char* name = sigdescr_np(signal);
    put(current->data(), current->size());
    if (name != nullptr) put(name, strlen(name));
    put(kEnd, sizeof kEnd - 1);
  }
  raise(signal);
}

void install() {
  struct sigaction action{};
  action.sa_handler = on_crash;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_ONSTACK | SA_NODEFER);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace

CrashNote::CrashNote(std::string cell) : text_("almanac: " + std::move(cell) + " crashed (") {
  static const bool installed = (install(), true);
  static_cast<void>(installed);
  stack_t own{};
  own.ss_sp = stack.data();
  own.ss_size = stack.size();
  sigaltstack(&own, nullptr);
  current = &text_;
}

CrashNote::~CrashNote() {
  current = nullptr;
}

}  // namespace almanac
