// What histories of Go, Java and Swift hold that this library writes in another way, or not at all.
#pragma once

#include <memory>

#include "temporal/replay/history.h"

namespace temporal::replay {

// The same history with
//   markers "Version" as those of patches: a version above the default is a patch that holds;
//   markers "LocalActivity" as ours, with 0 in the place of the sequence number;
//   markers of local activities whose sequence numbers start at 0, as in Swift, counted from 1;
//   markers "SideEffect" and "MutableSideEffect" passed over: what Go takes from them comes from
//   wf::now(), wf::uuid() and the like, which leave none;
//   timers and activities that were canceled in the task that asked for them passed over: Go sends
//   both commands, here neither is sent.
std::shared_ptr<const HistoryProto> in_our_words(const HistoryProto& history);

}  // namespace temporal::replay
