#include "temporal/worker/pollers.h"

#include <algorithm>

namespace temporal::worker {

using service::Rpc;

namespace {

constexpr Duration kQuietCheck = std::chrono::milliseconds(20);
// How long a service that ends the polls of a stopping worker may take, before they are given up.
constexpr Duration kPollGrace = std::chrono::seconds(1);
// The same complaint is not repeated for so long: all polls of a service that is away have it.
constexpr Duration kComplainAgain = std::chrono::minutes(1);

}  // namespace

Pollers::Pollers(std::shared_ptr<Setting> setting, std::shared_ptr<WorkflowTasks> workflows,
                 std::shared_ptr<ActivityTasks> activities)
    : shared_setting_(std::move(setting)),
      setting_(*shared_setting_),
      workflows_(std::move(workflows)),
      activities_(std::move(activities)) {}

void Pollers::start() {
  ask(service::Retry::once(), /*again=*/false);
}

void Pollers::ask(service::Retry retry, bool again) {
  service::Request<Rpc::DescribeNamespace> request;
  request.set_namespace_(setting_.options.space);
  service::call_with_retry<Rpc::DescribeNamespace>(
      setting_.service, setting_.executor, std::move(request), retry,
      [self = shared_from_this(), again](const Status& status, const Namespace& reply) {
        self->described(status, reply, again);
      });
}

void Pollers::described(const Status& status, const Namespace& reply, bool again) {
  const std::lock_guard lock(starting_);
  if (stopping_) return;
  if (!status.ok()) {
    complain("namespace '" + setting_.options.space + "': " + status.text());
    if (!again) {
      ask(service::Retry::normal(), /*again=*/true);
      return;
    }
  }
  const auto limit = reply.namespace_info().limits().blob_size_limit_error();
  if (limit > 0) setting_.blob_bytes = limit;
  setting_.ends_polls = reply.namespace_info().capabilities().worker_poll_complete_on_shutdown();
  poll();
}

void Pollers::poll() {
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
    // Slots may be released when the worker has found that all is quiet, and has gone.
    workflows_->slots().on_release([self = weak_from_this()] {
      if (const auto pollers = self.lock()) pollers->pump_workflows();
    });
  }
  if (!setting_.registered.activities.empty()) {
    activity_ = activity_poller();
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

std::shared_ptr<Pollers::WorkflowPoller> Pollers::workflow_poller(bool sticky, int most) {
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

std::shared_ptr<Pollers::ActivityPoller> Pollers::activity_poller() {
  const auto& options = setting_.options;
  service::Request<Rpc::PollActivityTaskQueue> request;
  request.set_namespace_(options.space);
  request.set_identity(options.identity);
  request.set_worker_instance_key(setting_.instance);
  request.mutable_task_queue()->set_name(options.queue);
  request.mutable_task_queue()->set_kind(api::enums::v1::TASK_QUEUE_KIND_NORMAL);
  return std::make_shared<ActivityPoller>(
      setting_.service, setting_.executor, std::move(request), options.activity_pollers,
      activities_->slots(),
      [activities = activities_](ActivityTasks::Task task) { activities->take(std::move(task)); },
      [this](const Status& status, bool task) {
        heard("temporal_activity_poll_succeed", "temporal_activity_poll_no_task", status, task);
      },
      options.seed + 3);
}

void Pollers::pump_workflows() {
  if (sticky_) sticky_->pump();
  if (normal_) normal_->pump();
  gauge("WorkflowWorker", workflows_->slots());
}

void Pollers::gauge(const char* type, const Slots& slots) {
  if (!setting_.options.metrics) return;
  const Labels labels{{"worker_type", type}};
  setting_.gauge("temporal_worker_task_slots_available", labels, slots.free());
  setting_.gauge("temporal_worker_task_slots_used", labels, slots.used());
}

// Of a poll: `found` and `none` are the names of what is counted.
void Pollers::heard(const char* found, const char* none, const Status& status, bool task) {
  if (status.ok()) {
    setting_.count(task ? found : none);
    const std::lock_guard lock(complaining_);
    complaints_.clear();
  } else if (status.code != Code::Cancelled && status.code != Code::DeadlineExceeded) {
    complain("poll of task queue '" + setting_.options.queue + "' in namespace '" +
             setting_.options.space + "': " + status.text());
  }
}

void Pollers::complain(const std::string& text) {
  {
    const std::lock_guard lock(complaining_);
    const TimePoint now = setting_.executor.now();
    std::erase_if(complaints_, [&](const auto& one) { return now - one.second >= kComplainAgain; });
    if (!complaints_.emplace(text, now).second) return;
  }
  setting_.log(wf::LogLevel::Warn, text);
}

int Pollers::at_work() {
  const std::lock_guard lock(starting_);
  int count = workflows_->slots().used() + activities_->slots().used();
  each([&](auto& poller) { count -= poller.waiting(); });
  return std::max(count, 0);
}

void Pollers::stop(std::function<void()> stopped) {
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

void Pollers::wait_for_quiet() {
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

}  // namespace temporal::worker
