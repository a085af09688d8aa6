// Run: brings the wanted cells up to date. The range is indexed and planned once; then its chunks
// go through the passes (backfill.h). It is done again where root data moved meanwhile, and for
// cells that an abrupt end interrupted: these come last and alone, so that a cell that ends its
// process does not keep the others from their results.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "workflows/backfill.h"

namespace almanac {

// What a run that is under way says of itself: of the sweeps that are through. Its backfill and the
// passes of that know the rest (progress_of in serving/). Cells that run now, with where, and what
// failed are in the ledger, too.
struct RunProgress {
  std::string run;
  std::string phase;  // planning, computing, paused, finishing
  int sweep = 0, level = 0;
  uint64_t cells = 0;     // that were to be computed when the sweep began
  bool in_sweep = false;  // whose backfill is under way
  uint64_t computed = 0, failed = 0;
  Control control;
  std::vector<Failed> failures;  // the first of them
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RunProgress, run, phase, sweep, level, cells,
                                                in_sweep, computed, failed, control, failures)

class Run {
 public:
  wf::Task<Tally> run(Order order);
  void pause() { steer(control_.parallel, true); }
  void resume() { steer(control_.parallel, false); }
  void set_parallel(int slices) { steer(std::max(1, slices), control_.paused); }
  // Puts dead letters back; the cells are tried again before the run ends.
  wf::Task<> requeue(std::vector<CellId> cells);
  RunProgress progress() const;

  static wf::Definition<Run> definition() {
    return wf::define("Run", &Run::run)
        .signal("pause", &Run::pause)
        .signal("resume", &Run::resume)
        .signal("set_parallel", &Run::set_parallel)
        .update("requeue", &Run::requeue, &Run::may_requeue)
        .query("progress", &Run::progress);
  }

 private:
  wf::Task<> sweeps();
  void hold_lease();
  void steer(int parallel, bool paused);
  wf::Verdict may_requeue(std::vector<CellId> cells) const;

  Order order_;
  Control control_;
  std::optional<Begun> begun_;
  std::optional<wf::ChildHandle<Done>> backfill_;
  Done done_;  // in the sweeps that are through
  wf::Scope holding_ = wf::Scope::detached();
  bool held_ = false;  // the lease, by a step of its own
  std::string phase_ = "planning";
  bool moved_ = false;     // in the last sweep
  bool requeued_ = false;  // since the last sweep began
  bool over_ = false;      // no other sweep begins
  std::optional<temporal::Failure> failure_;
};

}  // namespace almanac
