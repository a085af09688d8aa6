// Replayer: runs a workflow's code against a recorded history and finds where it would not do the
// same. For tests in CI: keep histories of runs that matter, and replay them on every change.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "temporal/base/status.h"
#include "temporal/data/failure.h"
#include "temporal/replay/history.h"
#include "temporal/workflow/definition.h"

namespace temporal::replay {

// Which ids in the history must be those that the replay makes.
enum class IdPolicy {
  Strict,
  // Not those that the SDK makes for activities, timers and children that the author did not name:
  // for histories of SDKs that make them in another way (Go, Java, Swift). What these write
  // otherwise is read as ours, too: replay/other_sdks.h.
  IgnoreAutoIds,
};

// A history as `temporal workflow show --output json` and the other SDKs write it, or wrote it
// once: with short names of enum values, "ActivityTaskScheduled".
Result<std::shared_ptr<const HistoryProto>> history_from_json(std::string_view text);
// A serialized temporal.api.history.v1.History.
Result<std::shared_ptr<const HistoryProto>> history_from_binary(std::string_view bytes);
std::string history_to_json(const HistoryProto& history);

class Replayer {
 public:
  explicit Replayer(IdPolicy ids = IdPolicy::Strict) : ids_(ids) {}

  template <class W>
  Replayer& add() {
    return add(wf::definition_of<W>().type());
  }
  Replayer& add(std::shared_ptr<const wf::WorkflowType> type) {
    types_[type->name] = std::move(type);
    return *this;
  }

  // Nothing: the code does what the history says. Otherwise what differs; for nondeterminism the
  // message begins with [TMPRL1100].
  std::optional<Failure> replay(const std::shared_ptr<const HistoryProto>& history) const;

 private:
  IdPolicy ids_;
  std::map<std::string, std::shared_ptr<const wf::WorkflowType>> types_;
};

}  // namespace temporal::replay
