// Requests as clients and workers make them: all for workflow "w" on task queue "q" in namespace
// "default", unless said otherwise.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "temporal/base/status.h"
#include "temporal/service/rpc.h"
#include "tests/temporal/embedded/commands.h"

namespace embedded_test {

using temporal::Code;
using temporal::Status;
using temporal::service::Reply;
using temporal::service::Request;
using temporal::service::Rpc;
using Task = temporal::api::workflowservice::v1::PollWorkflowTaskQueueResponse;
using ActivityTask = temporal::api::workflowservice::v1::PollActivityTaskQueueResponse;

// How a call has ended; of no interest where a test only sets the stage.
struct Ended : Status {
  Ended(Status status) : Status(std::move(status)) {}
};

inline Request<Rpc::StartWorkflowExecution> start_request(const std::string& id = "w") {
  Request<Rpc::StartWorkflowExecution> request;
  request.set_namespace_("default");
  request.set_workflow_id(id);
  request.mutable_workflow_type()->set_name("Work");
  request.mutable_task_queue()->set_name("q");
  request.set_identity("client");
  return request;
}

inline Request<Rpc::SignalWorkflowExecution> signal_request(const std::string& name,
                                                            const std::string& id) {
  Request<Rpc::SignalWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_workflow_execution()->set_workflow_id(id);
  request.set_signal_name(name);
  request.set_identity("client");
  return request;
}

inline Request<Rpc::RequestCancelWorkflowExecution> cancel_request(const std::string& id) {
  Request<Rpc::RequestCancelWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_workflow_execution()->set_workflow_id(id);
  request.set_identity("client");
  request.set_reason("stop it");
  return request;
}

inline Request<Rpc::TerminateWorkflowExecution> terminate_request(const std::string& id) {
  Request<Rpc::TerminateWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_workflow_execution()->set_workflow_id(id);
  request.set_reason("enough");
  request.set_identity("client");
  return request;
}

inline Request<Rpc::UpdateWorkflowExecution> update_request(const std::string& update_id,
                                                            const std::string& id) {
  Request<Rpc::UpdateWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_workflow_execution()->set_workflow_id(id);
  request.mutable_request()->mutable_meta()->set_update_id(update_id);
  request.mutable_request()->mutable_meta()->set_identity("client");
  request.mutable_request()->mutable_input()->set_name("change");
  request.mutable_wait_policy();
  return request;
}

inline Request<Rpc::QueryWorkflow> query_request(const std::string& id) {
  Request<Rpc::QueryWorkflow> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id(id);
  request.mutable_query()->set_query_type("state");
  return request;
}

inline Request<Rpc::GetWorkflowExecutionHistory> history_request(const std::string& id,
                                                                 const std::string& run_id) {
  Request<Rpc::GetWorkflowExecutionHistory> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id(id);
  request.mutable_execution()->set_run_id(run_id);
  return request;
}

// "q-sticky" is the sticky queue of a worker of "q".
inline Request<Rpc::PollWorkflowTaskQueue> poll_request(const std::string& queue) {
  Request<Rpc::PollWorkflowTaskQueue> request;
  request.set_namespace_("default");
  auto& wanted = *request.mutable_task_queue();
  wanted.set_name(queue);
  wanted.set_kind(temporal::api::enums::v1::TASK_QUEUE_KIND_NORMAL);
  if (queue == "q-sticky") {
    wanted.set_kind(temporal::api::enums::v1::TASK_QUEUE_KIND_STICKY);
    wanted.set_normal_name("q");
  }
  request.set_identity("worker");
  return request;
}

inline Request<Rpc::PollActivityTaskQueue> poll_activity_request(const std::string& queue) {
  Request<Rpc::PollActivityTaskQueue> request;
  request.set_namespace_("default");
  request.mutable_task_queue()->set_name(queue);
  request.set_identity("worker");
  return request;
}

inline Request<Rpc::RespondWorkflowTaskCompleted> completed(const Task& task,
                                                            std::vector<Command> commands = {}) {
  Request<Rpc::RespondWorkflowTaskCompleted> request;
  request.set_namespace_("default");
  request.set_task_token(task.task_token());
  request.set_identity("worker");
  for (Command& command : commands) *request.add_commands() = std::move(command);
  return request;
}

// The same, and the worker keeps the run: its next tasks go to "q-sticky".
inline Request<Rpc::RespondWorkflowTaskCompleted> kept(const Task& task,
                                                       std::vector<Command> commands = {}) {
  auto request = completed(task, std::move(commands));
  request.mutable_sticky_attributes()->mutable_worker_task_queue()->set_name("q-sticky");
  request.mutable_sticky_attributes()->mutable_schedule_to_start_timeout()->set_seconds(5);
  return request;
}

inline Request<Rpc::RespondWorkflowTaskFailed> failed(const Task& task) {
  Request<Rpc::RespondWorkflowTaskFailed> request;
  request.set_namespace_("default");
  request.set_task_token(task.task_token());
  request.set_identity("worker");
  request.mutable_failure()->set_message("a defect");
  request.set_cause(
      temporal::api::enums::v1::WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE);
  return request;
}

inline Request<Rpc::RespondActivityTaskCompleted> completed(const ActivityTask& task) {
  Request<Rpc::RespondActivityTaskCompleted> request;
  request.set_namespace_("default");
  request.set_task_token(task.task_token());
  request.set_identity("worker");
  request.mutable_result()->add_payloads()->set_data("1");
  return request;
}

inline Request<Rpc::RespondActivityTaskFailed> failed(const ActivityTask& task,
                                                      const std::string& type) {
  Request<Rpc::RespondActivityTaskFailed> request;
  request.set_namespace_("default");
  request.set_task_token(task.task_token());
  request.set_identity("worker");
  request.mutable_failure()->set_message("broken");
  request.mutable_failure()->mutable_application_failure_info()->set_type(type);
  return request;
}

}  // namespace embedded_test
