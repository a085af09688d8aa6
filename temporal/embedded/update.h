// Update: an update from its admission to its outcome, and who waits for which of its stages.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "temporal/api/enums/v1/update.pb.h"
#include "temporal/api/update/v1/message.pb.h"
#include "temporal/embedded/call.h"

namespace temporal::embedded {

using Stage = api::enums::v1::UpdateWorkflowExecutionLifecycleStage;

enum class UpdateState { Admitted, Sent, Accepted, Completed };

struct Update {
  struct Waiter {
    CallPtr call;
    Stage stage;
  };

  UpdateState state = UpdateState::Admitted;
  std::uint64_t order = 0;  // of its admission
  std::optional<api::update::v1::Request> request;
  std::int64_t accepted_id = 0;
  std::optional<api::update::v1::Outcome> outcome;
  std::vector<Waiter> waiters;
};

}  // namespace temporal::embedded
