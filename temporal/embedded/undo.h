// Undo: what takes a change back that turns out to be bad half way, and what may happen only once
// it is good.
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace temporal::embedded {

class Undo {
 public:
  void add(std::function<void()> back) { back_.push_back(std::move(back)); }
  void after_commit(std::function<void()> task) { after_.push_back(std::move(task)); }
  void roll_back() {
    for (auto back = back_.rbegin(); back != back_.rend(); ++back) (*back)();
    back_.clear();
    after_.clear();
  }
  void committed() {
    back_.clear();
    for (const auto& task : std::exchange(after_, {})) task();
  }

 private:
  std::vector<std::function<void()>> back_;
  std::vector<std::function<void()>> after_;
};

}  // namespace temporal::embedded
