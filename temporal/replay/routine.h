// Routine: one coroutine of a run that the run itself started: the workflow, or a handler of a
// signal or an update. A job that first starts it, and then hears of its end.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "temporal/workflow/running.h"

namespace temporal::replay {

class Routine final : public wf::Job {
 public:
  using Start = std::function<std::unique_ptr<wf::Running>()>;
  // Called once, when it has ended: with its result, or with what it threw.
  using Ended = std::function<void(Payloads, std::exception_ptr)>;

  Routine(std::string name, Start start, Ended ended)
      : name_(std::move(name)), start_(std::move(start)), ended_(std::move(ended)) {}

  const std::string& name() const { return name_; }
  bool ended() const { return done_; }
  void run() override;

 private:
  std::string name_;
  Start start_;
  Ended ended_;
  std::unique_ptr<wf::Running> running_;
  wf::Watch watch_;
  bool done_ = false;
};

}  // namespace temporal::replay
