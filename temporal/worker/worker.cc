#include "temporal/worker/worker.h"

#include <unistd.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <random>
#include <stdexcept>

#include "temporal/base/random.h"
#include "temporal/service/measured_service.h"
#include "temporal/service/retry.h"
#include "temporal/worker/activity_tasks.h"
#include "temporal/worker/poller.h"
#include "temporal/worker/workflow_tasks.h"

namespace temporal::worker {

using service::Rpc;

namespace {

std::string own_identity() {
  char host[256] = "unknown";
  gethostname(host, sizeof host - 1);
  return std::to_string(getpid()) + "@" + host;
}

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

constexpr Duration kQuietCheck = std::chrono::milliseconds(20);
// How long a service that ends the polls of a stopping worker may take, before they are given up.
constexpr Duration kPollGrace = std::chrono::seconds(1);

}  // namespace

// The pollers of a worker, and its stopping.
class Worker::Pollers : public std::enable_shared_from_this<Worker::Pollers> {
 public:
  Pollers(std::shared_ptr<Setting> setting, std::shared_ptr<WorkflowTasks> workflows,
          std::shared_ptr<ActivityTasks> activities)
      : shared_setting_(std::move(setting)),
        setting_(*shared_setting_),
        workflows_(std::move(workflows)),
        activities_(std::move(activities)) {}

  // The answer to the worker's question for its namespace. It may come after the worker has
  // stopped and gone, with its setting.
  void described(const Status& status, const service::Reply<Rpc::DescribeNamespace>& reply) {
    const std::lock_guard lock(starting_);
    if (stopping_) return;
    if (!status.ok()) {
      setting_.log(wf::LogLevel::Warn,
                   "namespace '" + setting_.options.space + "': " + status.text());
    }
    const auto limit = reply.namespace_info().limits().blob_size_limit_error();
    if (limit > 0) setting_.blob_bytes = limit;
    setting_.ends_polls = reply.namespace_info().capabilities().worker_poll_complete_on_shutdown();
    start();
  }

  // A poll that waits holds a slot for what it may bring.
  int at_work() {
    const std::lock_guard lock(starting_);
    int count = workflows_->slots().used() + activities_->slots().used();
    each([&](auto& poller) { count -= poller.waiting(); });
    return std::max(count, 0);
  }

  void stop(std::function<void()> stopped) {
    {
      const std::lock_guard lock(starting_);
      stopping_ = true;
    }
    stopped_ = std::move(stopped);
    workflows_->stopping();
    each([](auto& poller) { poller.stop(); });
    service::Request<Rpc::ShutdownWorker> request;
    request.set_namespace_(setting_.options.space);
    request.set_identity(setting_.options.identity);
    request.set_sticky_task_queue(setting_.sticky_queue);
    request.set_worker_instance_key(setting_.instance);
    request.set_task_queue(setting_.options.queue);
    if (normal_) request.add_task_queue_types(api::enums::v1::TASK_QUEUE_TYPE_WORKFLOW);
    if (activity_) request.add_task_queue_types(api::enums::v1::TASK_QUEUE_TYPE_ACTIVITY);
    request.set_reason("the worker stops");
    service::call<Rpc::ShutdownWorker>(
        setting_.service, std::move(request), service::kCallTimeout,
        [self = shared_from_this()](const Status&, const auto&) {
          // A poll that is given up loses the task that is on its way to it. Some services end
          // them themselves.
          self->setting_.executor.after(
              self->setting_.ends_polls ? Duration(service::kPollTimeout) : kPollGrace,
              [self] { self->each([](auto& poller) { poller.cancel(); }); });
          self->setting_.executor.after(self->setting_.options.grace, [self] {
            self->activities_->cancel_all();
            self->workflows_->give_up_locals();
          });
          self->setting_.executor.post([self] { self->wait_for_quiet(); });
        });
  }

 private:
  using WorkflowPoller = Poller<Rpc::PollWorkflowTaskQueue>;

