// How coroutines wait: what may be awaited in a workflow, and how it puts the coroutine to sleep.
#pragma once

#include <concepts>
#include <coroutine>

#include "temporal/workflow/context.h"
#include "temporal/workflow/future.h"

namespace temporal::wf {

// A handle to one future that gives something: activities, timers, children, tasks, ...
template <class A>
concept Awaitable = requires(A& a) {
  { a.future() } -> std::same_as<Future&>;
  a.take();
};

// Resumes a coroutine when its turn in the queue comes.
class Resume final : public Job {
 public:
  void run() override { handle.resume(); }
  std::coroutine_handle<> handle;
};

template <Awaitable A>
class Awaiter {
 public:
  explicit Awaiter(A& awaited) : awaited_(&awaited) {}
  bool await_ready() const { return awaited_->future().done(); }
  void await_suspend(std::coroutine_handle<> handle) {
    resume_.handle = handle;
    awaited_->future().watch(watch_, resume_);
  }
  decltype(auto) await_resume() { return awaited_->take(); }

 private:
  A* awaited_;
  Watch watch_;
  Resume resume_;
};

// Nothing else may be awaited in a workflow: any other wait would not be the same on replay.
class AwaitTransform {
 public:
  template <class A>
  auto await_transform(A&& awaited) {
    static_assert(Awaitable<std::remove_reference_t<A>>,
                  "only what temporal/workflow/ gives can be awaited in a workflow");
    return Awaiter<std::remove_reference_t<A>>(awaited);
  }
};

}  // namespace temporal::wf
