#include "simulator/fiber.h"

#include <utility>
#include <vector>

#include "core/base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#define ALMANAC_ASAN_FIBERS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALMANAC_ASAN_FIBERS
#endif
#endif
#ifdef ALMANAC_ASAN_FIBERS
#include <sanitizer/common_interface_defs.h>
#endif

namespace almanac::simulator {

namespace {

constexpr size_t kStackBytes = 512 << 10;
thread_local Fiber* now = nullptr;

// Stacks that are free; untouched pages of them cost nothing.
std::vector<std::unique_ptr<char[]>>& free_stacks() {
  thread_local std::vector<std::unique_ptr<char[]>> stacks;
  return stacks;
}

}  // namespace

Fiber::Fiber(std::function<void()> body) : body_(std::move(body)) {}

Fiber::~Fiber() {
  CHECK(!begun_ || ended_, "a fiber ends before it is destroyed");
}

Fiber* Fiber::current() {
  return now;
}

void Fiber::resume() {
  CHECK(!now && !ended_, "a fiber is resumed from outside, until it ends");
  if (!begun_) {
    begun_ = true;
    if (free_stacks().empty()) {
      stack_.reset(new char[kStackBytes]);
    } else {
      stack_ = std::move(free_stacks().back());
      free_stacks().pop_back();
    }
    getcontext(&here_);
    here_.uc_stack.ss_sp = stack_.get();
    here_.uc_stack.ss_size = kStackBytes;
    here_.uc_link = nullptr;
    makecontext(&here_, &Fiber::enter, 0);
  }
  now = this;
#ifdef ALMANAC_ASAN_FIBERS
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(&fake, stack_.get(), kStackBytes);
#endif
  swapcontext(&back_, &here_);
#ifdef ALMANAC_ASAN_FIBERS
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
  now = nullptr;
  if (ended_) free_stacks().push_back(std::move(stack_));
}

void Fiber::enter() {
  Fiber* self = now;
#ifdef ALMANAC_ASAN_FIBERS
  __sanitizer_finish_switch_fiber(nullptr, &self->back_stack_, &self->back_size_);
#endif
  self->body_();
  self->body_ = nullptr;
  self->ended_ = true;
  self->leave();
}

void Fiber::leave() {
#ifdef ALMANAC_ASAN_FIBERS
  __sanitizer_start_switch_fiber(ended_ ? nullptr : &fake_stack_, back_stack_, back_size_);
#endif
  swapcontext(&here_, &back_);
#ifdef ALMANAC_ASAN_FIBERS
  __sanitizer_finish_switch_fiber(fake_stack_, &back_stack_, &back_size_);
#endif
}

void Fiber::yield() {
  CHECK(now, "a fiber yields");
  now->leave();
}

}  // namespace almanac::simulator
