// Steering: a run that is under way, as other processes see and steer it. Who carries it out stands
// in the ledger's lease: a process on this machine, which is asked through its socket, or the
// workers of a Temporal service.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/manifest/project.h"
#include "storage/ledger.h"
#include "tools/almanac/engine.h"
#include "workflows/run.h"

namespace almanac {

class Steering {
 public:
  // Empty optional: no run is under way. On a service that is also asked for runs that have no
  // lease yet, because no worker serves them. Temporary error where the service cannot be reached.
  static Result<std::optional<Steering>> find(const Project& project, Ledger& ledger);

  const std::string& run() const { return run_; }

  // Temporary errors where the run does not answer, which it may not do because it has just ended.
  Result<RunProgress> progress() const;
  Result<void> pause() const;
  Result<void> resume() const;
  Result<void> cancel() const;
  Result<void> set_parallel(int slices) const;
  // Refused where the run has not begun or is about to end.
  Result<void> requeue(const std::vector<CellId>& cells) const;

 private:
  Steering(const Project& project, Ledger::LeaseHolder holder);
  Result<nlohmann::json> ask(nlohmann::json request) const;
  Result<void> tell(nlohmann::json request) const;
  Result<void> told(const temporal::Status& status) const;
  Error silent(const std::string& why) const;
  static Result<std::optional<Steering>> find_on_service(const Project& project,
                                                         std::optional<Ledger::LeaseHolder> holder);

  Project project_;
  Ledger::LeaseHolder holder_;
  std::string run_;
  std::shared_ptr<ServiceEngine> engine_;  // null: through the socket
  std::optional<temporal::client::WorkflowHandle> workflow_;
};

}  // namespace almanac
