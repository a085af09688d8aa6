// Scope: what is canceled together. Every call and wait belongs to one; without being told
// otherwise, to the workflow's own scope, which a cancellation request cancels.
#pragma once

#include <memory>

#include "temporal/workflow/future.h"

namespace temporal::wf {

// A handle: copies are the same scope.
class Scope {
 public:
  // A new scope inside the workflow's own.
  Scope();
  // A new scope inside this one.
  Scope child() const;
  // A new scope that nothing cancels but its own cancel(): for cleaning up.
  static Scope detached();
  // The workflow's own.
  static Scope workflow();

  // Cancels what is open in it, then what is open in the scopes inside it, each in the order they
  // were made. What is started in it afterwards is canceled from the start and never reaches the
  // service.
  void cancel() const;
  bool canceled() const;

 private:
  friend class Future;
  explicit Scope(std::shared_ptr<ScopeState> state) : state_(std::move(state)) {}
  std::shared_ptr<ScopeState> state_;
};

// Throws a canceled FailureError if the scope is canceled; ends loops that wait for nothing else.
void throw_if_canceled(const Scope& scope = Scope::workflow());

}  // namespace temporal::wf
