// A change of a run: events are added, pending things come and go, and commit() makes it all so.
#pragma once

#include <string>

#include "temporal/embedded/engine.h"

namespace temporal::embedded {

// A new event of this moment; its attributes are still to be set.
HistoryEvent& add_event(Engine& engine, Run& run, EventType type);
// Gives buffered events their ids.
void flush(Run& run);
// The limit of a history that an open run is beyond; null: none.
const char* beyond_limit(const Run& run);
// Ends the change: flushes what need not be buffered, enforces the limits, arms timers, tells who
// waits, and lets out what the change does outside of the run.
void commit(Engine& engine, const RunPtr& run);
// Schedules a workflow task unless there is one.
void schedule_task_if_none(Engine& engine, const RunPtr& run);
// Both: what most changes from outside end with.
void commit_and_schedule(Engine& engine, const RunPtr& run);

// The first workflow task waits for a backoff: a signal does not bring it forward.
bool backs_off(const Run& run);
Payloads text_payloads(const std::string& text);

}  // namespace temporal::embedded
