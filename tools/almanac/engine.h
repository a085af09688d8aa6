// Where runs are carried out: by the engine in this process, or by the workers of a Temporal
// service.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "activities/run_outcome.h"
#include "activities/steps.h"
#include "temporal/client/client.h"

namespace almanac {

struct RunOptions {
  size_t threads = 1;
  Limits limits;
  const std::atomic<bool>* stop = nullptr;           // drains when it becomes true
  std::function<void(const std::string&)> progress;  // a cell that is through
};

// The engine in this process, for orders of these modules. The workspace is open for writing.
class EmbeddedEngine {
 public:
  EmbeddedEngine(std::shared_ptr<Workspace> workspace, const std::string& modules,
                 const RunOptions& options);
  ~EmbeddedEngine();

  // Carries a run out, to its end. What the outcome says of the plan refers to the workspace.
  Result<Ran> run(const Order& order);
  Result<Reconciled> reconcile(const Order& order);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A connection to the project's Temporal service.
class ServiceEngine {
 public:
  // Temporary error where it cannot be reached or has no such namespace.
  static Result<std::unique_ptr<ServiceEngine>> connect(const Project& project);
  ~ServiceEngine();

  temporal::service::Service& service();
  temporal::Executor& executor();
  const temporal::client::Client& client() const;

  // Starts a run; it goes on without this process.
  Result<temporal::client::WorkflowHandle> submit(const Order& order) const;
  // Waits for its end; asks it to stop when told to. Warns where nobody serves its queue.
  Result<Tally> wait(const temporal::client::WorkflowHandle& run, const std::string& queue,
                     const RunOptions& options) const;
  Result<Reconciled> reconcile(const Order& order, const RunOptions& options) const;

 private:
  ServiceEngine();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The workflow of a run.
std::string workflow_id(const std::string& project, const std::string& run);

}  // namespace almanac
