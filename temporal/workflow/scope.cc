#include "temporal/workflow/scope.h"

#include "temporal/base/check.h"
#include "temporal/data/failure.h"
#include "temporal/workflow/context.h"
#include "temporal/workflow/scope_state.h"

namespace temporal::wf {

void ScopeState::cancel() {
  if (canceled_) return;
  canceled_ = true;
  // A future that settles leaves the list, and may make others do so: start anew each time.
  while (Future* one = open_.pop()) {
    Ref<Future> keep(one);
    one->cancel();
  }
  while (ScopeState* one = inner_.pop()) {
    const auto keep = one->shared_from_this();
    keep->cancel();
  }
}

std::shared_ptr<ScopeState> ScopeState::child() {
  auto inner = std::make_shared<ScopeState>();
  if (canceled_) {
    inner->cancel();
  } else {
    inner_.push(*inner);
    inner->outer_ = shared_from_this();
  }
  return inner;
}

Scope::Scope() : state_(Context::current().scope()->child()) {}

Scope Scope::child() const {
  return Scope(state_->child());
}
Scope Scope::detached() {
  return Scope(std::make_shared<ScopeState>());
}
Scope Scope::workflow() {
  return Scope(Context::current().scope());
}
void Scope::cancel() const {
  state_->cancel();
}
bool Scope::canceled() const {
  return state_->canceled();
}

void throw_if_canceled(const Scope& scope) {
  if (scope.canceled()) throw FailureError(Failure::canceled());
}

bool Future::join(const Scope& scope) {
  if (!scope.state_->join(*this)) return false;
  scope_ = scope.state_;
  return true;
}

void Future::settle() {
  TEMPORAL_CHECK(!done_, "a future settles once");
  done_ = true;
  unlink();
  scope_ = nullptr;
  Context& context = Context::current();
  while (Watch* watch = watches_.pop()) context.ready(*watch->job);
}

}  // namespace temporal::wf
