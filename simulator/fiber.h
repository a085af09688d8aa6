// Fiber: a stack of its own for code that blocks, so that many such calls take turns on one thread.
//
// Thread rule: all fibers belong to one thread. AddressSanitizer is told of every switch; its
// checks for use after return stay off on fibers, and ThreadSanitizer does not follow them. No
// fiber yields inside a catch block: the exceptions that are being handled belong to the thread.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace almanac::simulator {

class Fiber {
 public:
  // The body throws nothing.
  explicit Fiber(std::function<void()> body);
  // It has ended, or was never resumed.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Runs it until it yields or ends. Not inside of a fiber.
  void resume();
  bool begun() const { return begun_; }
  bool ended() const { return ended_; }

  // Of the code that runs now; null outside of fibers.
  static Fiber* current();
  static void yield();

 private:
  static void enter();
  void leave();

  std::function<void()> body_;
  std::unique_ptr<char[]> stack_;
  ucontext_t here_{}, back_{};
  bool begun_ = false, ended_ = false;
  // For AddressSanitizer.
  [[maybe_unused]] void* fake_stack_ = nullptr;
  [[maybe_unused]] const void* back_stack_ = nullptr;
  [[maybe_unused]] size_t back_size_ = 0;
};

}  // namespace almanac::simulator
