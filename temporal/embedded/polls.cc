// Polls of workers, and what they say of their queues.
#include "temporal/data/duration.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

namespace {

Status check_poll(Engine& engine, const std::string& namespace_name, const std::string& queue) {
  if (Status bad = check_namespace(engine, namespace_name); !bad.ok()) return bad;
  if (queue.empty()) return invalid("TaskQueue is not set on request.");
  if (queue.size() > kMostIdBytes) return invalid("taskQueue length exceeds limit");
  return {};
}

}  // namespace

Answer answer(Engine& engine, const CallPtr& call,
              const api::workflowservice::v1::PollWorkflowTaskQueueRequest& request,
              api::workflowservice::v1::PollWorkflowTaskQueueResponse&) {
  const std::string& queue = request.task_queue().name();
  if (Status bad = check_poll(engine, request.namespace_(), queue); !bad.ok()) return bad;
  if (engine.queues().is_gone(request.worker_instance_key())) return done();
  return take(engine, call, request.namespace_(), queue, QueueKind::Workflow, request.identity());
}

Answer answer(Engine& engine, const CallPtr& call,
              const api::workflowservice::v1::PollActivityTaskQueueRequest& request,
              api::workflowservice::v1::PollActivityTaskQueueResponse&) {
  const std::string& queue = request.task_queue().name();
  if (Status bad = check_poll(engine, request.namespace_(), queue); !bad.ok()) return bad;
  if (engine.queues().is_gone(request.worker_instance_key())) return done();
  return take(engine, call, request.namespace_(), queue, QueueKind::Activity, request.identity());
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::DescribeTaskQueueRequest& request,
              api::workflowservice::v1::DescribeTaskQueueResponse& reply) {
  const std::string& queue = request.task_queue().name();
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  if (queue.empty()) return invalid("missing task queue name");
  const bool activities = request.task_queue_type() == api::enums::v1::TASK_QUEUE_TYPE_ACTIVITY;
  TaskQueue* found = engine.queues().find(request.namespace_(), queue,
                                          activities ? QueueKind::Activity : QueueKind::Workflow);
  if (!found) return done();
  if (request.report_stats()) {
    reply.mutable_stats()->set_approximate_backlog_count(static_cast<int64_t>(found->tasks.size()));
  }
  std::erase_if(found->pollers,
                [&](const auto& one) { return engine.now() - one.second > kPollerKept; });
  for (const auto& [identity, last] : found->pollers) {
    auto& poller = *reply.add_pollers();
    poller.set_identity(identity);
    *poller.mutable_last_access_time() = to_proto(last);
  }
  return done();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::ResetStickyTaskQueueRequest& request,
              api::workflowservice::v1::ResetStickyTaskQueueResponse&) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  const auto run = engine.find(request.namespace_(), request.execution());
  if (!run.ok()) return run.status();
  if (!(*run)->running()) return not_found("workflow execution already completed");
  clear_sticky(**run);
  return done();
}

namespace {

template <class Request>
void end_polls(Engine& engine, TaskQueue* queue, const std::string& worker) {
  if (!queue) return;
  const std::deque<CallPtr> polls = queue->polls;
  for (const CallPtr& poll : polls) {
    const auto& request = *static_cast<const Request*>(poll->request);
    if (request.worker_instance_key() == worker) engine.end(poll, {});
  }
}

}  // namespace

// The sticky queue is unloaded: its polls end, and what comes next goes to the normal queues.
Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::ShutdownWorkerRequest& request,
              api::workflowservice::v1::ShutdownWorkerResponse&) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  if (engine.options().end_polls()) {
    using api::workflowservice::v1::PollActivityTaskQueueRequest;
    using api::workflowservice::v1::PollWorkflowTaskQueueRequest;
    auto queue = [&](QueueKind kind) {
      return engine.queues().find(request.namespace_(), request.task_queue(), kind);
    };
    const std::string& worker = request.worker_instance_key();
    end_polls<PollWorkflowTaskQueueRequest>(engine, queue(QueueKind::Workflow), worker);
    end_polls<PollActivityTaskQueueRequest>(engine, queue(QueueKind::Activity), worker);
    engine.queues().note_gone(worker);  // its polls that are on their way end, too
  }
  if (request.sticky_task_queue().empty()) return done();
  TaskQueue* queue =
      engine.queues().find(request.namespace_(), request.sticky_task_queue(), QueueKind::Workflow);
  if (!queue) return done();
  while (!queue->polls.empty()) engine.end(CallPtr(queue->polls.front()), {});
  queue->last_poll.reset();
  return done();
}

}  // namespace temporal::embedded
