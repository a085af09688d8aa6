// Running: a workflow, or a handler of a signal or an update, that has been started; whatever it
// returns, it ends with payloads or throws.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "temporal/data/payload.h"
#include "temporal/workflow/task.h"

namespace temporal::wf {

class Running {
 public:
  virtual ~Running() = default;
  // Null where it ended at once.
  virtual Future* future() = 0;
  bool done() { return !future() || future()->done(); }
  // Only when done(); throws what it threw.
  virtual Payloads take() = 0;
};

namespace detail {

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<Task<T>> = true;

template <class T>
class RunningTask final : public Running {
 public:
  explicit RunningTask(Task<T> task) : task_(std::move(task)) {}
  Future* future() override { return &task_.future(); }
  Payloads take() override {
    if constexpr (std::is_void_v<T>) {
      task_.take();
      return encode_all(nullptr);
    } else {
      return encode_all(task_.take());
    }
  }

 private:
  Task<T> task_;
};

class Ended final : public Running {
 public:
  explicit Ended(Payloads result) : result_(std::move(result)) {}
  Future* future() override { return nullptr; }
  Payloads take() override { return std::move(result_); }

 private:
  Payloads result_;
};

// Starts what `call` starts; R is what it returns.
template <class R, class F>
std::unique_ptr<Running> start_running(const F& call) {
  if constexpr (is_task<R>) {
    return std::make_unique<RunningTask<typename R::Value>>(call());
  } else if constexpr (std::is_void_v<R>) {
    call();
    return std::make_unique<Ended>(encode_all(nullptr));
  } else {
    return std::make_unique<Ended>(encode_all(call()));
  }
}

}  // namespace detail
}  // namespace temporal::wf
