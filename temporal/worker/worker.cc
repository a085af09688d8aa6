#include "temporal/worker/worker.h"

#include <algorithm>
#include <future>
#include <random>
#include <stdexcept>

#include "temporal/base/identity.h"
#include "temporal/base/random.h"
#include "temporal/service/measured_service.h"
#include "temporal/worker/pollers.h"

namespace temporal::worker {

namespace {

std::shared_ptr<Setting> setting_of(service::Service& service, Executor& executor,
                                    Executor& activity_executor,
                                    const WorkerOptions::Values& options) {
  std::shared_ptr<service::Service> measured;
  if (options.metrics) {
    measured = std::make_shared<service::MeasuredService>(service, executor, options.metrics);
  }
  return std::shared_ptr<Setting>(new Setting{.service = measured ? *measured : service,
                                              .measured = measured,
                                              .executor = executor,
                                              .activity_executor = activity_executor,
                                              .options = options,
                                              .registered = {},
                                              .sticky_queue = {},
                                              .instance = {}});
}

}  // namespace

Worker::Worker(service::Service& service, Executor& executor, Executor& activity_executor,
               const WorkerOptions& options)
    : setting_(setting_of(service, executor, activity_executor, options.values())) {
  auto& values = setting_->options;
  if (values.identity.empty()) values.identity = own_identity();
  if (values.seed == 0) values.seed = std::random_device()();
  if (values.cached_runs > 0) values.workflow_slots = std::max(2, values.workflow_slots);
  std::uint64_t random = values.seed;
  const std::uint64_t high = next_random(random);
  setting_->instance = uuid_of(high, next_random(random));
  setting_->sticky_queue = values.identity + ":" + values.queue + ":" + setting_->instance;
  activities_ = std::make_shared<ActivityTasks>(*setting_);
  workflows_ = std::make_shared<WorkflowTasks>(*setting_, activities_);
  pollers_ = std::make_shared<Pollers>(setting_, workflows_, activities_);
}

Worker::~Worker() {
  if (started_ && !stopped_) stop();
}

void Worker::expect_not_started(const std::string& what) const {
  if (!started_ && !stopped_) return;
  throw std::logic_error(what + ": the worker of task queue '" + setting_->options.queue +
                         "' has been " + (stopped_ ? "stopped" : "started"));
}

Worker& Worker::add(std::shared_ptr<const wf::WorkflowType> type) {
  const std::string name = type->name;
  expect_not_started("add workflow " + name);
  if (!setting_->registered.workflows.emplace(name, std::move(type)).second) {
    throw std::logic_error("workflow type '" + name + "' is added twice");
  }
  return *this;
}

Worker& Worker::add(const std::string& activity, ActivityFunction function) {
  expect_not_started("add activity " + activity);
  if (!setting_->registered.activities.emplace(activity, std::move(function)).second) {
    throw std::logic_error("activity '" + activity + "' is added twice");
  }
  return *this;
}

void Worker::start() {
  expect_not_started("start");
  if (setting_->options.queue.empty()) {
    throw std::logic_error("worker: expected the name of a task queue, found none");
  }
  if (setting_->registered.workflows.empty() && setting_->registered.activities.empty()) {
    throw std::logic_error("worker of task queue '" + setting_->options.queue +
                           "': expected workflows or activities, found none; add() them first");
  }
  started_ = true;
  pollers_->start();
}

void Worker::begin_stop(std::function<void()> stopped) {
  stopped_ = true;
  pollers_->stop(std::move(stopped));
}

void Worker::stop() {
  std::promise<void> quiet;
  begin_stop([&] { quiet.set_value(); });
  quiet.get_future().wait();
}

int Worker::at_work() const {
  return pollers_->at_work();
}
int Worker::cached_runs() const {
  return workflows_->cached();
}

}  // namespace temporal::worker
