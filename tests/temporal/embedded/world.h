// World: an embedded service on virtual time, with short words for the calls that tests make.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "temporal/base/virtual_executor.h"
#include "temporal/embedded/embedded_service.h"
#include "temporal/service/service.h"
#include "tests/temporal/embedded/history_text.h"

namespace embedded_test {

using namespace std::chrono_literals;
using temporal::Code;
using temporal::Status;
using temporal::service::Reply;
using temporal::service::Request;
using temporal::service::Rpc;
using Command = temporal::api::command::v1::Command;
using Task = temporal::api::workflowservice::v1::PollWorkflowTaskQueueResponse;
using ActivityTask = temporal::api::workflowservice::v1::PollActivityTaskQueueResponse;

// How a call has ended; of no interest where a test only sets the stage.
struct Ended : Status {
  Ended(Status status) : Status(std::move(status)) {}
};

// A call that is under way.
template <Rpc rpc>
struct Pending {
  std::optional<Status> status;
  Reply<rpc> reply;
  temporal::service::Service::Cancel cancel;
};

class World {
 public:
  explicit World(temporal::embedded::Options options = {})
      : service(std::make_unique<temporal::embedded::EmbeddedService>(executor, options)) {}

  template <Rpc rpc>
  std::shared_ptr<Pending<rpc>> begin(Request<rpc> request,
                                      std::chrono::milliseconds timeout = 70s) {
    auto pending = std::make_shared<Pending<rpc>>();
    pending->cancel = temporal::service::call<rpc>(*service, std::move(request), timeout,
                                                   [pending](Status status, Reply<rpc> reply) {
                                                     pending->status = std::move(status);
                                                     pending->reply = std::move(reply);
                                                   });
    executor.drain();
    return pending;
  }
  // Of a call that is answered at once; Unavailable where it is not.
  template <Rpc rpc>
  Status call(Request<rpc> request, Reply<rpc>* reply = nullptr) {
    auto pending = begin<rpc>(std::move(request));
    if (!pending->status) return {Code::Unavailable, "not answered"};
    if (reply) *reply = pending->reply;
    return *pending->status;
  }

  // All of workflow "w" on task queue "q" in namespace "default", unless said otherwise.
  std::string start(const std::string& id = "w");  // the run id
  Ended start(Request<Rpc::StartWorkflowExecution> request);
  static Request<Rpc::StartWorkflowExecution> start_request(const std::string& id = "w");
  Ended signal(const std::string& name, const std::string& id = "w");
  Ended cancel(const std::string& id = "w");
  Ended terminate(const std::string& id = "w");

  std::shared_ptr<Pending<Rpc::PollWorkflowTaskQueue>> poll(const std::string& queue = "q");
  // The task that waits; without one, an empty task.
  Task task(const std::string& queue = "q");
  Task sticky_task();  // of the sticky queue "q-sticky"
  ActivityTask activity(const std::string& queue = "q");

  // Completes a task with these commands.
  Ended complete(const Task& task, std::vector<Command> commands = {});
  static Request<Rpc::RespondWorkflowTaskCompleted> completed(const Task& task,
                                                              std::vector<Command> commands = {});
  // The same, and the worker keeps the run: its next tasks go to "q-sticky".
  static Request<Rpc::RespondWorkflowTaskCompleted> kept(const Task& task,
                                                         std::vector<Command> commands = {});
  Ended fail(const Task& task);
  Ended complete(const ActivityTask& task);
  Ended fail(const ActivityTask& task, const std::string& type = "Error");
  std::shared_ptr<Pending<Rpc::UpdateWorkflowExecution>> update(const std::string& update_id,
                                                                const std::string& id = "w");
  std::shared_ptr<Pending<Rpc::QueryWorkflow>> query(const std::string& id = "w");

  History history(const std::string& id = "w", const std::string& run_id = "");
  // One line for each event.
  std::string events(const std::string& id = "w", const std::string& run_id = "");

