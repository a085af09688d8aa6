// RunWorker: a process's part in runs: it serves the queues of one set of modules with threads.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "activities/steps.h"
#include "serving/serving.h"
#include "temporal/base/thread_executor.h"
#include "temporal/worker/worker.h"

namespace almanac {

class RunWorker {
 public:
  struct Options {
    std::string queue;  // of the standard cells; that of the high-mem ones is named after it
    std::string space = "default";
    bool standard = true, high_mem = true;
    int threads = 1;
    const std::atomic<bool>* stop = nullptr;  // steps end soon when it becomes true
    std::function<void(temporal::wf::LogLevel, std::string_view)> log;
  };

  // Service, executor and steps outlive it.
  RunWorker(temporal::service::Service& service, temporal::Executor& executor, Steps& steps,
            const Options& options);
  ~RunWorker();

  void start();
  // Cells under way are finished and committed; nothing else is begun. Thread safe, once.
  void drain();
  bool stopping() const { return stopping_; }
  int at_work() const;

 private:
  temporal::ThreadExecutor activities_;
  std::atomic<bool> stopping_ = false;
  std::unique_ptr<temporal::worker::Worker> standard_, high_mem_;
};

// The queue of those who have these modules: almanac/<project>/<12 digits of the hash>.
std::string queue_of(const std::string& project, const std::string& modules);

}  // namespace almanac
