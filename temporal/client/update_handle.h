// UpdateHandle: an update that a workflow has accepted, or rejected.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "temporal/base/executor.h"
#include "temporal/client/values.h"

namespace temporal::client {

class Caller;

class UpdateOptions {
 public:
  struct Values {
    std::string id;
    Duration within = Duration::max();
  };
  UpdateOptions() = default;
  // The same id twice in a run is one update. Made if not set.
  UpdateOptions& id(std::string id) {
    values_.id = std::move(id);
    return *this;
  }
  // How long to wait, for a worker to accept it and for its result; without end if not set. Then
  // the call ends as DeadlineExceeded, and the update goes on.
  UpdateOptions& within(Duration d) {
    values_.within = d;
    return *this;
  }
  const Values& values() const { return values_; }

 private:
  Values values_;
};

// Cheap to copy; not to be used by two threads at a time.
class UpdateHandle {
 public:
  UpdateHandle(std::shared_ptr<Caller> caller, std::string workflow_id, std::string run_id,
               std::string update_id, std::optional<Outcome<Payloads>> outcome = std::nullopt)
      : caller_(std::move(caller)),
        workflow_id_(std::move(workflow_id)),
        run_id_(std::move(run_id)),
        update_id_(std::move(update_id)),
        outcome_(std::move(outcome)) {}

  const std::string& id() const { return update_id_; }
  const std::string& workflow_id() const { return workflow_id_; }
  const std::string& run_id() const { return run_id_; }
  // Waits, also over a time of up to 10 minutes when the service cannot be reached. A rejection is
  // a failure.
  template <class T>
  Result<Outcome<T>> result(Duration within = Duration::max()) {
    return detail::typed<T>(wait(within));
  }

 private:
  friend class WorkflowHandle;
  Result<Outcome<Payloads>> wait(Duration within);

  std::shared_ptr<Caller> caller_;
  std::string workflow_id_, run_id_, update_id_;
  std::optional<Outcome<Payloads>> outcome_;
};

}  // namespace temporal::client