  temporal::VirtualExecutor executor{temporal::TimePoint(std::chrono::seconds(1'700'000'000))};
  std::unique_ptr<temporal::embedded::EmbeddedService> service;
};

inline Request<Rpc::StartWorkflowExecution> World::start_request(const std::string& id) {
  Request<Rpc::StartWorkflowExecution> request;
  request.set_namespace_("default");
  request.set_workflow_id(id);
  request.mutable_workflow_type()->set_name("Work");
  request.mutable_task_queue()->set_name("q");
  request.set_identity("client");
  return request;
}

inline Ended World::start(Request<Rpc::StartWorkflowExecution> request) {
  return call<Rpc::StartWorkflowExecution>(std::move(request));
}

inline std::string World::start(const std::string& id) {
  Reply<Rpc::StartWorkflowExecution> reply;
  const Status status = call<Rpc::StartWorkflowExecution>(start_request(id), &reply);
  return status.ok() ? reply.run_id() : status.text();
}

inline Ended World::signal(const std::string& name, const std::string& id) {
  Request<Rpc::SignalWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_workflow_execution()->set_workflow_id(id);
  request.set_signal_name(name);
  return call<Rpc::SignalWorkflowExecution>(std::move(request));
}

inline Ended World::cancel(const std::string& id) {
  Request<Rpc::RequestCancelWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_workflow_execution()->set_workflow_id(id);
  return call<Rpc::RequestCancelWorkflowExecution>(std::move(request));
}

inline Ended World::terminate(const std::string& id) {
  Request<Rpc::TerminateWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_workflow_execution()->set_workflow_id(id);
  request.set_reason("enough");
  return call<Rpc::TerminateWorkflowExecution>(std::move(request));
}

inline std::shared_ptr<Pending<Rpc::PollWorkflowTaskQueue>> World::poll(const std::string& queue) {
  Request<Rpc::PollWorkflowTaskQueue> request;
  request.set_namespace_("default");
  request.mutable_task_queue()->set_name(queue);
  if (queue == "q-sticky") {
    request.mutable_task_queue()->set_kind(temporal::api::enums::v1::TASK_QUEUE_KIND_STICKY);
    request.mutable_task_queue()->set_normal_name("q");
  }
  request.set_identity("worker");
  return begin<Rpc::PollWorkflowTaskQueue>(std::move(request));
}

inline Task World::task(const std::string& queue) {
  const auto pending = poll(queue);
  if (!pending->status) {
    pending->cancel();
    executor.drain();
  }
  return pending->reply;
}

inline Task World::sticky_task() {
  return task("q-sticky");
}

inline ActivityTask World::activity(const std::string& queue) {
  Request<Rpc::PollActivityTaskQueue> request;
  request.set_namespace_("default");
  request.mutable_task_queue()->set_name(queue);
  request.set_identity("worker");
  const auto pending = begin<Rpc::PollActivityTaskQueue>(std::move(request));
  if (!pending->status) {
    pending->cancel();
    executor.drain();
  }
  return pending->reply;
}

inline Request<Rpc::RespondWorkflowTaskCompleted> World::completed(const Task& task,
                                                                   std::vector<Command> commands) {
  Request<Rpc::RespondWorkflowTaskCompleted> request;
  request.set_namespace_("default");
  request.set_task_token(task.task_token());
  request.set_identity("worker");
  for (Command& command : commands) *request.add_commands() = std::move(command);
  return request;
}

inline Request<Rpc::RespondWorkflowTaskCompleted> World::kept(const Task& task,
                                                              std::vector<Command> commands) {
  auto request = completed(task, std::move(commands));
  request.mutable_sticky_attributes()->mutable_worker_task_queue()->set_name("q-sticky");
  request.mutable_sticky_attributes()->mutable_schedule_to_start_timeout()->set_seconds(5);
  return request;
}

inline Ended World::complete(const Task& task, std::vector<Command> commands) {
  return call<Rpc::RespondWorkflowTaskCompleted>(completed(task, std::move(commands)));
}

inline Ended World::fail(const Task& task) {
  Request<Rpc::RespondWorkflowTaskFailed> request;
  request.set_namespace_("default");
  request.set_task_token(task.task_token());
  request.set_cause(
      temporal::api::enums::v1::WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE);
  return call<Rpc::RespondWorkflowTaskFailed>(std::move(request));
}

inline Ended World::complete(const ActivityTask& task) {
  Request<Rpc::RespondActivityTaskCompleted> request;
  request.set_namespace_("default");
  request.set_task_token(task.task_token());
  return call<Rpc::RespondActivityTaskCompleted>(std::move(request));
}

inline Ended World::fail(const ActivityTask& task, const std::string& type) {
  Request<Rpc::RespondActivityTaskFailed> request;
  request.set_namespace_("default");
  request.set_task_token(task.task_token());
  request.mutable_failure()->set_message("broken");
  request.mutable_failure()->mutable_application_failure_info()->set_type(type);
  return call<Rpc::RespondActivityTaskFailed>(std::move(request));
}

inline std::shared_ptr<Pending<Rpc::UpdateWorkflowExecution>> World::update(
    const std::string& update_id, const std::string& id) {
  Request<Rpc::UpdateWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_workflow_execution()->set_workflow_id(id);
  request.mutable_request()->mutable_meta()->set_update_id(update_id);
  request.mutable_request()->mutable_input()->set_name("change");
  request.mutable_wait_policy();
  return begin<Rpc::UpdateWorkflowExecution>(std::move(request));
}

inline std::shared_ptr<Pending<Rpc::QueryWorkflow>> World::query(const std::string& id) {
  Request<Rpc::QueryWorkflow> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id(id);
  request.mutable_query()->set_query_type("state");
  return begin<Rpc::QueryWorkflow>(std::move(request));
}

inline History World::history(const std::string& id, const std::string& run_id) {
  History all;
  Request<Rpc::GetWorkflowExecutionHistory> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id(id);
  request.mutable_execution()->set_run_id(run_id);
  do {
    Reply<Rpc::GetWorkflowExecutionHistory> reply;
    if (!call<Rpc::GetWorkflowExecutionHistory>(request, &reply).ok()) break;
    all.MergeFrom(reply.history());
    request.set_next_page_token(reply.next_page_token());
  } while (!request.next_page_token().empty());
  return all;
}

inline std::string World::events(const std::string& id, const std::string& run_id) {
  return text_of(history(id, run_id));
}

}  // namespace embedded_test
