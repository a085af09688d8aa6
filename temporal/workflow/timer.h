// Waiting for time and for the workflow's own state.
#pragma once

#include <functional>
#include <memory>
#include <source_location>
#include <string_view>

#include "temporal/workflow/handle.h"
#include "temporal/workflow/scope.h"

namespace temporal::wf {

// A timer. Awaiting it gives nothing, or throws a canceled FailureError.
class [[nodiscard("only co_await waits")]] Timer {
 public:
  explicit Timer(Ref<Call> call) : call_(std::move(call)) {}
  bool done() const { return call_->done(); }
  void cancel() { call_->cancel(); }
  Future& future() const { return *call_; }
  void take() const { call_->outcome().value(); }

 private:
  Ref<Call> call_;
};

// Starts a timer, now. A duration of zero or less is over at once.
Timer sleep(Duration duration, const Scope& scope = Scope::workflow(),
            std::string_view summary = {},
            std::source_location where = std::source_location::current());

// A wait for the workflow's state. Conditions are looked at, in the order they were made, whenever
// the workflow's code has nothing else to do; the first that holds is fulfilled.
class Condition final : public Future, public Linked<Condition> {
 public:
  Condition(std::function<bool()> holds, Ref<Call> timer, const Scope& scope);
  bool holds() const { return holds_(); }
  void fulfil();
  void expire();
  void cancel() override;
  // True: it holds. False: out of time. Throws a canceled FailureError.
  bool take() const;

 private:
  // Turns the end of the timer into the end of the condition.
  class Expiry final : public Job {
   public:
    Condition* condition = nullptr;
    void run() override { condition->expire(); }
  };
  enum class End { None, Held, Expired, Canceled };
  void end(End how);

  std::function<bool()> holds_;
  Ref<Call> timer_;
  Watch watch_;
  Expiry expiry_;
  End end_ = End::None;
};

class [[nodiscard("only co_await waits")]] Until {
 public:
  explicit Until(Ref<Condition> condition) : condition_(std::move(condition)) {}
  bool done() const { return condition_->done(); }
  Future& future() const { return *condition_; }
  bool take() const { return condition_->take(); }

 private:
  Ref<Condition> condition_;
};

// Waits until the predicate holds; a timer is started only where it does not hold yet. The
// predicate changes nothing. Keep what this returns in a variable before it is awaited.
Until until(std::function<bool()> predicate, const Scope& scope = Scope::workflow());
Until until(std::function<bool()> predicate, Duration timeout,
            const Scope& scope = Scope::workflow(),
            std::source_location where = std::source_location::current());

// The same with a const member function of the workflow.
template <class W, class... Rest>
Until until(const W& workflow, bool (W::*predicate)() const, Rest&&... rest) {
  const W* self = &workflow;
  return until(std::function<bool()>([self, predicate] { return (self->*predicate)(); }),
               std::forward<Rest>(rest)...);
}

}  // namespace temporal::wf
