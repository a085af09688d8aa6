// Activities: scheduled, started, retried, and closed, each in one of five ways. That one has
// started is in the history only once it closes, because only then its last attempt is known.
#pragma once

#include <string>

#include "temporal/embedded/engine.h"
#include "temporal/embedded/retry.h"

namespace temporal::embedded {

// The event has been added.
Activity& add_activity(Engine& engine, Run& run, const EventPtr& scheduled);
void remove_activity(Engine& engine, Run& run, std::int64_t scheduled_id);
// As it was before it was removed; if it backed off, it does so again.
void put_back_activity(Engine& engine, const RunPtr& run, Activity activity);
// Gives the activity's attempt to its task queue once the change is committed.
void dispatch_activity(Engine& engine, const RunPtr& run, const Activity& activity);
// Gives the attempt to the poll; false where the task is stale.
bool deliver_activity(Engine& engine, const RunPtr& run, std::int64_t scheduled_id, int attempt,
                      const CallPtr& poll);
void start_activity(Engine& engine, Run& run, Activity& activity, const std::string& identity);
void fill_activity(const Run& run, const Activity& activity,
                   api::workflowservice::v1::PollActivityTaskQueueResponse& reply);

// What closes an activity: the events, and away with it.
void complete_activity(Engine& engine, Run& run, Activity& activity, const Payloads* result,
                       const std::string& identity);
void cancel_activity(Engine& engine, Run& run, Activity& activity, const Payloads* details,
                     const std::string& identity);
// Another attempt where the retry policy gives one; else the event. True: the activity is closed.
bool fail_activity(Engine& engine, const RunPtr& run, Activity& activity,
                   const FailureProto& failure, const std::string& identity);

// After a change of the times that its timeouts follow from.
void set_deadlines(Run& run, Activity& activity);
void arm_activities(Engine& engine, const RunPtr& run);

}  // namespace temporal::embedded