  void start() {
    const auto& options = setting_.options;
    const bool sticky = options.cached_runs > 0;
    const int fresh = sticky ? std::max(1, options.workflow_pollers / 5) : options.workflow_pollers;
    if (!setting_.registered.workflows.empty()) {
      normal_ = workflow_poller(false, fresh);
      // New runs need a slot that no poll for runs in the cache holds.
      if (sticky) {
        sticky_ = workflow_poller(
            true, std::clamp(options.workflow_pollers - fresh, 1, options.workflow_slots - 1));
      }
      workflows_->slots().on_release([self = weak_from_this()] {
        if (const auto pollers = self.lock()) pollers->pump_workflows();
      });
    }
    if (!setting_.registered.activities.empty()) {
      service::Request<Rpc::PollActivityTaskQueue> request;
      request.set_namespace_(options.space);
      request.set_identity(options.identity);
      request.set_worker_instance_key(setting_.instance);
      request.mutable_task_queue()->set_name(options.queue);
      request.mutable_task_queue()->set_kind(api::enums::v1::TASK_QUEUE_KIND_NORMAL);
      activity_ = std::make_shared<Poller<Rpc::PollActivityTaskQueue>>(
          setting_.service, setting_.executor, std::move(request), options.activity_pollers,
          activities_->slots(),
          [activities = activities_](ActivityTasks::Task task) {
            activities->take(std::move(task));
          },
          [this](const Status& status, bool task) {
            heard("temporal_activity_poll_succeed", "temporal_activity_poll_no_task", status, task);
          },
          options.seed + 3);
      activities_->slots().on_release([self = weak_from_this()] {
        if (const auto pollers = self.lock()) {
          pollers->activity_->pump();
          pollers->gauge("ActivityWorker", pollers->activities_->slots());
        }
      });
    }
    setting_.count("temporal_worker_start");
    pump_workflows();
    if (activity_) activity_->pump();
  }

  std::shared_ptr<WorkflowPoller> workflow_poller(bool sticky, int most) {
    const auto& options = setting_.options;
    service::Request<Rpc::PollWorkflowTaskQueue> request;
    request.set_namespace_(options.space);
    request.set_identity(options.identity);
    request.set_worker_instance_key(setting_.instance);
    auto& queue = *request.mutable_task_queue();
    queue.set_name(sticky ? setting_.sticky_queue : options.queue);
    queue.set_kind(sticky ? api::enums::v1::TASK_QUEUE_KIND_STICKY
                          : api::enums::v1::TASK_QUEUE_KIND_NORMAL);
    if (sticky) queue.set_normal_name(options.queue);
    return std::make_shared<WorkflowPoller>(
        setting_.service, setting_.executor, std::move(request), most, workflows_->slots(),
        [workflows = workflows_](WorkflowTaskReply task) { workflows->take(std::move(task)); },
        [this](const Status& status, bool task) {
          heard("temporal_workflow_task_queue_poll_succeed",
                "temporal_workflow_task_queue_poll_empty", status, task);
        },
        options.seed + (sticky ? 2 : 1));
  }

  void pump_workflows() {
    if (sticky_) sticky_->pump();
    if (normal_) normal_->pump();
    gauge("WorkflowWorker", workflows_->slots());
  }

  void gauge(const char* type, const Slots& slots) {
    if (!setting_.options.metrics) return;
    const Labels labels{{"worker_type", type}};
    setting_.gauge("temporal_worker_task_slots_available", labels, slots.free());
    setting_.gauge("temporal_worker_task_slots_used", labels, slots.used());
  }

  template <class F>
  void each(const F& f) {
    if (sticky_) f(*sticky_);
    if (normal_) f(*normal_);
    if (activity_) f(*activity_);
  }

  // Of a poll: `found` and `none` are the names of what is counted.
  void heard(const char* found, const char* none, const Status& status, bool task) {
    if (status.ok()) {
      setting_.count(task ? found : none);
    } else if (status.code != Code::Cancelled && status.code != Code::DeadlineExceeded) {
      setting_.log(wf::LogLevel::Warn, "poll of task queue '" + setting_.options.queue +
                                           "' in namespace '" + setting_.options.space +
                                           "': " + status.text());
    }
  }

  void wait_for_quiet() {
    int open = workflows_->slots().used() + activities_->slots().used();
    each([&](auto& poller) { open += poller.waiting(); });
    if (open == 0) {
      workflows_->clear();
      open = workflows_->letting_go();
    }
    if (open > 0) {
      setting_.executor.after(kQuietCheck, [self = shared_from_this()] { self->wait_for_quiet(); });
      return;
    }
    std::exchange(stopped_, nullptr)();
  }

  // Slots that are released tell of it when the worker may already have found that all is quiet,
  // and have gone.
  const std::shared_ptr<Setting> shared_setting_;
  Setting& setting_;
  const std::shared_ptr<WorkflowTasks> workflows_;
  const std::shared_ptr<ActivityTasks> activities_;
  std::shared_ptr<WorkflowPoller> normal_, sticky_;
  std::shared_ptr<Poller<Rpc::PollActivityTaskQueue>> activity_;
  std::function<void()> stopped_;
  std::mutex starting_;
  bool stopping_ = false;
};

Worker::Worker(service::Service& service, Executor& executor, Executor& activity_executor,
               WorkerOptions options)
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
  service::Request<Rpc::DescribeNamespace> request;
  request.set_namespace_(setting_->options.space);
  service::call_with_retry<Rpc::DescribeNamespace>(
      setting_->service, setting_->executor, std::move(request), service::Retry::normal(),
      [pollers = pollers_](const Status& status, const auto& reply) {
        pollers->described(status, reply);
      });
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
