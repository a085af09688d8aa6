// Updates of a run: admitted, sent to a worker, accepted, completed, rejected, aborted.
#pragma once

#include <string>

#include "temporal/api/protocol/v1/message.pb.h"
#include "temporal/embedded/engine.h"
#include "temporal/embedded/undo.h"

namespace temporal::embedded {

using Messages = google::protobuf::RepeatedPtrField<api::protocol::v1::Message>;

bool updates_suggest_continue_as_new(const Run& run);
bool has_outgoing_updates(const Run& run, bool also_sent);
// The requests that the worker of the task is to see, in the order of their admission.
void send_updates(Run& run, bool also_sent, std::int64_t started_id, Messages& out);

// What a worker says of an update; not Ok where it may not say so. Answers to callers are left to
// `undo`: they go out when the task is committed.
Status apply_update_message(Engine& engine, Run& run, const api::protocol::v1::Message& message,
                            Undo& undo);
// Updates that the worker was sent and said nothing of.
void reject_unprocessed_updates(Engine& engine, Run& run, Undo& undo);

enum class AbortReason { Closed, Continued, TaskFailed };
void abort_updates(Engine& engine, Run& run, AbortReason reason);
// Answers callers whose stage is reached.
void answer_update_waiters(Engine& engine, Run& run, const std::string& id);

}  // namespace temporal::embedded
