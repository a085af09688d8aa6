#include "temporal/worker/activity.h"

namespace temporal::worker {

Outcome<Payloads> run_activity(const ActivityFunction& function, ActivityContext& context,
                               const Payloads& input) {
  try {
    return function(context, input);
  } catch (const PayloadError& e) {
    // No attempt will find other arguments.
    return Failure("activity " + context.info().type + ": " + e.what(), "PayloadError")
        .non_retryable();
  } catch (...) {
    return what_was_thrown(std::current_exception()).failure;
  }
}

}  // namespace temporal::worker
