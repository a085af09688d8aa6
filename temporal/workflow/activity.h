// Activities, as workflows call them. The contract, a name and a signature, is all a workflow
// knows:
//
//   inline constexpr wf::Activity<Digest(PassInput)> compute_pass{"compute_pass"};
//
//   auto pass = compute_pass.start(input, wf::ActivityOptions().timeout(5min).attempts(5));
//   wf::Outcome<Digest> digest = co_await pass;
#pragma once

#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>

#include "temporal/data/retry_policy.h"
#include "temporal/workflow/handle.h"
#include "temporal/workflow/scope.h"

namespace temporal::wf {

// What canceling a call that has been asked for does.
enum class OnCancel {
  Try,      // ask it to stop, and go on at once: the outcome is canceled
  Wait,     // ask it to stop, and go on when it has ended, however it ends
  Abandon,  // leave it alone, and go on at once: the outcome is canceled
};

class ActivityOptions {
 public:
  struct Values {
    Duration start_to_close{}, schedule_to_close{}, schedule_to_start{}, heartbeat{};
    std::optional<RetryPolicy> retry;
    std::string queue, id, summary;
    std::optional<Scope> scope;
    OnCancel on_cancel = OnCancel::Try;
  };

  ActivityOptions() = default;
  // One attempt, from the worker's start to its answer. One of timeout() and total() is needed.
  ActivityOptions& timeout(Duration d) { return set(values_.start_to_close, d); }
  // All attempts and the pauses between them, from the call on.
  ActivityOptions& total(Duration d) { return set(values_.schedule_to_close, d); }
  // From the call until a worker starts it.
  ActivityOptions& queued(Duration d) { return set(values_.schedule_to_start, d); }
  // Between two heartbeats.
  ActivityOptions& heartbeat(Duration d) { return set(values_.heartbeat, d); }
  ActivityOptions& retry(RetryPolicy policy) {
    values_.retry = std::move(policy);
    return *this;
  }
  ActivityOptions& attempts(int most) {
    if (!values_.retry) values_.retry.emplace();
    values_.retry->max_attempts(most);
    return *this;
  }
  // The workflow's own task queue if not set.
  ActivityOptions& queue(std::string name) { return set(values_.queue, std::move(name)); }
  // "1", "2", ... in the order of the calls if not set.
  ActivityOptions& id(std::string id) { return set(values_.id, std::move(id)); }
  ActivityOptions& scope(Scope scope) { return set(values_.scope, std::move(scope)); }
  ActivityOptions& on_cancel(OnCancel mode) { return set(values_.on_cancel, mode); }
  // A line for the people who look at the workflow.
  ActivityOptions& summary(std::string text) { return set(values_.summary, std::move(text)); }
  const Values& values() const { return values_; }

 private:
  template <class Field, class Value>
  ActivityOptions& set(Field& field, Value&& value) {
    field = std::forward<Value>(value);
    return *this;
  }
  Values values_;
};

// Local activities run in the worker that runs the workflow, without a trip to the service: for
// what takes a few seconds at most. The result is kept in the workflow's history.
class LocalActivityOptions {
 public:
  struct Values {
    Duration start_to_close{}, schedule_to_close{};
    Duration timer_above = std::chrono::minutes(1);
    RetryPolicy retry;
    std::string id;
    std::optional<Scope> scope;
    OnCancel on_cancel = OnCancel::Try;
  };

  LocalActivityOptions() = default;
  LocalActivityOptions& timeout(Duration d) { return set(values_.start_to_close, d); }
  LocalActivityOptions& total(Duration d) { return set(values_.schedule_to_close, d); }
  LocalActivityOptions& retry(RetryPolicy policy) { return set(values_.retry, std::move(policy)); }
  LocalActivityOptions& attempts(int most) {
    values_.retry.max_attempts(most);
    return *this;
  }
  // Pauses before another attempt that are longer are spent in a timer of the workflow.
  LocalActivityOptions& timer_above(Duration d) { return set(values_.timer_above, d); }
  LocalActivityOptions& id(std::string id) { return set(values_.id, std::move(id)); }
  LocalActivityOptions& scope(Scope scope) { return set(values_.scope, std::move(scope)); }
  LocalActivityOptions& on_cancel(OnCancel mode) { return set(values_.on_cancel, mode); }
  const Values& values() const { return values_; }

 private:
  template <class Field, class Value>
  LocalActivityOptions& set(Field& field, Value&& value) {
    field = std::forward<Value>(value);
    return *this;
  }
  Values values_;
};

// The arguments of a call, or nothing where the call has been made before and its result is known.
template <class... Args>
Payloads input_of(const Args&... args) {
  return Context::current().wants_input() ? encode_all(args...) : Payloads();
}

template <class Signature>
class Activity;
template <class R, class... Args>
class Activity<R(Args...)> {
 public:
  explicit constexpr Activity(std::string_view name) : name_(name) {}
  constexpr std::string_view name() const { return name_; }

  // Asks for the activity, now; the handle is for its outcome.
  Handle<R> start(const Args&... args, const ActivityOptions& options,
                  std::source_location where = std::source_location::current()) const {
    return Handle<R>(Context::current().start_activity(name_, input_of(args...), options, where));
  }
  Handle<R> start_local(const Args&... args, const LocalActivityOptions& options,
                        std::source_location where = std::source_location::current()) const {
    return Handle<R>(
        Context::current().start_local_activity(name_, encode_all(args...), options, where));
  }

 private:
  std::string_view name_;
};

}  // namespace temporal::wf
