// Process: one simulated process: its own steps with its own connection to the ledger, and a
// worker. Activities run on fibers, each of which takes turns with all else at the points where it
// calls something. It can be halted, and killed between any two effects. Thread rule: one thread.
// The stage and the engine outlive it.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "serving/serving.h"
#include "simulator/fiber.h"
#include "simulator/gate.h"
#include "simulator/stage.h"
#include "temporal/embedded/embedded_service.h"

namespace almanac::simulator {

class Process {
 public:
  struct Options {
    int number = 0;        // unique
    std::string identity;  // of the worker; another process may have had it before
    int cached_runs = 1000;
  };
  // `engine`: where it works; null: it has one of its own, which lives and dies with it.
  Process(Stage& stage, temporal::service::Service* engine, const Options& options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const Options& options() const { return options_; }
  const std::string& queue() const { return queue_; }
  temporal::service::Service& engine() { return own_ ? *own_ : *engine_; }
  bool dead() const { return dead_; }
  bool halted() const { return gate_.halted(); }
  // Nothing is under way in it, and nothing to it or from it.
  bool at_rest() const;

  // Takes nothing more, and dies when it is through with what it does.
  void drain();
  // Nothing more comes of it. What it holds goes with bury(), outside of its fibers.
  void die();
  void bury();

 private:
  class Heart;
  // The executor of activities.
  class Turns final : public temporal::Executor {
   public:
    explicit Turns(Process& process) : process_(process) {}
    temporal::TimePoint now() const override { return process_.gate_.now(); }
    void post(Task task) override { process_.start_fiber(std::move(task)); }
    TimerId after(temporal::Duration delay, Task task) override {
      return process_.gate_.after(delay, std::move(task));
    }
    void cancel(TimerId timer) override { process_.gate_.cancel(timer); }

   private:
    Process& process_;
  };

  Ledger::Seams seams();
  Setup setup();
  Serving serving();
  std::vector<CellOutcome> execute(const CellTask& task);

  // A point of this process; what a fault makes of it. Throws Killed when the process is gone.
  Result<void> point(Place place, const std::string& what, bool locked = true);
  std::optional<Fault> happens(Place place, const std::string& what);
  // `locked`: the steps' lock is held, so that no other fiber of the process goes on meanwhile.
  void wait(temporal::Duration duration, bool locked);
  void change_data();
  void lose_blob();
  void start_fiber(temporal::Executor::Task task);
  void resume(Fiber* fiber);

  Stage& stage_;
  const Options options_;
  const Graph graph_;                  // as it was when the process started
  const int64_t wall_ms_, steady_ms_;  // what its clocks are ahead of the world's
  Gate gate_;
  Network own_network_;
  std::unique_ptr<temporal::embedded::EmbeddedService> own_;
  temporal::service::Service* const engine_;
  FlakyService service_;
  Turns turns_{*this};
  std::string queue_;
  std::unique_ptr<Steps> steps_;
  std::unique_ptr<temporal::worker::Worker> worker_, high_mem_;
  std::list<std::unique_ptr<Fiber>> fibers_;
  Fiber* inside_ = nullptr;      // waits with the steps' lock
  std::vector<Fiber*> outside_;  // could go on but for that
  int working_ = 2;              // workers that have not stopped
  bool draining_ = false, stopping_ = false, dead_ = false;
};

}  // namespace almanac::simulator
