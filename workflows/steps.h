// The steps of a run, as workflows call them, and how they are waited for.
#pragma once

#include <chrono>

#include "activities/contracts.h"
#include "temporal/workflow/workflow.h"

namespace almanac {

namespace wf = temporal::wf;
using namespace std::chrono_literals;

namespace step {

inline constexpr wf::Activity<Begun(BeginOrder)> begin{"begin"};
inline constexpr wf::Activity<PassPlan(PassOrder)> plan{"plan"};
inline constexpr wf::Activity<Done(SliceOrder)> compute{"compute"};
inline constexpr wf::Activity<void(Sweep)> hold{"hold"};
inline constexpr wf::Activity<void(RequeueOrder)> requeue{"requeue"};
inline constexpr wf::Activity<Tally(FinishOrder)> finish{"finish"};
inline constexpr wf::Activity<Reconciled(Order)> reconcile{"reconcile"};

}  // namespace step

// What failures of steps are called, by the kind of their error.
inline constexpr const char* kTemporaryFailure = "Temporary";  // trying again may help
inline constexpr const char* kLeaseLostFailure = "LeaseLost";  // another run has the ledger now
inline constexpr const char* kUsageFailure = "Usage";
inline constexpr const char* kDataFailure = "Data";
inline constexpr const char* kInternalFailure = "Internal";

// The queue of workers with much memory is named as the run's, with this after it.
inline constexpr const char* kHighMem = "-high-mem";

// A worker that has not been heard of for so long is taken for lost. A run of one process ends with
// it and needs no such word.
inline constexpr auto kHeartbeat = 20s;
// A pass is planned and dispatched again after so long, and so often without anything getting done.
inline constexpr auto kPassTime = 3h;
inline constexpr int kIdleRounds = 3;

// What engine and storage fail with is tried again without end where the run is worked on by
// several processes. A run of one process ends, says why, and goes on when it is started again.
inline wf::ActivityOptions step_options(const Order& order) {
  wf::RetryPolicy retry;
  for (const char* kind : {kLeaseLostFailure, kUsageFailure, kDataFailure, kInternalFailure})
    retry.non_retryable(kind);
  retry.max_interval(1min).max_attempts(order.shared ? 0 : 1);
  wf::ActivityOptions options;
  options.timeout(24h).retry(retry).on_cancel(wf::OnCancel::Wait);
  if (order.shared) options.heartbeat(kHeartbeat);
  return options;
}

}  // namespace almanac
