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
  std::function<void(const std::string&)> notice;    // for people, while it runs
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
  // For the runs of this ledger, which has a file. Temporary error where the service cannot be
  // reached or has no such namespace.
  static Result<std::unique_ptr<ServiceEngine>> connect(const Project& project, Ledger& ledger);
  ~ServiceEngine();

  temporal::service::Service& service();
  temporal::Executor& executor();
  const temporal::client::Client& client() const;

  // Whether the service answers now.
  Result<void> check() const;
  // Start what an order says; it goes on without this process.
  Result<temporal::client::WorkflowHandle> submit(const Order& order) const;
  Result<temporal::client::WorkflowHandle> submit_reconcile(const Order& order) const;
  // The workflow of a run. A copy of a project has a ledger, and runs, of its own.
  std::string workflow_id(const std::string& run) const;
  // What a call to the service failed with.
  Error error_of(const temporal::Status& status) const;

 private:
  ServiceEngine();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What the run is called that a reconcile starts.
std::string again(const std::string& run);

}  // namespace almanac
