// Interrupts of a command that works: the first lets what is under way be finished.
#pragma once

#include <atomic>

namespace almanac {

// From now on the first SIGINT or SIGTERM sets the flag, and the second ends the process at once,
// which loses nothing that is committed.
const std::atomic<bool>& stop_on_signals();

}  // namespace almanac
