// Task<T>: a coroutine of a workflow. It runs at once, until it first has to wait; awaiting the
// task gives its value, or throws what it threw. Destroying a task that has not ended destroys what
// it was doing, and asks nothing of the service.
//
// Rules for the author (g++ 12.2 silently miscompiles other shapes; tools/coroutine_check.py finds
// them): co_await stands only in `co_await e;`, `T x = co_await e;`, `x = co_await e;` and
// `co_return co_await e;`, with none of { } [ ] ? && || in the statement. Parameters are taken by
// value, and no lambda that captures is a coroutine.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

#include "temporal/data/failure.h"
#include "temporal/workflow/await.h"
#include "temporal/workflow/future.h"

namespace temporal::wf {

template <class T = void>
class Task;

// What a workflow or update handler returns to fail: `co_return wf::fail("not approved");`
inline Failure fail(std::string message, std::string type = {}) {
  return Failure(std::move(message), std::move(type)).non_retryable();
}

template <class T>
class TaskResult {
 public:
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  void return_value(Value value) { value_.emplace(std::move(value)); }
  void return_value(Failure failure) {
    error_ = std::make_exception_ptr(FailureError(std::move(failure)));
  }
  void unhandled_exception() { error_ = std::current_exception(); }
  Value take() {
    if (error_) std::rethrow_exception(error_);
    if (taken_) throw std::logic_error("a task was awaited again: its value has been taken");
    taken_ = true;
    return std::move(*value_);
  }

 private:
  std::optional<Value> value_;
  std::exception_ptr error_;
  bool taken_ = false;
};

template <>
class TaskResult<void> {
 public:
  void return_void() {}
  void unhandled_exception() { error_ = std::current_exception(); }
  void take() {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::exception_ptr error_;
};

template <class T>
class [[nodiscard("a task that is not kept is destroyed: await it")]] Task {
 public:
  class promise_type final : public Future, public TaskResult<T>, public AwaitTransform {
   public:
    // The frame, not a reference count, owns the promise.
    promise_type() { retain(); }
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    std::suspend_never initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Final {
        bool await_ready() noexcept { return false; }
        void await_suspend(Handle handle) noexcept { handle.promise().settle(); }
        void await_resume() noexcept {}
      };
      return Final();
    }
  };
  using Handle = std::coroutine_handle<promise_type>;
  using Value = T;

  Task() = default;
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool done() const { return handle_.promise().done(); }
  // Only when done(): the value, once, or throws.
  T take() { return handle_.promise().take(); }
  Future& future() const {
    if (!handle_) throw std::logic_error("a task was awaited that was moved from, or never made");
    return handle_.promise();
  }

 private:
  explicit Task(Handle handle) : handle_(handle) {}
  Handle handle_;
};

}  // namespace temporal::wf
