#include "temporal/replay/routine.h"

namespace temporal::replay {

void Routine::run() {
  Payloads result;
  std::exception_ptr error;
  try {
    if (!running_) running_ = std::exchange(start_, nullptr)();
    if (!running_->done()) {
      running_->future()->watch(watch_, *this);
      return;
    }
    result = running_->take();
  } catch (...) {
    error = std::current_exception();
  }
  running_.reset();
  done_ = true;
  std::exchange(ended_, nullptr)(std::move(result), error);
}

}  // namespace temporal::replay
