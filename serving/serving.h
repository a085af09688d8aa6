// Serving: the workflows and steps of runs, registered with a worker of an engine.
#pragma once

#include <functional>
#include <memory>

#include "activities/steps.h"
#include "temporal/worker/worker.h"

namespace almanac {

void add_workflows(temporal::worker::Worker& worker);

struct Serving {
  Steps* steps = nullptr;  // outlives the worker
  // Calls `beat` every now and then, on another thread, until what it returns is destroyed. By it
  // the engine knows that a step is alive, and the step that it is to end.
  std::function<std::shared_ptr<void>(std::function<void()> beat)> heart;
  std::function<void(int64_t ms)> sleep;  // of the calling thread
  std::function<bool()> stopping;         // the process is to end soon
};

void add_steps(temporal::worker::Worker& worker, const Serving& serving);

// The failure of a step as an activity, and back.
temporal::Failure failure_of(const Error& error);
Error error_of(const temporal::Failure& failure);

}  // namespace almanac
