// World: carries a schedule out: processes on one clock, an engine, runs and what happens between
// them, and looks after each run whether all is as it must be.
// Thread rule: one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "activities/run_outcome.h"
#include "simulator/edits.h"
#include "simulator/oracle.h"
#include "simulator/process.h"
#include "simulator/schedule.h"
#include "simulator/stage.h"
#include "temporal/client/client.h"

namespace almanac::simulator {

// What a run did.
struct RunReport {
  std::vector<Attempt> attempts;
  std::vector<BreakerRecord> breakers;  // after it
};

// What came of a schedule.
struct Report {
  std::vector<std::string> violations;
  Hash trace;
  int64_t points = 0;
  size_t faults = 0;            // that happened
  std::vector<Place> places;    // of the points
  size_t attempts = 0;          // in all runs
  std::vector<RunReport> runs;  // in order; those without faults that follow at the end, too
};

// How a run ended; no tally: its process died, or it failed.
struct Ended {
  Order order;
  std::optional<Tally> tally;
  std::optional<Error> error;
  bool died = false, stuck = false;
  // Whether all of its cells must be as the oracle says.
  bool complete() const { return tally && !tally->cancelled && !tally->moved && !order.exact; }
};

class World {
 public:
  // `log` takes a line per point; may be empty.
  World(const Schedule& schedule, std::function<void(const std::string&)> log = {});
  ~World();

  Report go();

 private:
  void apply(const Step& step);
  void carry_out(const RunStep& step);
  Ended run(const RunStep& step);
  // Lets everybody wake and end who stood still or was given up: nothing of that counts any more.
  void settle();
  bool at_rest() const;
  Ended follow(const RunStep& step, const Order& order, temporal::service::Service& engine,
               const std::string& queue, const Process* process);
  static void end(temporal::Result<temporal::Outcome<Tally>> result, Ended* ended);
  Order order_of(const RunStep& step) const;

  // What must hold after a run (world_checks.cc),
  void check_run(const RunStep& step, const Ended& ended);
  void check_lease(const Ended& ended);
  void check_outcome(const RunStep& step, const Ended& ended);
  // of all attempts so far (world_attempts.cc),
  void check_attempts();
  void check_attempts_of(size_t node, int day, const std::vector<Attempt>& attempts);
  // and of the cells, by the oracle (world_cells.cc). True where another run has nothing to do.
  bool check_cells(const Ended& ended);
  bool check_cell(size_t node, const RanCell& cell, const Expected& wanted, bool complete,
                  bool in_view);
  void check_view(size_t node, int day, std::optional<Hash> expected);
  // What has come into the view since, or gone from it.
  void check_placed(const std::map<Memory::Place, Hash>& before);
  // Notes all that is kept, for the trace.
  void note_contents();

  // Lets things happen until the condition holds; false at `until`, or when nothing happens.
  bool pass(const std::function<bool()>& done, temporal::TimePoint until);
  // Buries the dead, and starts others in their place after a while.
  void tend();
  void start_processes();
  // By others of the present code.
  void replace_processes();
  std::unique_ptr<Process> make_process(size_t place, temporal::service::Service* engine);
  std::unique_ptr<Workspace> look();
  // Cells with a script of which that is true, now or in an earlier version of their calculation.
  template <class Is>
  size_t cells_that(Is is) const;

  const Schedule schedule_;
  Stage stage_;
  temporal::embedded::EmbeddedService engine_;
  std::vector<std::unique_ptr<Process>> processes_;  // null: not started again yet
  std::vector<std::unique_ptr<Process>> left_;       // of older code, that have not ended
  std::vector<temporal::TimePoint> starts_;
  Edits edits_;
  int next_number_ = 0, next_run_ = 0;
  size_t attempts_ = 0;
  size_t fired_ = 0;              // faults, before the present run
  bool stopped_ = false;          // any run so far, by a cancel or a pause
  bool quiet_ = false;            // another run has nothing to do
  std::set<std::string> forced_;  // runs
  std::optional<Ended> beside_;   // of the run that was started beside the last one
  std::vector<RunReport> reports_;
  std::string folder_;
};

}  // namespace almanac::simulator
