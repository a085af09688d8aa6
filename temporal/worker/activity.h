// What the implementation of an activity may know and say. A function that implements an activity
// takes its arguments, and an ActivityContext& before them if it wants one.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "temporal/base/executor.h"
#include "temporal/data/failure.h"

namespace temporal::worker {

struct ActivityInfo {
  std::string type, id;
  std::string workflow_type, workflow_id, run_id, space /* the namespace */, task_queue;
  std::string task_token;  // for completing it from elsewhere
  int attempt = 1;
  bool local = false;
  TimePoint scheduled, started;
  Duration start_to_close{}, schedule_to_close{}, heartbeat{};
  Payloads last_heartbeat;  // of the attempt before
};

// Thread safe: an activity may use threads of its own until it returns.
class ActivityContext {
 public:
  virtual ~ActivityContext() = default;

  const ActivityInfo& info() const { return info_; }
  // The workflow no longer wants it, it has timed out, or the worker is shutting down: end soon.
  // Seen by those that heartbeat, and by local activities.
  bool canceled() const { return canceled_; }
  // Says that it is alive, with how far it is; sent now and then, the latest always.
  template <class... Args>
  void heartbeat(const Args&... details) {
    record(encode_all(details...));
  }
  // How far the attempt before was, as it said.
  template <class T>
  std::optional<T> last_heartbeat(int index = 0) const {
    if (index >= info_.last_heartbeat.payloads_size()) return std::nullopt;
    return decode<T>(info_.last_heartbeat.payloads(index));
  }
  // What the function returns is not the result: a client will complete it, by its task token or
  // id.
  void complete_later() { later_ = true; }

 protected:
  explicit ActivityContext(ActivityInfo info) : info_(std::move(info)) {}
  virtual void record(Payloads details) = 0;

  ActivityInfo info_;
  std::atomic<bool> canceled_ = false;
  std::atomic<bool> later_ = false;
};

using ActivityFunction = std::function<Outcome<Payloads>(ActivityContext&, const Payloads&)>;

// What an implementation does, with all that it may throw, as an outcome.
Outcome<Payloads> run_activity(const ActivityFunction& function, ActivityContext& context,
                               const Payloads& input);

namespace detail {

template <class T>
inline constexpr bool is_outcome = false;
template <class T>
inline constexpr bool is_outcome<Outcome<T>> = true;

template <class R, class... Args, class F>
ActivityFunction activity_function(F function) {
  return [function = std::move(function)](ActivityContext& context,
                                          const Payloads& input) -> Outcome<Payloads> {
    auto args = decode_all<std::tuple<std::decay_t<Args>...>>(input);
    const auto call = [&](auto&... arg) -> decltype(auto) {
      if constexpr (std::is_invocable_v<const F&, ActivityContext&, std::decay_t<Args>...>) {
        return function(context, std::move(arg)...);
      } else {
        return function(std::move(arg)...);
      }
    };
    using Returned = decltype(std::apply(call, args));
    if constexpr (std::is_void_v<Returned>) {
      std::apply(call, args);
      return encode_all(nullptr);
    } else if constexpr (is_outcome<std::decay_t<Returned>>) {
      auto outcome = std::apply(call, args);
      if (!outcome.ok()) return outcome.failure();
      if constexpr (std::is_void_v<R>) {
        return encode_all(nullptr);
      } else {
        return encode_all<R>(outcome.value());
      }
    } else {
      return encode_all<R>(std::apply(call, args));
    }
  };
}

}  // namespace detail
}  // namespace temporal::worker
