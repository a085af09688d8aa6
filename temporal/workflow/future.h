// Future: something that settles once. Coroutines wait for it, its scope can cancel it. The common
// base of activities, timers, children, conditions and tasks; authors see the typed handles.
//
// All of this folder belongs to one workflow run, which only one thread works on at a time.
#pragma once

#include <memory>
#include <utility>

#include "temporal/base/list.h"

namespace temporal::wf {

class Scope;
class ScopeState;

// Something to run when its turn comes.
class Job : public Linked<Job> {
 public:
  virtual void run() = 0;

 protected:
  ~Job() = default;
};

// The wish to run a job when a future settles. Destroying it withdraws the wish.
class Watch : public Linked<Watch> {
 public:
  Job* job = nullptr;
};

class Future : public Linked<Future> {
 public:
  bool done() const { return done_; }
  // Puts the job into the scheduler's queue when this settles. Only while not done().
  void watch(Watch& watch, Job& job) {
    watch.job = &job;
    watches_.push(watch);
  }
  // Asked by its scope or its handle; it may settle at once, later, or not at all.
  virtual void cancel() {}

  void retain() { ++references_; }
  void release() {
    if (--references_ == 0) delete this;
  }

 protected:
  Future() = default;
  virtual ~Future() = default;
  // Wakes those who wait, in the order they came, and leaves the scope. Once.
  void settle();
  // Joins the scope, which then lives at least until this settles; false, and not joined, if that
  // is canceled already.
  bool join(const Scope& scope);

 private:
  List<Watch> watches_;
  std::shared_ptr<ScopeState> scope_;
  int references_ = 0;
  bool done_ = false;
};

// A counted reference.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* target) : target_(target) {
    if (target_) target_->retain();
  }
  Ref(const Ref& other) : Ref(other.target_) {}
  Ref(Ref&& other) noexcept : target_(std::exchange(other.target_, nullptr)) {}
  template <class U>
  Ref(const Ref<U>& other) : Ref(other.get()) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(target_, other.target_);
    return *this;
  }
  ~Ref() {
    if (target_) target_->release();
  }
  T* get() const { return target_; }
  T* operator->() const { return target_; }
  T& operator*() const { return *target_; }
  explicit operator bool() const { return target_ != nullptr; }

 private:
  T* target_ = nullptr;
};

}  // namespace temporal::wf
