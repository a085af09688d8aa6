#include "temporal/worker/activity_tasks.h"

#include <vector>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/data/duration.h"
#include "temporal/service/retry.h"
#include "temporal/worker/remote_activity.h"

namespace temporal::worker {

using service::Rpc;

namespace {

ActivityInfo info_of(const ActivityTasks::Task& task, const Setting& setting) {
  ActivityInfo info;
  info.type = task.activity_type().name();
  info.id = task.activity_id();
  info.workflow_type = task.workflow_type().name();
  info.workflow_id = task.workflow_execution().workflow_id();
  info.run_id = task.workflow_execution().run_id();
  info.space = task.workflow_namespace();
  info.task_queue = setting.options.queue;
  info.task_token = task.task_token();
  info.attempt = std::max(1, task.attempt());
  info.scheduled = from_proto(task.current_attempt_scheduled_time());
  info.started = from_proto(task.started_time());
  info.start_to_close = from_proto(task.start_to_close_timeout());
  info.schedule_to_close = from_proto(task.schedule_to_close_timeout());
  info.heartbeat = from_proto(task.heartbeat_timeout());
  info.last_heartbeat = task.heartbeat_details();
  return info;
}

}  // namespace

void ActivityTasks::take(Task task) {
  setting_.activity_executor.post([self = shared_from_this(), task = std::move(task)]() mutable {
    try {
      decode_payloads(self->setting_.options.codec.get(), task);
    } catch (const PayloadError& e) {
      const auto activity =
          std::make_shared<RemoteActivity>(self->setting_, info_of(task, self->setting_));
      self->answer(activity, task, Failure(e.what(), "PayloadError"));
      return;
    }
    const auto activity =
        std::make_shared<RemoteActivity>(self->setting_, info_of(task, self->setting_));
    {
      const std::lock_guard lock(self->mutex_);
      self->at_work_[activity->info().task_token] = activity;
      if (self->canceled_) activity->cancel();
    }
    self->run(activity, task);
  });
}

void ActivityTasks::run(const std::shared_ptr<RemoteActivity>& activity, const Task& task) {
  const ActivityInfo& info = activity->info();
  const auto function = setting_.registered.activities.find(info.type);
  if (function == setting_.registered.activities.end()) {
    setting_.count("temporal_unregistered_activity_invocation", {{"activity_type", info.type}});
    answer(activity, task,
           Failure("activity type '" + info.type + "' is not known to the worker " +
                       setting_.options.identity + " of task queue '" + setting_.options.queue +
                       "', which has " + names_of(setting_.registered.activities),
                   "NotFoundError"));
    return;
  }
  const Labels labels{{"activity_type", info.type}};
  const TimePoint begun = setting_.executor.now();
  setting_.time("temporal_activity_schedule_to_start_latency", labels,
                info.started - info.scheduled);
  Outcome<Payloads> outcome = run_activity(function->second, *activity, task.input());
  setting_.time("temporal_activity_execution_latency", labels, setting_.executor.now() - begun);
  if (!outcome.ok()) setting_.count("temporal_activity_execution_failed", labels);
  if (activity->later() && outcome.ok()) {
    activity->finish([self = shared_from_this(), activity] { self->answered(activity, {}); });
    return;
  }
  activity->finish([self = shared_from_this(), activity, task, outcome] {
    self->answer(activity, task, outcome);
  });
}

void ActivityTasks::answer(const std::shared_ptr<RemoteActivity>& activity, const Task& task,
                           Outcome<Payloads> outcome) {
  const auto fill = [&](auto& request) {
    request.set_task_token(task.task_token());
    request.set_namespace_(setting_.options.space);
    request.set_identity(setting_.options.identity);
  };
  const auto call = [&]<Rpc rpc>(service::Request<rpc> request) {
    service::call_with_retry<rpc>(
        setting_.service, setting_.executor, std::move(request), service::Retry::normal(),
        [self = shared_from_this(), activity](const Status& status, const auto&) {
          self->answered(activity, status);
        });
  };
  const auto send = [&]<Rpc rpc>(service::Request<rpc> request) {
    try {
      encode_payloads(setting_.options.codec.get(), request);
    } catch (const PayloadError& e) {
      // What is not encoded stays here.
      const std::string what = std::string("the codec could not encode the answer: ") + e.what();
      setting_.log(wf::LogLevel::Error, "activity " + task.activity_type().name() + " (" +
                                            task.activity_id() + " of workflow " +
                                            task.workflow_execution().workflow_id() + "): " + what);
      service::Request<Rpc::RespondActivityTaskFailed> failed;
      fill(failed);
      *failed.mutable_failure() = Failure(what, "PayloadError").proto();
      call.template operator()<Rpc::RespondActivityTaskFailed>(std::move(failed));
      return;
    }
    if constexpr (rpc == Rpc::RespondActivityTaskCompleted) {
      const auto size = static_cast<std::int64_t>(request.result().ByteSizeLong());
      if (size > setting_.blob_bytes) {
        service::Request<Rpc::RespondActivityTaskFailed> failed;
        fill(failed);
        *failed.mutable_failure() =
            Failure("[TMPRL1103] the result of activity " + task.activity_type().name() + " has " +
                        std::to_string(size) + " bytes, the service takes " +
                        std::to_string(setting_.blob_bytes) +
                        "; keep it elsewhere and return a reference",
                    "PayloadTooLarge")
                .non_retryable()
                .proto();
        call.template operator()<Rpc::RespondActivityTaskFailed>(std::move(failed));
        return;
      }
    }
    call.template operator()<rpc>(std::move(request));
  };
  if (outcome.ok()) {
    service::Request<Rpc::RespondActivityTaskCompleted> request;
    fill(request);
    *request.mutable_result() = std::move(outcome.value());
    send.template operator()<Rpc::RespondActivityTaskCompleted>(std::move(request));
    return;
  }
  if (outcome.failure().is_canceled() && activity->canceled() && !activity->asked()) {
    // The service takes no cancellation that it has not asked for. Another worker may try.
    outcome = Failure("the worker stopped before the activity had ended", "WorkerShutdown")
                  .caused_by(outcome.failure());
  }
  if (outcome.failure().is_canceled() && activity->asked()) {
    service::Request<Rpc::RespondActivityTaskCanceled> request;
    fill(request);
    if (outcome.failure().proto().has_canceled_failure_info()) {
      *request.mutable_details() = outcome.failure().proto().canceled_failure_info().details();
    }
    send.template operator()<Rpc::RespondActivityTaskCanceled>(std::move(request));
    return;
  }
  service::Request<Rpc::RespondActivityTaskFailed> request;
  fill(request);
  *request.mutable_failure() = outcome.failure().proto();
  send.template operator()<Rpc::RespondActivityTaskFailed>(std::move(request));
}

void ActivityTasks::answered(const std::shared_ptr<RemoteActivity>& activity,
                             const Status& status) {
  // NotFound: it has timed out, or its workflow has ended; there is nobody to tell.
  if (!status.ok() && status.code != Code::NotFound) {
    setting_.log(wf::LogLevel::Warn, "activity " + activity->info().type + " (" +
                                         activity->info().id + " of workflow " +
                                         activity->info().workflow_id +
                                         "): the answer did not arrive: " + status.text());
  }
  {
    const std::lock_guard lock(mutex_);
    at_work_.erase(activity->info().task_token);
  }
  slots_.release();
}

void ActivityTasks::cancel_all() {
  const std::lock_guard lock(mutex_);
  canceled_ = true;
  for (const auto& [token, activity] : at_work_) activity->cancel();
}

}  // namespace temporal::worker
