// Child processes of a build: compilers and describers. Arguments go as a vector, no shell is
// asked.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"

namespace almanac {

inline constexpr size_t kMaxOutputBytes = 1 << 20;

struct ChildResult {
  int exit_code = 0;  // -1 when a signal ended it
  int signal = 0;
  std::string out, err;  // the first kMaxOutputBytes of each
};

// Runs a program (looked up in the PATH) to its end, or to that of this process, in the folder
// `directory`, with messages in English and `input` as its standard input. Usage error when it
// cannot be started; a program that ran and failed is a result. Thread rule: may be called from
// several threads.
Result<ChildResult> run_child(const std::vector<std::string>& arguments,
                              const std::string& directory, const std::string& input = "");

}  // namespace almanac
