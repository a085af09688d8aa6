#include "temporal/workflow/context.h"

#include <stdexcept>

namespace temporal::wf {
namespace {
thread_local Context* current_context = nullptr;
}

Context& Context::current() {
  if (!current_context) {
    throw std::logic_error(
        "a function of a workflow was called where no workflow runs; in activities and elsewhere "
        "use "
        "the clock, the random numbers and the threads of the process");
  }
  return *current_context;
}
Context* Context::current_or_null() {
  return current_context;
}

Context::Current::Current(Context& context) : before_(current_context) {
  current_context = &context;
}
Context::Current::~Current() {
  current_context = before_;
}

}  // namespace temporal::wf
