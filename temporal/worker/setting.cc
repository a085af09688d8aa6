#include "temporal/worker/setting.h"

#include <cstdio>

namespace temporal::worker {

void Setting::log(wf::LogLevel level, const std::string& message) const {
  if (options.log) {
    options.log(level, message);
    return;
  }
  static constexpr const char* kNames[] = {"debug", "info", "warn", "error"};
  std::fprintf(stderr, "temporal %s: %s\n", kNames[static_cast<int>(level)], message.c_str());
}

Labels Setting::with_own(Labels labels) const {
  labels.emplace("namespace", options.space);
  labels.emplace("task_queue", options.queue);
  return labels;
}
void Setting::count(std::string_view name, Labels labels, double by) const {
  if (options.metrics) options.metrics->count(name, with_own(std::move(labels)), by);
}
void Setting::gauge(std::string_view name, Labels labels, double value) const {
  if (options.metrics) options.metrics->gauge(name, with_own(std::move(labels)), value);
}
void Setting::time(std::string_view name, Labels labels, Duration duration) const {
  if (options.metrics) options.metrics->time(name, with_own(std::move(labels)), duration);
}

}  // namespace temporal::worker
