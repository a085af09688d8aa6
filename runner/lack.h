// Lack: what fails since it had too little time or memory. That is not always due to the
// calculation: a busy machine may be all there is to it.
#pragma once

#include "runner/execute.h"

namespace almanac {

inline bool is_lack(const CellOutcome& outcome) {
  return outcome.code == "TIMEOUT" || outcome.code == "OUT_OF_MEMORY" ||
         outcome.error.find("SIGKILL") != std::string::npos;
}

}  // namespace almanac
