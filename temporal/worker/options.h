// WorkerOptions: what a worker serves, and how much of it at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "temporal/base/metrics.h"
#include "temporal/data/codec.h"
#include "temporal/workflow/context.h"

namespace temporal::worker {

class WorkerOptions {
 public:
  struct Values {
    std::string queue;
    std::string space = "default";  // the namespace
    std::string identity;
    std::uint64_t seed = 0;  // of the jitter and of the sticky queue's name; 0: chosen
    int workflow_slots = 100, activity_slots = 100, local_slots = 100;
    int workflow_pollers = 5, activity_pollers = 5;
    int cached_runs = 1'000;
    std::int64_t cached_bytes = std::int64_t{512} << 20;  // of the runs' histories
    Duration sticky_timeout = std::chrono::seconds(10);
    Duration deadlock = std::chrono::seconds(2);
    Duration heartbeat_most = std::chrono::seconds(60),
             heartbeat_default = std::chrono::seconds(30);
    Duration grace = std::chrono::seconds(10);
    bool eager = true;
    bool nondeterminism_fails_workflow = false;
    std::shared_ptr<Metrics> metrics;
    std::shared_ptr<const PayloadCodec> codec;
    std::function<void(wf::LogLevel, std::string_view)> log;
  };

  explicit WorkerOptions(std::string queue) { values_.queue = std::move(queue); }
  WorkerOptions& space(std::string name) { return set(values_.space, std::move(name)); }
  WorkerOptions& identity(std::string text) { return set(values_.identity, std::move(text)); }
  // The same seed gives the same worker.
  WorkerOptions& seed(std::uint64_t seed) { return set(values_.seed, seed); }
  // Workflow tasks, activities and local activities at work at a time. Of workflow tasks at least
  // two where runs are cached: one for new runs, one for those in the cache.
  WorkerOptions& workflow_slots(int most) { return set(values_.workflow_slots, most); }
  WorkerOptions& activity_slots(int most) { return set(values_.activity_slots, most); }
  WorkerOptions& local_slots(int most) { return set(values_.local_slots, most); }
  // Polls that wait at the service at a time; of workflow tasks, a fifth is for new runs.
  WorkerOptions& workflow_pollers(int most) { return set(values_.workflow_pollers, most); }
  WorkerOptions& activity_pollers(int most) { return set(values_.activity_pollers, most); }
  // Runs kept in memory between their tasks. 0: none, each task replays from the start.
  WorkerOptions& cached_runs(int most) { return set(values_.cached_runs, most); }
  WorkerOptions& cached_bytes(std::int64_t most) { return set(values_.cached_bytes, most); }
  // How long a task waits for this worker before any other may have it.
  WorkerOptions& sticky_timeout(Duration d) { return set(values_.sticky_timeout, d); }
  // Workflow code that runs for longer without waiting is taken to be stuck. 0: never.
  WorkerOptions& deadlock(Duration d) { return set(values_.deadlock, d); }
  // Nondeterminism fails the workflow at once, not the task: for those that cannot be mended.
  WorkerOptions& nondeterminism_fails_workflow(bool yes) {
    return set(values_.nondeterminism_fails_workflow, yes);
  }
  // Heartbeats reach the service at least so often, where activities give so many. By its answers
  // they learn that they are to stop.
  WorkerOptions& heartbeat(Duration most) {
    values_.heartbeat_default = most;
    return set(values_.heartbeat_most, most);
  }
  // How long activities may take to end when the worker stops, before they are told to.
  WorkerOptions& grace(Duration d) { return set(values_.grace, d); }
  WorkerOptions& metrics(std::shared_ptr<Metrics> m) { return set(values_.metrics, std::move(m)); }
  WorkerOptions& codec(std::shared_ptr<const PayloadCodec> c) {
    return set(values_.codec, std::move(c));
  }
  // Takes the worker's and the workflows' messages, on any thread. Standard error if not set.
  WorkerOptions& log(std::function<void(wf::LogLevel, std::string_view)> log) {
    return set(values_.log, std::move(log));
  }
  const Values& values() const { return values_; }

 private:
  template <class Field, class Value>
  WorkerOptions& set(Field& field, Value&& value) {
    field = std::forward<Value>(value);
    return *this;
  }
  Values values_;
};

}  // namespace temporal::worker
