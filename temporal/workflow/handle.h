// Handle<T>: a call that was asked for. Awaiting it gives an Outcome<T>: a failure is a value.
#pragma once

#include "temporal/workflow/await.h"
#include "temporal/workflow/context.h"

namespace temporal::wf {

// Shared: copies are the same call.
template <class T = void>
class Handle {
 public:
  using Value = T;
  explicit Handle(Ref<Call> call) : call_(std::move(call)) {}

  bool done() const { return call_->done(); }
  // Asks this call alone to stop; its options say what that means.
  void cancel() { call_->cancel(); }

  Future& future() const { return *call_; }
  // Only when done(). Throws PayloadError where the result is of another shape than T.
  Outcome<T> take() const {
    const Outcome<Payloads>& outcome = call_->outcome();
    if (!outcome.ok()) return outcome.failure();
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return decode_result<T>(outcome.value());
    }
  }

 private:
  Ref<Call> call_;
};

}  // namespace temporal::wf
