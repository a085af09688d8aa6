// WorkflowHandle: a workflow execution, as a client sees it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "temporal/client/description.h"
#include "temporal/client/update_handle.h"
#include "temporal/replay/history.h"
#include "temporal/workflow/definition.h"

namespace temporal::client {

class Caller;

class ResultOptions {
 public:
  struct Values {
    Duration within = Duration::max();
    bool this_run_only = false;
  };
  ResultOptions() = default;
  // How long to wait; without end if not set. Then the call ends as DeadlineExceeded.
  ResultOptions& within(Duration d) {
    values_.within = d;
    return *this;
  }
  // Not the run that follows (continued as new, retry, cron). Of a run that was continued as new
  // the outcome is then a failure of the type ContinuedAsNew.
  ResultOptions& this_run_only() {
    values_.this_run_only = true;
    return *this;
  }
  const Values& values() const { return values_; }

 private:
  Values values_;
};

class ResetOptions {
 public:
  struct Values {
    std::string reason;
    bool signals = true, updates = true;
  };
  ResetOptions() = default;
  ResetOptions& reason(std::string text) {
    values_.reason = std::move(text);
    return *this;
  }
  // What came after the event is given to the new run again, unless it is left out here.
  ResetOptions& without_signals() {
    values_.signals = false;
    return *this;
  }
  ResetOptions& without_updates() {
    values_.updates = false;
    return *this;
  }
  const Values& values() const { return values_; }

 private:
  Values values_;
};

// Cheap to copy. All calls block; they may be made from any thread. That a call could not be made,
// or that the service refuses it, is the Result's status; what the workflow answers with, also a
// failure, is an Outcome.
//
// A handle from start() is for the workflow and the runs that follow it: signals, queries, updates,
// cancel(), terminate() and describe() are for the current run, whichever that is; result(),
// history() and reset() are for the run that was started, and result() for those that follow it.
// One from Client::workflow() with a run id is for that run, and without for the current one.
class WorkflowHandle {
 public:
  struct Target {
    std::string id;
    std::string run_id;        // of result(), history(), reset(); empty: the current
    std::string messages_run;  // of all others; empty: the current
    std::string first_run_id;  // what cancel() and terminate() insist on; empty: nothing
    bool newly_started = false;
  };
  WorkflowHandle(std::shared_ptr<Caller> caller, Target target)
      : caller_(std::move(caller)), target_(std::move(target)) {}

  const std::string& id() const { return target_.id; }
  const std::string& run_id() const { return target_.run_id; }
  // False where start() found one that was running (IdConflict::UseExisting, signal_with_start).
  bool newly_started() const { return target_.newly_started; }

  template <class... Args>
  Status signal(const std::string& name, const Args&... args) const {
    return send_signal(name, detail::input_of(args...));
  }
  template <class W, class R, class... Args>
  Status signal(R (W::*handler)(Args...), const std::type_identity_t<Args>&... args) const {
    return send_signal(wf::definition_of<W>().name_of(handler), detail::input_of(args...));
  }

  // Needs a worker that answers, within 10 s, also where the workflow is closed.
  template <class T, class... Args>
  Result<Outcome<T>> query(const std::string& name, const Args&... args) const {
    return detail::typed<T>(ask(name, detail::input_of(args...)));
  }
  template <class W, class R, class... Args>
  Result<Outcome<std::decay_t<R>>> query(R (W::*handler)(Args...) const,
                                         const std::type_identity_t<Args>&... args) const {
    return detail::typed<std::decay_t<R>>(
        ask(wf::definition_of<W>().name_of(handler), detail::input_of(args...)));
  }

  // Waits until the workflow has accepted or rejected the update: for a worker, that is.
  template <class... Args>
  Result<UpdateHandle> start_update(const std::string& name, const Args&... args) const {
    return send_update({}, name, detail::input_of(args...), /*completed=*/false);
  }
  template <class... Args>
  Result<UpdateHandle> start_update(const UpdateOptions& options, const std::string& name,
                                    const Args&... args) const {
    return send_update(options, name, detail::input_of(args...), /*completed=*/false);
  }
  template <class W, class R, class... Args>
  Result<UpdateHandle> start_update(R (W::*handler)(Args...),
                                    const std::type_identity_t<Args>&... args) const {
    return start_update(UpdateOptions(), handler, args...);
  }
  template <class W, class R, class... Args>
  Result<UpdateHandle> start_update(const UpdateOptions& options, R (W::*handler)(Args...),
                                    const std::type_identity_t<Args>&... args) const {
    return send_update(options, wf::definition_of<W>().name_of(handler), detail::input_of(args...),
                       /*completed=*/false);
  }
  // An update that was asked for elsewhere; not looked up.
  UpdateHandle update_of(std::string update_id) const {
    return {caller_, target_.id, target_.messages_run, std::move(update_id)};
  }

  // Waits until the update is answered. A rejection is a failure.
  template <class T, class... Args>
  Result<Outcome<T>> update(const std::string& name, const Args&... args) const {
    return detail::typed<T>(answer({}, name, detail::input_of(args...)));
  }
  template <class T, class... Args>
  Result<Outcome<T>> update(const UpdateOptions& options, const std::string& name,
                            const Args&... args) const {
    return detail::typed<T>(answer(options, name, detail::input_of(args...)));
  }
  template <class W, class R, class... Args>
  auto update(R (W::*handler)(Args...), const std::type_identity_t<Args>&... args) const {
    return update(UpdateOptions(), handler, args...);
  }
  template <class W, class R, class... Args>
  auto update(const UpdateOptions& options, R (W::*handler)(Args...),
              const std::type_identity_t<Args>&... args) const {
    return detail::typed<typename detail::ValueOf<R>::type>(
        answer(options, wf::definition_of<W>().name_of(handler), detail::input_of(args...)));
  }

  // Waits for the end of the workflow, through all its runs, also over a time of up to 10 minutes
  // when the service cannot be reached.
  template <class T>
  Result<Outcome<T>> result(const ResultOptions& options = {}) const {
    return detail::typed<T>(wait_for_end(options.values()));
  }
  Result<WorkflowDescription> describe() const;
  // Asks it to end; it may clean up first.
  Status cancel(const std::string& reason = {}) const;
  // Ends it, now.
  Status terminate(const std::string& reason = {}) const;
  // Starts a new run from just before the given event, which ends a workflow task, and terminates
  // the one that is open. Gives the new run.
  Result<WorkflowHandle> reset(std::int64_t event_id, const ResetOptions& options = {}) const;
  // All events, for a Replayer or to look at.
  Result<std::shared_ptr<const replay::HistoryProto>> history() const;

 private:
  Status send_signal(const std::string& name, Result<Payloads> input) const;
  Result<Outcome<Payloads>> ask(const std::string& name, Result<Payloads> input) const;
  Result<UpdateHandle> send_update(const UpdateOptions& options, const std::string& name,
                                   Result<Payloads> input, bool completed) const;
  Result<Outcome<Payloads>> answer(const UpdateOptions& options, const std::string& name,
                                   Result<Payloads> input) const;
  Result<Outcome<Payloads>> wait_for_end(const ResultOptions::Values& options) const;

  std::shared_ptr<Caller> caller_;
  Target target_;
};

}  // namespace temporal::client
