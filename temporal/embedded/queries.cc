#include "temporal/embedded/queries.h"

#include "temporal/embedded/answers.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/token.h"
#include "temporal/embedded/workflow_task.h"
#include "temporal/service/query_failed.h"

namespace temporal::embedded {

namespace {

using service::Rpc;
using namespace api::enums::v1;

void reply_with(Engine& engine, const CallPtr& call, QueryResultType type, const Payloads& answer,
                const std::string& error, const Failure::Proto& failure) {
  if (call->ended) return;
  if (type == QUERY_RESULT_TYPE_ANSWERED && answer.ByteSizeLong() > kMostBlobBytes) {
    return engine.end(call, invalid("Blob data size exceeds limit."));
  }
  if (type != QUERY_RESULT_TYPE_ANSWERED) {
    return engine.end(call, service::query_failed(error, failure));
  }
  *reply_of<Rpc::QueryWorkflow>(*call).mutable_query_result() = answer;
  engine.end(call, {});
}

// Out of where it waits, if no worker has taken it.
void leave_queue(Engine& engine, const DirectQuery& query) {
  TaskQueue* queue =
      engine.queues().find(query.run->namespace_name, query.queue, QueueKind::Workflow);
  if (!queue) return;
  std::erase_if(queue->queries, [&](const QueueTask& task) { return task.query.get() == &query; });
}

void send(Engine& engine, const std::shared_ptr<DirectQuery>& query, std::string queue) {
  query->queue = std::move(queue);
  offer(engine, query->queue, QueueKind::Workflow, {query->run, 0, 0, query});
}

void query_directly(Engine& engine, const RunPtr& run, const CallPtr& call) {
  auto query = std::make_shared<DirectQuery>();
  query->id = engine.new_id();
  query->run = run;
  query->call = call;
  query->query = request_of<Rpc::QueryWorkflow>(*call).query();
  engine.direct_queries()[query->id] = query;
  engine.hold(call, [&engine, id = query->id] {
    const auto found = engine.direct_queries().find(id);
    if (found == engine.direct_queries().end()) return;
    const auto query = found->second;
    engine.direct_queries().erase(found);
    engine.stop(query->sticky_timer);
    leave_queue(engine, *query);
  });
  if (run->sticky_queue.empty() || !has_worker(engine, run->namespace_name, run->sticky_queue)) {
    return send(engine, query, run->queue);
  }
  // The worker has this long not only to take it, but to answer.
  query->sticky_timer =
      engine.at(later(engine.now(), run->sticky_timeout), [&engine, id = query->id] {
        const auto found = engine.direct_queries().find(id);
        if (found == engine.direct_queries().end()) return;
        const auto query = found->second;
        query->sticky_timer = 0;
        leave_queue(engine, *query);
        clear_sticky(*query->run);
        send(engine, query, query->run->queue);
      });
  send(engine, query, run->sticky_queue);
}

}  // namespace

void answer_queries(Engine& engine, const RunPtr& run, const QueryResults& results) {
  std::vector<Query> rest;
  for (Query& query : std::exchange(run->queries, {})) {
    const auto result = results.find(query.id);
    if (result == results.end()) {
      rest.push_back(std::move(query));
    } else {
      reply_with(engine, query.call, result->second.result_type(), result->second.answer(),
                 result->second.error_message(), result->second.failure());
    }
  }
  run->queries = std::move(rest);
}

void redirect_queries(Engine& engine, const RunPtr& run) {
  for (const Query& query : std::exchange(run->queries, {})) {
    if (query.call->ended) continue;
    query.call->leave = nullptr;
    query_directly(engine, run, query.call);
  }
}

Answer answer(Engine& engine, const CallPtr& call,
              const api::workflowservice::v1::QueryWorkflowRequest& request,
              api::workflowservice::v1::QueryWorkflowResponse& reply) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  if (request.execution().workflow_id().empty()) {
    return invalid("WorkflowId is not set on request.");
  }
  if (!request.has_query()) return invalid("WorkflowQuery is not set on request.");
  if (request.query().query_type().empty()) return invalid("QueryType is not set on request.");
  const auto found = engine.find(request.namespace_(), request.execution());
  if (!found.ok()) return found.status();
  const RunPtr run = *found;
  if (!run->running()) {
    const QueryRejectCondition reject = request.query_reject_condition();
    if (reject == QUERY_REJECT_CONDITION_NOT_OPEN ||
        (reject == QUERY_REJECT_CONDITION_NOT_COMPLETED_CLEANLY &&
         run->status != WORKFLOW_EXECUTION_STATUS_COMPLETED)) {
      reply.mutable_query_rejected()->set_status(run->status);
      return done();
    }
    if (run->previous_started_id == 0) {
      return Status{Code::FailedPrecondition,
                    "Workflow execution closed before WorkflowTaskStarted event"};
    }
  } else if (!run->task_pending() && run->previous_started_id == 0 &&
             run->execution_at > call->deadline) {
    return Status{Code::FailedPrecondition, "Workflow task is not scheduled yet."};
  }
  if (run->task.attempt >= kFailingTaskAttempts) {
    return Status{Code::FailedPrecondition,
                  "Unable to query workflow due to Workflow Task in failed state."};
  }
  if (run->previous_started_id != 0 && (!run->running() || !run->task_pending())) {
    query_directly(engine, run, call);
    return std::nullopt;
  }
  if (run->queries.size() >= kMostBufferedQueries) {
    return Status{Code::ResourceExhausted,
                  "consistent query buffer is full, this may be caused by too many queries and "
                  "workflow not able to process query fast enough"};
  }
  run->queries.push_back({engine.new_id(), request.query(), call});
  engine.hold(call, [run, gone = std::weak_ptr(call)] {
    std::erase_if(run->queries, [one = gone.lock()](const Query& q) { return q.call == one; });
  });
  return std::nullopt;
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::RespondQueryTaskCompletedRequest& request,
              api::workflowservice::v1::RespondQueryTaskCompletedResponse&) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  const auto token = Token::read(request.task_token(), "query");
  if (!token) return invalid("Error deserializing task token.");
  const auto found = engine.direct_queries().find(token->text(0));
  if (found == engine.direct_queries().end()) {
    return not_found("query task not found, or already expired");
  }
  const CallPtr call = found->second->call;
  reply_with(engine, call, request.completed_type(), request.query_result(),
             request.error_message(), request.failure());
  return done();
}

}  // namespace temporal::embedded
