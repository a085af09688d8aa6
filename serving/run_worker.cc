#include "serving/run_worker.h"

#include <chrono>
#include <future>
#include <thread>

#include "serving/heart.h"
#include "workflows/steps.h"

namespace almanac {

namespace {

constexpr std::chrono::milliseconds kBeat{5000};
constexpr int64_t kNapMs = 100;
constexpr size_t kDigits = 12;
// A run, its backfill and four passes at a time; and those that were asked how far they had come.
constexpr int kCachedRuns = 24;

// Beside the slices that compute (Setup::threads), one step may plan, and one may hold the lease.
int slots_of(const RunWorker::Options& options) {
  return options.threads + 2;
}

}  // namespace

RunWorker::RunWorker(temporal::service::Service& service, temporal::Executor& executor,
                     Steps& steps, const Options& options)
    : activities_(2 * slots_of(options)) {
  Serving serving;
  serving.steps = &steps;
  serving.heart = [](std::function<void()> beat) {
    return std::make_shared<Heart>(kBeat, std::move(beat));
  };
  serving.stopping = [this, stop = options.stop] { return stopping_ || (stop && *stop); };
  serving.sleep = [stopping = serving.stopping](int64_t ms) {
    for (; ms > 0 && !stopping(); ms -= kNapMs) {
      std::this_thread::sleep_for(std::chrono::milliseconds(std::min(ms, kNapMs)));
    }
  };
  auto make = [&](const std::string& queue) {
    temporal::worker::WorkerOptions worker(queue);
    worker.space(options.space).activity_slots(slots_of(options)).grace(std::chrono::hours(1));
    worker.heartbeat(kBeat);
    worker.cached_runs(kCachedRuns);
    if (options.log) worker.log(options.log);
    auto made = std::make_unique<temporal::worker::Worker>(service, executor, activities_, worker);
    add_steps(*made, serving);
    return made;
  };
  if (options.standard) {
    standard_ = make(options.queue);
    add_workflows(*standard_);
  }
  if (options.high_mem) high_mem_ = make(options.queue + kHighMem);
}

RunWorker::~RunWorker() {
  drain();
}

void RunWorker::start() {
  if (standard_) standard_->start();
  if (high_mem_) high_mem_->start();
}

void RunWorker::drain() {
  if (stopping_.exchange(true)) return;
  std::promise<void> standard, high_mem;  // both at a time: each waits for its polls
  auto stop = [](temporal::worker::Worker* worker, std::promise<void>* stopped) {
    if (!worker) return stopped->set_value();
    worker->begin_stop([stopped] { stopped->set_value(); });
  };
  stop(standard_.get(), &standard);
  stop(high_mem_.get(), &high_mem);
  standard.get_future().wait();
  high_mem.get_future().wait();
}

int RunWorker::at_work() const {
  return (standard_ ? standard_->at_work() : 0) + (high_mem_ ? high_mem_->at_work() : 0);
}

std::string queue_of(const std::string& project, const std::string& modules) {
  return "almanac/" + project + "/" + modules.substr(0, kDigits);
}

}  // namespace almanac
