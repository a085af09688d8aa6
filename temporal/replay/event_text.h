// How messages name an event: its number, its type and what it is about.
#pragma once

#include <string>

#include "temporal/replay/machine.h"

namespace temporal::replay {

// "event 8 ActivityTaskScheduled (charge, id 3)"
std::string text_of(const Event& event);

}  // namespace temporal::replay
