// Waiting for several things at once: any(a, b) gives the index of the first that has settled,
// all() what each gave, settled(a) waits without looking at how it ended.
//
// What is waited for must live longer than the wait: keep it in variables.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "temporal/workflow/await.h"
#include "temporal/workflow/handle.h"

namespace temporal::wf {

// Settles when `enough` of the futures have.
class Group final : public Future {
 public:
  Group(const std::vector<Future*>& futures, std::size_t enough);
  // The first that settled; of those that had settled before the group was made, the first named.
  std::size_t first() const { return first_; }

 private:
  class One final : public Job {
   public:
    Group* group = nullptr;
    std::size_t index = 0;
    Watch watch;
    void run() override { group->on_settled(index); }
  };
  void on_settled(std::size_t index);

  std::deque<One> ones_;
  std::size_t missing_;
  std::size_t first_ = static_cast<std::size_t>(-1);
};

class [[nodiscard("only co_await waits")]] Any {
 public:
  explicit Any(Ref<Group> group) : group_(std::move(group)) {}
  Future& future() const { return *group_; }
  std::size_t take() const { return group_->first(); }

 private:
  Ref<Group> group_;
};

template <Awaitable... A>
Any any(A&... awaited) {
  return Any(Ref<Group>(new Group({&awaited.future()...}, 1)));
}
template <Awaitable A>
Any any(std::vector<A>& awaited) {
  std::vector<Future*> futures;
  for (A& one : awaited) futures.push_back(&one.future());
  return Any(Ref<Group>(new Group(futures, 1)));
}

// Gives a vector of what each gives, in their order; nothing where each gives nothing. The first
// that throws, in their order, throws.
template <Awaitable A>
class [[nodiscard("only co_await waits")]] All {
 public:
  explicit All(std::vector<A>& awaited) : awaited_(&awaited) {
    std::vector<Future*> futures;
    for (A& one : awaited) futures.push_back(&one.future());
    group_ = Ref<Group>(new Group(futures, futures.size()));
  }
  Future& future() const { return *group_; }
  auto take() const {
    using Value = decltype(std::declval<A&>().take());
    if constexpr (std::is_void_v<Value>) {
      for (A& one : *awaited_) one.take();
    } else {
      std::vector<std::decay_t<Value>> values;
      values.reserve(awaited_->size());
      for (A& one : *awaited_) values.push_back(one.take());
      return values;
    }
  }

 private:
  std::vector<A>* awaited_;
  Ref<Group> group_;
};

template <Awaitable A>
All<A> all(std::vector<A>& awaited) {
  return All<A>(awaited);
}

class [[nodiscard("only co_await waits")]] Settled {
 public:
  explicit Settled(Ref<Group> group) : group_(std::move(group)) {}
  Future& future() const { return *group_; }
  void take() const {}

 private:
  Ref<Group> group_;
};

// All of them.
template <Awaitable... A>
Settled settled(A&... awaited) {
  return Settled(Ref<Group>(new Group({&awaited.future()...}, sizeof...(A))));
}

}  // namespace temporal::wf
