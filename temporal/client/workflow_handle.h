// WorkflowHandle: a workflow execution, as a client sees it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "temporal/base/status.h"
#include "temporal/client/caller.h"
#include "temporal/data/failure.h"
#include "temporal/data/search_attributes.h"
#include "temporal/replay/history.h"
#include "temporal/workflow/definition.h"

namespace temporal::client {

enum class WorkflowStatus {
  Running,
  Completed,
  Failed,
  Canceled,
  Terminated,
  ContinuedAsNew,
  TimedOut,
  Other,
};
const char* name_of(WorkflowStatus status);

struct WorkflowDescription {
  std::string id, run_id, type, queue;
  WorkflowStatus status = WorkflowStatus::Other;
  TimePoint start;
  std::optional<TimePoint> close;
  std::int64_t history_length = 0;
  std::map<std::string, Payload> memo;
  SearchAttributes search_attributes;
  std::string parent_id;
  int pending_activities = 0;
  int pending_children = 0;
};

// A payload, or nothing, of a workflow's own making: answers of queries and updates fail as
// outcomes, the call that asks for them as results.
class WorkflowHandle;

// An update that the service has taken.
class UpdateHandle {
 public:
  UpdateHandle(std::shared_ptr<Caller> caller, std::string workflow_id, std::string run_id,
               std::string update_id, std::optional<Outcome<Payloads>> outcome)
      : caller_(std::move(caller)),
        workflow_id_(std::move(workflow_id)),
        run_id_(std::move(run_id)),
        update_id_(std::move(update_id)),
        outcome_(std::move(outcome)) {}
  const std::string& id() const { return update_id_; }
  // Waits.
  template <class T>
  Result<Outcome<T>> result();

 private:
  Result<Outcome<Payloads>> wait();
  std::shared_ptr<Caller> caller_;
  std::string workflow_id_, run_id_, update_id_;
  std::optional<Outcome<Payloads>> outcome_;
};

// Cheap to copy. All calls block; they may be made from any thread. What a workflow answers with,
// also a failure, is an Outcome; that the call could not be made is the Result's status.
class WorkflowHandle {
 public:
  // An empty run id is the current run, whichever that is.
  WorkflowHandle(std::shared_ptr<Caller> caller, std::string id, std::string run_id)
      : caller_(std::move(caller)), id_(std::move(id)), run_id_(std::move(run_id)) {}
  const std::string& id() const { return id_; }
  const std::string& run_id() const { return run_id_; }

  template <class... Args>
  Status signal(const std::string& name, const Args&... args) const {
    return send_signal(name, encode_all(args...));
  }
  template <class W, class R, class... Args>
  Status signal(R (W::*handler)(Args...), const std::type_identity_t<Args>&... args) const {
    return send_signal(wf::definition_of<W>().name_of(handler), encode_all(args...));
  }

  template <class T, class... Args>
  Result<Outcome<T>> query(const std::string& name, const Args&... args) const {
    return typed<T>(ask(name, encode_all(args...)));
  }
  template <class W, class R, class... Args>
  Result<Outcome<std::decay_t<R>>> query(R (W::*handler)(Args...) const,
                                         const std::type_identity_t<Args>&... args) const {
    return typed<std::decay_t<R>>(
        ask(wf::definition_of<W>().name_of(handler), encode_all(args...)));
  }

  // Waits until the workflow has accepted the update; rejected ones have a failed outcome.
  template <class... Args>
  Result<UpdateHandle> start_update(const std::string& name, const Args&... args) const {
    return send_update(name, encode_all(args...), /*completed=*/false, {});
  }
  // Waits until it is answered.
  template <class T, class... Args>
  Result<Outcome<T>> update(const std::string& name, const Args&... args) const {
    return answer<T>(send_update(name, encode_all(args...), /*completed=*/true, {}));
  }
  template <class W, class R, class... Args>
  auto update(R (W::*handler)(Args...), const std::type_identity_t<Args>&... args) const {
    return answer<typename ValueOf<R>::type>(send_update(
        wf::definition_of<W>().name_of(handler), encode_all(args...), /*completed=*/true, {}));
  }

  // Waits for the end of the workflow, through all its runs. A failure is an outcome.
  template <class T>
  Result<Outcome<T>> result() const {
    return typed<T>(wait_for_end());
  }
  Result<WorkflowDescription> describe() const;
  Status cancel(const std::string& reason = {}) const;
  Status terminate(const std::string& reason = {}) const;
  // Starts a new run from just before the given event, which ends a workflow task. Gives its run
  // id.
  Result<std::string> reset(std::int64_t event_id, const std::string& reason = {}) const;
  Result<std::shared_ptr<const replay::HistoryProto>> history() const;

 private:
  template <class R>
  struct ValueOf {
    using type = R;
  };
  template <class R>
  struct ValueOf<wf::Task<R>> {
    using type = R;
  };
  friend class UpdateHandle;

  template <class T>
  static Result<Outcome<T>> typed(Result<Outcome<Payloads>> untyped) {
    if (!untyped) return untyped.status();
    if (!untyped->ok()) return Outcome<T>(untyped->failure());
    if constexpr (std::is_void_v<T>) {
      return Outcome<T>();
    } else {
      try {
        return Outcome<T>(decode_result<T>(untyped->value()));
      } catch (const PayloadError& e) {
        return Status{Code::DataLoss, e.what()};
      }
    }
  }
  template <class T>
  static Result<Outcome<T>> answer(Result<UpdateHandle> update) {
    if (!update) return update.status();
    return update->template result<T>();
  }

  Status send_signal(const std::string& name, Payloads input) const;
  Result<Outcome<Payloads>> ask(const std::string& name, Payloads input) const;
  Result<UpdateHandle> send_update(const std::string& name, Payloads input, bool completed,
                                   std::string id) const;
  Result<Outcome<Payloads>> wait_for_end() const;
  api::common::v1::WorkflowExecution execution() const;

  std::shared_ptr<Caller> caller_;
  std::string id_, run_id_;
};

template <class T>
Result<Outcome<T>> UpdateHandle::result() {
  return WorkflowHandle::typed<T>(wait());
}

}  // namespace temporal::client
