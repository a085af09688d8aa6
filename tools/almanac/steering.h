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
  // A reconcile cannot be paused; the run that it may start can.
  enum class Kind { Run, Reconcile };

  // Empty optional: no run is under way. On a service that is also asked for runs that have no
  // lease yet, because no worker serves them. Temporary error where the service cannot be reached.
  // The connection to it is left in `connection`, if that is given, and used again.
  static Result<std::optional<Steering>> find(const Project& project, Ledger& ledger,
                                              std::shared_ptr<ServiceEngine>* connection = nullptr);
  // What has just been submitted.
  static Steering of(const Project& project, std::shared_ptr<ServiceEngine> engine,
                     const Order& order, Kind kind = Kind::Run);

  const std::string& run() const { return run_; }
  // Of the lease; 0 where the run has none yet.
  int64_t token() const { return holder_.token; }
  // The queue of its workers; empty where a process carries it out.
  const std::string& queue() const { return queue_; }
  // A queue with tasks of the run that no worker serves, if there is one.
  Result<std::optional<std::string>> unserved() const;
  // Temporary error where the service does not answer.
  Result<void> reach() const;

  // Temporary errors where the run does not answer, which it may not do because it has just ended.
  Result<RunProgress> progress() const;
  Result<void> pause() const;
  Result<void> resume() const;
  Result<void> cancel() const;
  // Ends it at the service, and what it has started, without asking the workers. Usage error where
  // a process carries it out.
  Result<void> cancel_now() const;
  Result<void> set_parallel(int slices) const;
  // Refused where the run has not begun or is about to end.
  Result<void> requeue(const std::vector<CellId>& cells) const;

 private:
  Steering(const Project& project, Ledger::LeaseHolder holder);
  Result<nlohmann::json> ask(nlohmann::json request) const;
  Result<void> tell(nlohmann::json request) const;
  Result<void> told(const temporal::Status& status) const;
  Result<void> check_is_run() const;
  Error silent(const std::string& why) const;
  static Result<std::optional<Steering>> find_on_service(const Project& project,
                                                         std::optional<Ledger::LeaseHolder> holder,
                                                         std::shared_ptr<ServiceEngine> engine);

  Project project_;
  Ledger::LeaseHolder holder_;
  std::string run_;
  std::shared_ptr<ServiceEngine> engine_;  // null: through the socket
  std::optional<temporal::client::WorkflowHandle> workflow_;
  Kind kind_ = Kind::Run;
  std::string queue_;
  std::string parent_;  // workflow that started it, if one did
};

// In words.
std::string nobody_serves(const std::string& queue);

}  // namespace almanac
