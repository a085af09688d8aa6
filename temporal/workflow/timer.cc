#include "temporal/workflow/timer.h"

namespace temporal::wf {

Timer sleep(Duration duration, const Scope& scope, std::string_view summary,
            std::source_location where) {
  return Timer(Context::current().start_timer(duration, scope, summary, where));
}

Condition::Condition(std::function<bool()> holds, Ref<Call> timer, const Scope& scope)
    : holds_(std::move(holds)), timer_(std::move(timer)) {
  expiry_.condition = this;
  if (!join(scope)) {
    end(End::Canceled);
  } else if (holds_()) {
    end(End::Held);
  } else if (timer_) {
    if (timer_->done()) {
      expire();
    } else {
      timer_->watch(watch_, expiry_);
    }
  }
}

void Condition::end(End how) {
  if (done()) return;
  end_ = how;
  Linked<Condition>::unlink();
  watch_.unlink();
  expiry_.unlink();
  if (timer_ && !timer_->done()) timer_->cancel();
  holds_ = nullptr;
  settle();
}

void Condition::fulfil() {
  end(End::Held);
}
void Condition::cancel() {
  end(End::Canceled);
}
void Condition::expire() {
  end(timer_->outcome().ok() ? End::Expired : End::Canceled);
}

bool Condition::take() const {
  if (end_ == End::Canceled) throw FailureError(Failure::canceled());
  return end_ == End::Held;
}

Until until(std::function<bool()> predicate, const Scope& scope) {
  const Ref<Condition> condition(new Condition(std::move(predicate), {}, scope));
  if (!condition->done()) Context::current().add(*condition);
  return Until(condition);
}

Until until(std::function<bool()> predicate, Duration timeout, const Scope& scope,
            std::source_location where) {
  Context& context = Context::current();
  Ref<Call> timer;
  // A detached timer: the condition, which is in the scope, cancels it.
  if (!scope.canceled() && !predicate()) {
    timer = context.start_timer(timeout, Scope::detached(), {}, where);
  }
  const Ref<Condition> condition(new Condition(std::move(predicate), std::move(timer), scope));
  if (!condition->done()) context.add(*condition);
  return Until(condition);
}

}  // namespace temporal::wf
