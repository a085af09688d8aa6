// What a worker gets when it polls for a workflow task, and when it asks for the next one at once.
#include "temporal/data/duration.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/change.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/history_page.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/token.h"
#include "temporal/embedded/updates.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;
using PollReply = api::workflowservice::v1::PollWorkflowTaskQueueResponse;

void fill_execution(const Run& run, PollReply& reply) {
  reply.mutable_workflow_execution()->set_workflow_id(run.workflow_id);
  reply.mutable_workflow_execution()->set_run_id(run.run_id);
  reply.mutable_workflow_type()->set_name(run.type);
  reply.mutable_workflow_execution_task_queue()->set_name(run.queue);
  reply.mutable_workflow_execution_task_queue()->set_kind(TASK_QUEUE_KIND_NORMAL);
  reply.set_previous_started_event_id(run.previous_started_id);
}

// The events of a task that is not in the history.
std::string unwritten_events(const Run& run) {
  if (run.task.scheduled_id < run.history.next_id()) return {};
  api::history::v1::History suffix;
  HistoryEvent& scheduled = *suffix.add_events();
  scheduled.set_event_id(run.task.scheduled_id);
  scheduled.set_event_type(EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
  *scheduled.mutable_event_time() = to_proto(run.task.scheduled_at);
  auto& first = *scheduled.mutable_workflow_task_scheduled_event_attributes();
  *first.mutable_task_queue() = current_queue(run);
  *first.mutable_start_to_close_timeout() = to_proto(run.task.timeout);
  first.set_attempt(run.task.attempt);
  HistoryEvent& started = *suffix.add_events();
  started.set_event_id(run.task.started_id);
  started.set_event_type(EVENT_TYPE_WORKFLOW_TASK_STARTED);
  *started.mutable_event_time() = to_proto(run.task.started_at);
  auto& second = *started.mutable_workflow_task_started_event_attributes();
  second.set_scheduled_event_id(run.task.scheduled_id);
  second.set_identity(run.task.identity);
  second.set_request_id(run.task.request_id);
  second.set_suggest_continue_as_new(run.task.suggest_continue_as_new);
  second.set_history_size_bytes(run.task.history_bytes);
  return suffix.SerializeAsString();
}

}  // namespace

void fill_task(Run& run, bool sticky, bool heartbeat, PollReply& reply) {
  fill_execution(run, reply);
  const WorkflowTask& task = run.task;
  reply.set_task_token(Token("workflow-task")
                           .add(run.run_id)
                           .add(task.scheduled_id)
                           .add(task.started_id)
                           .add(task.attempt)
                           .add(task.started_at.time_since_epoch().count())
                           .bytes());
  reply.set_started_event_id(task.started_id);
  reply.set_attempt(task.attempt);
  *reply.mutable_scheduled_time() = to_proto(task.scheduled_at);
  *reply.mutable_started_time() = to_proto(task.started_at);
  for (const Query& query : run.queries) (*reply.mutable_queries())[query.id] = query.query;
  send_updates(run, !heartbeat, task.started_id, *reply.mutable_messages());
  HistoryPage page{run.run_id,
                   sticky ? run.previous_started_id + 1 : 1,
                   run.history.next_id(),
                   run.running(),
                   true,
                   false,
                   unwritten_events(run)};
  reply.set_next_page_token(page.read(run, kPageEvents, *reply.mutable_history()));
}

bool deliver_task(Engine& engine, const RunPtr& run, std::int64_t scheduled_id,
                  const CallPtr& poll) {
  if (!run->running() || run->task.scheduled_id != scheduled_id || run->task_started()) {
    return false;
  }
  const auto& request = request_of<service::Rpc::PollWorkflowTaskQueue>(*poll);
  const std::string& queue = request.task_queue().name();
  if (run->sticky_queue.empty() && request.task_queue().kind() == TASK_QUEUE_KIND_STICKY) {
    return false;  // the run has moved to its normal queue
  }
  if (run->task.type == TaskType::Speculative && !has_outgoing_updates(*run, true)) return false;
  if (run->sticky_queue != queue) clear_sticky(*run);  // its worker is gone
  const HistoryStore::Mark mark = run->history.mark();
  const WorkflowTask before = run->task;
  start_task(engine, run, engine.new_id(), request.task_queue(), request.identity());
  if (const char* limit = beyond_limit(*run)) {
    engine.stop(run->task_timer);
    run->history.back_to(mark);
    run->task = before;
    terminate_run(engine, *run, limit, nullptr, kHistoryIdentity);
    commit(engine, run);
    return false;
  }
  // A speculative task is not a change: nothing is written as long as nothing comes between.
  if (run->task.type != TaskType::Speculative) commit(engine, run);
  fill_task(*run, !run->sticky_queue.empty(), false,
            reply_of<service::Rpc::PollWorkflowTaskQueue>(*poll));
  return true;
}

bool deliver_query(const std::shared_ptr<DirectQuery>& query, const CallPtr& poll) {
  if (query->call->ended) return false;
  Run& run = *query->run;
  auto& reply = reply_of<service::Rpc::PollWorkflowTaskQueue>(*poll);
  const auto& request = request_of<service::Rpc::PollWorkflowTaskQueue>(*poll);
  fill_execution(run, reply);
  reply.set_task_token(Token("query").add(query->id).bytes());
  reply.set_attempt(1);
  *reply.mutable_query() = query->query;
  if (request.task_queue().name() == run.sticky_queue) {
    reply.mutable_history();  // the worker has the run
    return true;
  }
  HistoryPage page{run.run_id, 1, run.history.next_id(), run.running(), true, false, ""};
  reply.set_next_page_token(page.read(run, kPageEvents, *reply.mutable_history()));
  return true;
}

}  // namespace temporal::embedded
