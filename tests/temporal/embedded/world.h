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
#include "tests/temporal/embedded/requests.h"

namespace embedded_test {

using namespace std::chrono_literals;

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

  // Makes the call of requests.h.
  std::string start(const std::string& id = "w") {  // the run id
    Reply<Rpc::StartWorkflowExecution> reply;
    const Status status = call<Rpc::StartWorkflowExecution>(start_request(id), &reply);
    return status.ok() ? reply.run_id() : status.text();
  }
  Ended start(Request<Rpc::StartWorkflowExecution> request) {
    return call<Rpc::StartWorkflowExecution>(std::move(request));
  }
  Ended signal(const std::string& name, const std::string& id = "w") {
    return call<Rpc::SignalWorkflowExecution>(signal_request(name, id));
  }
  Ended cancel(const std::string& id = "w") {
    return call<Rpc::RequestCancelWorkflowExecution>(cancel_request(id));
  }
  Ended terminate(const std::string& id = "w") {
    return call<Rpc::TerminateWorkflowExecution>(terminate_request(id));
  }
  auto update(const std::string& update_id, const std::string& id = "w") {
    return begin<Rpc::UpdateWorkflowExecution>(update_request(update_id, id));
  }
  auto query(const std::string& id = "w") { return begin<Rpc::QueryWorkflow>(query_request(id)); }

  auto poll(const std::string& queue = "q") {
    return begin<Rpc::PollWorkflowTaskQueue>(poll_request(queue));
  }
  // The task that waits; without one, an empty task.
  Task task(const std::string& queue = "q") { return now(*poll(queue)); }
  Task sticky_task() { return task("q-sticky"); }
  ActivityTask activity(const std::string& queue = "q") {
    return now(*begin<Rpc::PollActivityTaskQueue>(poll_activity_request(queue)));
  }
  Ended complete(const Task& task, std::vector<Command> commands = {}) {
    return call<Rpc::RespondWorkflowTaskCompleted>(completed(task, std::move(commands)));
  }
  Ended fail(const Task& task) { return call<Rpc::RespondWorkflowTaskFailed>(failed(task)); }
  Ended complete(const ActivityTask& task) {
    return call<Rpc::RespondActivityTaskCompleted>(completed(task));
  }
  Ended fail(const ActivityTask& task, const std::string& type = "Error") {
    return call<Rpc::RespondActivityTaskFailed>(failed(task, type));
  }

  History history(const std::string& id = "w", const std::string& run_id = "") {
    History all;
    auto request = history_request(id, run_id);
    do {
      Reply<Rpc::GetWorkflowExecutionHistory> reply;
      if (!call<Rpc::GetWorkflowExecutionHistory>(request, &reply).ok()) break;
      all.MergeFrom(reply.history());
      request.set_next_page_token(reply.next_page_token());
    } while (!request.next_page_token().empty());
    return all;
  }
  // One line for each event.
  std::string events(const std::string& id = "w", const std::string& run_id = "") {
    return text_of(history(id, run_id));
  }

  temporal::VirtualExecutor executor{temporal::TimePoint(std::chrono::seconds(1'700'000'000))};
  std::unique_ptr<temporal::embedded::EmbeddedService> service;

 private:
  // The answer, if there is one; otherwise the call is given up.
  template <Rpc rpc>
  Reply<rpc> now(const Pending<rpc>& pending) {
    if (!pending.status) {
      pending.cancel();
      executor.drain();
    }
    return pending.reply;
  }
};

}  // namespace embedded_test
