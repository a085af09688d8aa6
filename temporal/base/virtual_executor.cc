#include "temporal/base/virtual_executor.h"

namespace temporal {

void VirtualExecutor::post(Task task) {
  ready_.push_back(std::move(task));
}

Executor::TimerId VirtualExecutor::after(Duration delay, Task task) {
  const TimerId id = ++last_;
  const TimePoint due = later(now_, std::max(delay, Duration::zero()));
  timers_.emplace(Key{due, id}, std::move(task));
  due_.emplace(id, due);
  return id;
}

void VirtualExecutor::cancel(TimerId timer) {
  const auto found = due_.find(timer);
  if (found == due_.end()) return;
  // Destroyed last: what it holds may use the executor.
  const auto dropped = timers_.extract({found->second, timer});
  due_.erase(found);
}

bool VirtualExecutor::step() {
  if (ready_.empty()) return false;
  Task task = std::move(ready_.front());
  ready_.pop_front();
  task();
  return true;
}

void VirtualExecutor::drain() {
  while (step()) {
  }
}

bool VirtualExecutor::jump(TimePoint no_later) {
  if (timers_.empty() || timers_.begin()->first.first > no_later) return false;
  const auto first = timers_.begin();
  now_ = std::max(now_, first->first.first);
  due_.erase(first->first.second);
  ready_.push_back(std::move(first->second));
  timers_.erase(first);
  return true;
}

void VirtualExecutor::advance(Duration for_) {
  const TimePoint end = later(now_, for_);
  drain();
  while (jump(end)) drain();
  now_ = std::max(now_, end);
}

}  // namespace temporal
