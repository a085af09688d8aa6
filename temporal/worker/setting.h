// What a worker can run: workflow types and activities by name, and what all its parts share.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "temporal/base/names.h"
#include "temporal/service/service.h"
#include "temporal/worker/activity.h"
#include "temporal/worker/options.h"
#include "temporal/workflow/activity.h"
#include "temporal/workflow/definition.h"

namespace temporal::worker {

struct Registered {
  std::map<std::string, std::shared_ptr<const wf::WorkflowType>> workflows;
  std::map<std::string, ActivityFunction, std::less<>> activities;
};

// The seams and settings of one worker; outlives its parts.
struct Setting {
  service::Service& service;
  std::shared_ptr<service::Service> measured;  // that one, where there are metrics
  Executor& executor;                          // for workflow code; never blocks
  Executor& activity_executor;                 // for activities, which may block
  WorkerOptions::Values options;
  Registered registered;
  std::string sticky_queue;
  std::string instance;  // this worker's own key
  // The largest payloads, in all, of one command or answer; the namespace's limit.
  std::int64_t blob_bytes = 2 << 20;
  // The service ends the polls of a worker that says that it stops.
  bool ends_polls = false;

  void log(wf::LogLevel level, const std::string& message) const;
  void count(std::string_view name, Labels labels = {}, double by = 1) const;
  void gauge(std::string_view name, Labels labels, double value) const;
  void time(std::string_view name, Labels labels, Duration duration) const;
  Labels with_own(Labels labels) const;
};

}  // namespace temporal::worker
