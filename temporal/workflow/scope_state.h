// ScopeState: what the handles of one scope share. What is open in a scope keeps it, and a scope
// the one it is in, so that a cancellation gets there though nobody holds the handles any more.
#pragma once

#include <memory>

#include "temporal/workflow/future.h"

namespace temporal::wf {

class ScopeState : public Linked<ScopeState>, public std::enable_shared_from_this<ScopeState> {
 public:
  void cancel();
  bool canceled() const { return canceled_; }
  std::shared_ptr<ScopeState> child();
  bool join(Future& future) {
    if (canceled_) return false;
    open_.push(future);
    return true;
  }

 private:
  bool canceled_ = false;
  std::shared_ptr<ScopeState> outer_;
  List<Future> open_;
  List<ScopeState> inner_;
};

}  // namespace temporal::wf
