// Pass: one topological wave over a chunk of dates. It is planned, and its slices are computed, so
// many at a time; what they leave is planned again. A slice that is under way when the pass is
// paused ends after its cell.
#pragma once

#include <optional>
#include <vector>

#include "workflows/steps.h"

namespace almanac {

class Pass {
 public:
  wf::Task<Done> run(PassOrder order, Control control, Done before);
  void steer(Control control);
  Done done() const { return done_; }  // so far

  static wf::Definition<Pass> definition() {
    return wf::define("Pass", &Pass::run).signal("steer", &Pass::steer).query("done", &Pass::done);
  }

 private:
  struct Open {
    wf::Handle<Done> call;
    bool alone;
  };
  wf::Task<> compute(std::vector<Slice> slices);
  void start(const Slice& slice);
  void collect();
  bool may_start(const Slice& slice) const;
  bool any_done() const;
  bool over() const;
  bool gone_on() const { return !control_.paused; }
  temporal::Duration time_left() const;

  PassOrder order_;
  Control control_;
  Done done_;
  std::vector<Open> open_;
  uint64_t activities_ = 0;
  temporal::Duration pause_{};  // before the next plan
  uint64_t left_ = 0;           // of the plan that is worked on
  std::optional<temporal::Failure> failure_;
  temporal::TimePoint begun_, paused_at_;
};

}  // namespace almanac
