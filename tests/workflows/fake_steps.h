// FakeSteps: the steps of a run without effects: they keep a log and answer by a script. With them
// the workflows run on virtual time.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "serving/serving.h"
#include "temporal/testing/environment.h"
#include "workflows/reconcile.h"

namespace almanac {

struct FakeSteps {
  std::vector<std::string> log;
  // What they answer; by default one chunk with one pass, of two slices that are computed.
  std::function<Begun(const BeginOrder&)> begin = [](const BeginOrder& order) {
    Begun begun;
    begun.sweep = {order.order, 7, order.number, order.level, "index"};
    if (order.number == 0) begun.chunks = {{0, 4, {0}}};
    return begun;
  };
  std::function<PassPlan(const PassOrder&)> plan = [](const PassOrder&) {
    PassPlan plan;
    plan.slices = {{"a", 0, 4, 4}, {"b", 0, 4, 4}};
    return plan;
  };
  std::function<temporal::Outcome<Done>(const SliceOrder&)> compute = [](const SliceOrder& order) {
    Done done;
    done.computed = order.slice.cells;
    return temporal::Outcome<Done>(done);
  };
  std::function<temporal::Outcome<Tally>(const FinishOrder&)> finish =
      [](const FinishOrder& order) {
        Tally tally;
        tally.cancelled = order.cancelled;
        tally.moved = order.moved;
        return temporal::Outcome<Tally>(tally);
      };
  temporal::Duration takes{};       // time that a slice computes
  std::function<void()> meanwhile;  // happens once, while the first slice computes
};

// An engine on virtual time with a worker that has the fake steps.
class Engine {
 public:
  explicit Engine(FakeSteps& steps) : steps_(steps) {
    auto& worker = environment.worker(temporal::worker::WorkerOptions("q"));
    add_workflows(worker);
    worker.add(step::begin, [this](const BeginOrder& order) {
      note("begin " + std::to_string(order.number) + " level " + std::to_string(order.level));
      return steps_.begin(order);
    });
    worker.add(step::plan, [this](const PassOrder& order) {
      note("plan " + std::to_string(order.chunk.first) + "/" + std::to_string(order.pass));
      return steps_.plan(order);
    });
    worker.add(step::compute, [this](const SliceOrder& order) { return compute(order); });
    worker.add(step::hold, [this](const Sweep&) { note("hold"); });
    worker.add(step::requeue, [this](const RequeueOrder& order) {
      for (const CellId& cell : order.cells) note("requeue " + cell.calculation + " " + cell.date);
    });
    worker.add(step::finish, [this](const FinishOrder& order) {
      note(order.cancelled ? "finish cancelled" : "finish");
      return steps_.finish(order);
    });
    worker.start();
  }

  temporal::client::WorkflowHandle start(Order order = {}) {
    order.run = "r";
    return environment.client()
        .start(&Run::run, temporal::client::StartOptions("run", "q"), order)
        .value();
  }
  temporal::client::WorkflowHandle run() { return environment.client().workflow("run"); }
  temporal::Outcome<Tally> end(const temporal::client::WorkflowHandle& run) {
    using temporal::client::ResultOptions;
    return run.result<Tally>(ResultOptions().within(std::chrono::hours(100))).value();
  }

  temporal::testing::Environment environment;
  size_t at_work = 0, most_at_work = 0;

 private:
  void note(std::string line) { steps_.log.push_back(std::move(line)); }

  temporal::Outcome<Done> compute(const SliceOrder& order) {
    note("compute " + order.slice.calculation + " " + std::to_string(order.slice.first));
    most_at_work = std::max(most_at_work, ++at_work);
    if (steps_.meanwhile) std::exchange(steps_.meanwhile, nullptr)();
    if (steps_.takes > temporal::Duration::zero()) environment.pass(steps_.takes);
    --at_work;
    return steps_.compute(order);
  }

  FakeSteps& steps_;
};

}  // namespace almanac
