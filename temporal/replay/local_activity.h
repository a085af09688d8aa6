// A local activity: asked of the worker, which runs it beside the workflow task; the outcome
// becomes a marker in the history, in the order of the outcomes.
//
// Markers are written as the Core-based SDKs write them: name "core_local_activity", details "data"
// (JSON: seq, attempt, activity_id, activity_type, complete_time, original_schedule_time, backoff)
// and "result", or a failure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "temporal/replay/commands.h"
#include "temporal/replay/machine.h"
#include "temporal/workflow/activity.h"

namespace temporal::replay {

inline constexpr char kLocalActivityMarker[] = "core_local_activity";

// What the worker runs.
struct LocalActivityTask {
  std::int64_t seq = 0;
  std::string id, type;
  int number = 0;  // among the local activities of the run, from 1
  int attempt = 1;
  Payloads input;
  wf::LocalActivityOptions::Values options;
  TimePoint scheduled;  // the first attempt, in the workflow's time
};

// How it ended: by the worker, or as a marker says.
struct LocalActivityEnd {
  std::int64_t seq = 0;  // 0: a marker of another SDK, which has its own ids
  std::string id, type;  // only with a marker
  int attempt = 1;
  Outcome<Payloads> outcome{Payloads()};
  TimePoint completed;
  // The next attempt is due after a pause that is too long to wait for in the worker.
  std::optional<Duration> backoff;
};

// Of a marker event of this name; nothing where it cannot be read.
std::optional<LocalActivityEnd> local_activity_end(const Event& marker);

class LocalActivityMachine final : public MachineOf<wf::Call> {
 public:
  LocalActivityMachine(Commands& commands, LocalActivityTask task, const wf::Scope& scope,
                       std::source_location where);

  const LocalActivityTask& task() const { return task_; }
  // Records the marker. Settles, unless a further attempt is to come.
  void end(const LocalActivityEnd& end);
  // The same call, again: a new sequence number.
  void again(std::int64_t seq, int attempt);
  const wf::Scope& scope() const { return scope_; }
  // Whether a marker without a sequence number can be of this one: Go numbers local activities, the
  // ids of Java say nothing.
  bool may_end_with(const LocalActivityEnd& end) const;

  void cancel() override;
  std::string recorded(const Event& event) override;
  bool on(const Event&) override { return false; }
  std::string name() const override;

  bool canceled() const { return canceled_; }
  // Set while it waits for its next attempt.
  wf::Ref<wf::Call> pause;

 private:
  void record(const LocalActivityEnd& end);

  Commands& commands_;
  LocalActivityTask task_;
  wf::Scope scope_;
  bool canceled_ = false;
};

}  // namespace temporal::replay
