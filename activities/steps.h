// Steps: the effects of a run, as one process of it has them. Each is idempotent: done twice, or by
// two processes, it changes what it changes once. Workflows order them (workflows/); an engine
// calls them, on any of its threads.
//
// Errors: LeaseLost when the run no longer holds the ledger, Temporary when trying again may help
// (disk full, ledger in use), others as they are. After an error the ledger is the truth and the
// next call reads it again.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "activities/contracts.h"
#include "activities/lease_keeper.h"
#include "activities/run_outcome.h"
#include "activities/slice_run.h"
#include "storage/lease_watch.h"

namespace almanac {

// What a process brings along. Everything that is not a function of the ledger, the store and the
// root data comes in here.
struct Setup {
  Limits limits;
  size_t threads = std::numeric_limits<size_t>::max();  // calculations that run at a time
  // That they may need together, and the folder by which the processes of a host know of each
  // other (room.h).
  uint64_t memory_bytes = std::numeric_limits<uint64_t>::max();
  std::string room;
  std::string worker;                  // process@host, for the record
  std::string modules;                 // hash of modules and infrastructure; see modules_hash()
  std::function<int64_t()> now_ms;     // wall clock, for the record
  std::function<int64_t()> steady_ms;  // does not jump
  Execute execute, again;              // SliceRunner's; empty: the project's modules, in children
  std::vector<std::string> child;      // command of such a child; see isolation/serve.h
  std::function<void(const std::string&)> progress;  // a cell that is through; may be empty
  std::function<void(const std::string&)> notice;    // for people, while it runs; may be empty
  std::function<void(const std::string&)> warn;      // for people; may be empty
};

// What a step may ask of the engine that called it. Thread safe.
class StepContext {
 public:
  virtual ~StepContext() = default;
  virtual bool stopping() = 0;         // end soon
  virtual void sleep(int64_t ms) = 0;  // heartbeats go on
  virtual std::string activity() = 0;  // id of the call, for the record
  // What heartbeats say from now on; null: nothing. For people.
  virtual void note(const std::optional<Computing>& computing) = 0;
};

// What a process must have in common with the one that ordered the run: the modules of all
// calculations with their parameters, the infrastructure that they were built with, and what the
// project file says of epoch, locations, calendar and datasets; and the ledger, by its identity.
std::string modules_hash(const Project& project, const Manifest& manifest,
                         const std::string& ledger);

class Steps {
 public:
  // Keeps the workspace, which is open for writing, and uses it alone.
  Steps(std::shared_ptr<Workspace> workspace, Setup setup);
  ~Steps();

  // Takes the lease and plans a sweep. Temporary error while somebody else has the ledger.
  Result<Begun> begin(const BeginOrder& order);
  Result<PassPlan> plan(const PassOrder& order);
  Result<Done> compute(const SliceOrder& order, StepContext& context);
  // Keeps the lease of a run for which nobody may be at work. Ends with an error only.
  Result<void> hold(const Sweep& sweep, StepContext& context);
  Result<void> requeue(const RequeueOrder& order);
  // Takes the lease and gives it back.
  Result<Reconciled> reconcile(const Order& order);
  // Records the run and gives the lease back; whatever of it comes later gets none.
  Result<Tally> finish(const FinishOrder& order);

  // To be called every now and then while a step is under way, from any thread: renews the lease.
  void beat() { keeper_.beat(); }

  // What became of the cells of a run that has ended.
  Result<Ran> outcome(const Order& order, const Tally& tally);

  const Workspace& workspace() const { return *workspace_; }

 private:
  using Lock = std::unique_lock<std::mutex>;
  Result<void> check_modules(const Order& order) const;
  Result<Ledger::Lease> take_lease(const Order& order, int sweep);
  Result<std::shared_ptr<RunState>> state(const Sweep& sweep);
  Result<Reconciled> reconcile_under(const Ledger::Lease& lease, const Order& order);

  const std::shared_ptr<Workspace> workspace_;
  const Setup setup_;
  std::mutex mutex_;  // of all below, and of the ledger
  Compute compute_;
  LeaseWatch watch_;
  LeaseKeeper keeper_;
  Room room_;
  std::shared_ptr<RunState> state_;                // of the sweep that was worked on last
  std::set<std::pair<size_t, size_t>> under_way_;  // cells: calculation, day
};

}  // namespace almanac
