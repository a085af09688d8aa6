// Lack: what fails since it had too little time or memory. That is not always due to the
// calculation: a busy machine may be all there is to it.
#pragma once

#include <string_view>

#include "runner/execute.h"

namespace almanac {

inline bool is_lack(std::string_view code, std::string_view error) {
  return code == "TIMEOUT" || code == "OUT_OF_MEMORY" ||
         error.find("SIGKILL") != std::string_view::npos;
}
inline bool is_lack(const CellOutcome& outcome) {
  return is_lack(outcome.code, outcome.error);
}

}  // namespace almanac
