#include "temporal/workflow/context.h"

namespace temporal::wf {
namespace {
thread_local Context* current_context = nullptr;
}

Context& Context::current() {
  TEMPORAL_CHECK(current_context, "called outside of a workflow's code");
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
