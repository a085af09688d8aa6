// The history that a workflow task needs: what came with it, further pages, or all from the start.
#include "temporal/data/duration.h"
#include "temporal/service/retry.h"
#include "temporal/worker/workflow_tasks.h"

namespace temporal::worker {

using service::Rpc;

// False: the task has failed.
bool WorkflowTasks::decoded(const RunPtr& run, google::protobuf::Message& message) {
  try {
    decode_payloads(setting_.options.codec.get(), message);
    return true;
  } catch (const PayloadError& e) {
    fail(run, {api::enums::v1::WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
               Failure(e.what(), "PayloadError")});
    return false;
  }
}

void WorkflowTasks::prepare(const RunPtr& run) {
  if (!decoded(run, run->task)) return;
  setting_.time("temporal_workflow_task_schedule_to_start_latency", {},
                from_proto(run->task.started_time()) - from_proto(run->task.scheduled_time()));
  const auto& events = run->task.history().events();
  const std::int64_t first = events.empty() ? 0 : events.Get(0).event_id();
  if (run->run && first != 0 && first != run->run->next_event_id()) evict(run);
  if (run->run) {
    setting_.count("temporal_sticky_cache_hit");
  } else {
    if (first != 1) setting_.count("temporal_sticky_cache_miss");
    if (first != 1) {
      // Partial: a cached run was expected here. The events that came are the end of the history;
      // those of a task that is not in the database come only with the task.
      fetch(run, "", first);
      return;
    }
    if (!make_run(run)) return;
  }
  auto page = std::make_shared<replay::HistoryProto>();
  page->Swap(run->task.mutable_history());
  fetched(run, Status{}, std::move(page), run->task.next_page_token(), 0);
}

bool WorkflowTasks::make_run(const RunPtr& run) {
  const std::string& name = run->task.workflow_type().name();
  const auto type = setting_.registered.workflows.find(name);
  if (type == setting_.registered.workflows.end()) {
    fail(run, {api::enums::v1::WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
               Failure("workflow type '" + name + "' is not known to the worker " +
                           setting_.options.identity + " of task queue '" + setting_.options.queue +
                           "', which has " + names_of(setting_.registered.workflows),
                       "NotFoundError")});
    return false;
  }
  replay::RunSettings settings;
  settings.space = setting_.options.space;
  settings.workflow_id = run->task.workflow_execution().workflow_id();
  settings.run_id = run->run_id;
  settings.log = [this, who = name_of(run->task)](wf::LogLevel level, std::string_view message) {
    setting_.log(level, who + ": " + std::string(message));
  };
  run->run = std::make_unique<replay::Run>(type->second, std::move(settings));
  return true;
}

// `before`: the first event that came with the task, 0 if it is not a partial history.
void WorkflowTasks::fetch(const RunPtr& run, std::string token, std::int64_t before) {
  service::Request<Rpc::GetWorkflowExecutionHistory> request;
  request.set_namespace_(setting_.options.space);
  *request.mutable_execution() = run->task.workflow_execution();
  request.set_next_page_token(std::move(token));
  service::call_with_retry<Rpc::GetWorkflowExecutionHistory>(
      setting_.service, setting_.executor, std::move(request), service::Retry::normal(),
      [self = shared_from_this(), run, before](
          const Status& status, service::Reply<Rpc::GetWorkflowExecutionHistory> reply) {
        auto page = std::make_shared<replay::HistoryProto>();
        page->Swap(reply.mutable_history());
        run->strand->post([self, run, status, page = std::move(page),
                           token = reply.next_page_token(), before]() mutable {
          if (self->decoded(run, *page)) {
            self->fetched(run, status, std::move(page), std::move(token), before);
          }
        });
      });
}

void WorkflowTasks::fetched(const RunPtr& run, const Status& status,
                            std::shared_ptr<replay::HistoryProto> page, std::string token,
                            std::int64_t before) {
  if (!status.ok()) {
    // Not a failure of the workflow: the task times out and comes again.
    setting_.log(wf::LogLevel::Warn,
                 name_of(run->task) + ": its history could not be read: " + status.text());
    evict(run);
    finish(run);
    return;
  }
  if (!run->run && !make_run(run)) return;
  bool more = !token.empty();
  if (before != 0) {
    // The task's own events take the place of those that are stored.
    auto& events = *page->mutable_events();
    while (!events.empty() && events.Get(events.size() - 1).event_id() >= before) {
      events.RemoveLast();
      more = false;
    }
    if (!more) {
      run->run->add(std::move(page), /*more=*/true);
      page = std::make_shared<replay::HistoryProto>();
      page->Swap(run->task.mutable_history());
      token = run->task.next_page_token();
      more = !token.empty();
      before = 0;
    }
  }
  if (page->events().empty() && more) {  // a token may point to an empty page
    fetch(run, std::move(token), before);
    return;
  }
  run->run->add(std::move(page), more);
  if (more) {
    if (!advance(run)) return;
    if (run->run->problem()) {
      fail(run, *run->run->problem());
      return;
    }
    fetch(run, std::move(token), before);
    return;
  }
  activate(run);
}

}  // namespace temporal::worker
