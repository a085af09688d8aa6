// What is answered to a workflow task that has failed.
#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/service/retry.h"
#include "temporal/worker/workflow_tasks.h"

namespace temporal::worker {

using service::Rpc;
using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

Failure not_encoded() {
  return Failure("the codec could not encode the failure; the worker's log has more",
                 "PayloadError");
}

}  // namespace

// The workflow task, not the workflow: it is tried again, here or by another worker.
void WorkflowTasks::fail(const RunPtr& run, const replay::Problem& problem) {
  const bool nondeterminism = problem.cause == WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR;
  setting_.log(wf::LogLevel::Error,
               name_of(run->task) + ": the workflow task failed: " + problem.failure.text());
  setting_.count("temporal_workflow_task_execution_failed",
                 {{"failure_reason", nondeterminism ? "NonDeterminismError" : "WorkflowError"}});
  if (run->heartbeat != 0) setting_.executor.cancel(std::exchange(run->heartbeat, 0));
  if (run->task.has_query()) {
    send_query_answer(run->task.task_token(), problem.failure, [] {});
  } else {
    if (nondeterminism && setting_.options.nondeterminism_fails_workflow) {
      fail_workflow(AnswerTo(run->task), problem.failure);
    } else {
      send_failure(AnswerTo(run->task), problem);
    }
  }
  evict(run);
  finish(run);
}

void WorkflowTasks::fail_workflow(const AnswerTo& to, const Failure& failure) {
  service::Request<Rpc::RespondWorkflowTaskCompleted> request;
  request.set_task_token(to.token);
  request.set_namespace_(setting_.options.space);
  request.set_identity(setting_.options.identity);
  auto& command = *request.add_commands();
  command.set_command_type(COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION);
  *command.mutable_fail_workflow_execution_command_attributes()->mutable_failure() =
      failure.proto();
  if (!encoded(request)) {
    *command.mutable_fail_workflow_execution_command_attributes()->mutable_failure() =
        not_encoded().proto();
  }
  service::call_with_retry<Rpc::RespondWorkflowTaskCompleted>(
      setting_.service, setting_.executor, std::move(request), service::Retry::normal(),
      [](const Status&, const auto&) {});
}

// Only of a first attempt: the service drops the others, and makes the next wait for the timeout,
// so that a defect does not spin.
void WorkflowTasks::send_failure(const AnswerTo& to, const replay::Problem& problem) {
  if (to.attempt > 1) return;
  service::Request<Rpc::RespondWorkflowTaskFailed> request;
  request.set_task_token(to.token);
  request.set_namespace_(setting_.options.space);
  request.set_identity(setting_.options.identity);
  request.set_cause(problem.cause);
  *request.mutable_failure() = problem.failure.proto();
  if (!encoded(request)) *request.mutable_failure() = not_encoded().proto();
  service::call_with_retry<Rpc::RespondWorkflowTaskFailed>(
      setting_.service, setting_.executor, std::move(request), service::Retry::normal(),
      [](const Status&, const auto&) {});
}

}  // namespace temporal::worker
