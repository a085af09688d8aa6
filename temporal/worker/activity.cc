#include "temporal/worker/activity.h"

namespace temporal::worker {

Outcome<Payloads> run_activity(const ActivityFunction& function, ActivityContext& context,
                               const Payloads& input) {
  try {
    return function(context, input);
  } catch (const FailureError& e) {
    return e.failure();
  } catch (const PayloadError& e) {
    // No attempt will find other arguments.
    return Failure(e.what(), "PayloadError").non_retryable();
  } catch (const std::exception& e) {
    return Failure(e.what(), typeid(e).name());
  } catch (...) {
    return Failure("the activity threw something that is not a std::exception", "unknown");
  }
}

}  // namespace temporal::worker
