#include "core/quality/child_end.h"

#include <csignal>
#include <cstring>

namespace almanac {

namespace {

constexpr int64_t kSecondMs = 1000;

// "SIGSEGV: invalid memory access"
std::string signal_text(int signal) {
  struct Known {
    int signal;
    const char* text;
  };
  constexpr Known kKnown[] = {
      {SIGSEGV, "SIGSEGV: invalid memory access, or too deep a recursion"},
      {SIGBUS, "SIGBUS: memory that is not there"},
      {SIGFPE, "SIGFPE: an integer division by zero or overflow"},
      {SIGILL, "SIGILL: an illegal instruction"},
      {SIGABRT, "SIGABRT: abort()"},
      {SIGSYS, "SIGSYS: a system call that the sandbox does not allow"},
      {SIGKILL, "SIGKILL: killed by somebody, perhaps for want of memory"},
      {SIGTRAP, "SIGTRAP: a trap"},
      {SIGPIPE, "SIGPIPE: it wrote where nobody reads"},
      {SIGTERM, "SIGTERM"},
  };
  for (const Known& known : kKnown) {
    if (known.signal == signal) return known.text;
  }
  return "signal " + std::to_string(signal);
}

}  // namespace

bool is_end(std::string_view code) {
  return code == "CRASH" || code == "TIMEOUT" || code == "OUT_OF_MEMORY" || code == "NO_RESULT";
}

ChildFailure failure_of(const ChildEnd& end) {
  const std::string said = end.said.empty() ? "" : "; it said: " + end.said;
  if (!end.problem.empty()) return {"NO_RESULT", end.problem + said};
  if (end.out_of_memory) return {"OUT_OF_MEMORY", "out of memory: killed at its limit" + said};
  if (end.timed_out) {
    return {"TIMEOUT", "not through after " + std::to_string(end.limit_ms / kSecondMs) +
                           " s; it was killed" + said};
  }
  if (end.signal == SIGXCPU) return {"TIMEOUT", "used more CPU time than its limit" + said};
  if (end.signal != 0) return {"CRASH", "ended by " + signal_text(end.signal) + said};
  return {"NO_RESULT", "ended with exit code " + std::to_string(end.exit_code) +
                           " before it had given a result" + said};
}

}  // namespace almanac
