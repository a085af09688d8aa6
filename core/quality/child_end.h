// How a child process ended that gave no result, in the words of CellOutcome. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace almanac {

struct ChildEnd {
  int exit_code = 0;
  int signal = 0;              // that ended it; 0: it left with exit_code
  bool timed_out = false;      // and was killed for it
  bool out_of_memory = false;  // the kernel killed it for want of memory
  int64_t limit_ms = 0;        // of wall time, for the message
  std::string problem;         // what it gave instead of a result, where it gave something
  std::string said;            // the end of what it printed
};

struct ChildFailure {
  std::string code;  // CRASH, TIMEOUT, OUT_OF_MEMORY, NO_RESULT
  std::string error;
};

// Whether the code of an outcome says that its process ended.
bool is_end(std::string_view code);

ChildFailure failure_of(const ChildEnd& end);

}  // namespace almanac
