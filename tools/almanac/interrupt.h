// Interrupts of a command that works: the first lets what is under way be finished.
#pragma once

#include <atomic>

#include "core/base/result.h"

namespace almanac {

// From now on the first SIGINT or SIGTERM sets the flag, and the second ends the process at once,
// which loses nothing that is committed.
const std::atomic<bool>& stop_on_signals();

// The exit code of such a command; says what it failed with. An error after an interrupt is a part
// of it: the signal reaches the compiler, too.
int finish(const Result<int>& code);

}  // namespace almanac
