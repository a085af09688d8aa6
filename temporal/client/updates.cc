// Updates, of UpdateHandle and WorkflowHandle: both wait at the service until the workflow answers.
#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/update/v1/message.pb.h"
#include "temporal/client/caller.h"
#include "temporal/client/workflow_handle.h"

namespace temporal::client {

using service::Rpc;
using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

Outcome<Payloads> outcome_of(const api::update::v1::Outcome& outcome) {
  if (outcome.has_failure()) return Failure(outcome.failure());
  return outcome.success();
}

}  // namespace

Result<UpdateHandle> WorkflowHandle::send_update(const UpdateOptions& options,
                                                 const std::string& name, Result<Payloads> input,
                                                 bool completed) const {
  if (!input) return input.status();
  service::Request<Rpc::UpdateWorkflowExecution> request;
  auto& execution = *request.mutable_workflow_execution();
  execution.set_workflow_id(target_.id);
  execution.set_run_id(target_.messages_run);
  request.set_first_execution_run_id(target_.first_run_id);
  const std::string id = options.values().id.empty() ? caller_->uuid() : options.values().id;
  auto& update = *request.mutable_request();
  update.mutable_meta()->set_update_id(id);
  update.mutable_meta()->set_identity(caller_->options().identity);
  update.mutable_input()->set_name(name);
  *update.mutable_input()->mutable_args() = std::move(*input);
  request.mutable_wait_policy()->set_lifecycle_stage(
      completed ? UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED
                : UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED);
  // The id makes that the same update may be asked for again. A service that cannot be reached ends
  // the call: nothing has been accepted yet.
  const Patience patience{kLongPoll, service::Retry::normal(),
                          caller_->in(options.values().within)};
  while (true) {
    const TimePoint begun = caller_->now();
    auto reply = caller_->call<Rpc::UpdateWorkflowExecution>(request, patience);
    if (!reply) {
      const bool polled_long = reply.status().code == Code::DeadlineExceeded &&
                               caller_->now() - begun > service::Retry::kLongest &&
                               caller_->left(patience.until) > Duration::zero();
      if (polled_long) continue;
      return reply.status();
    }
    const bool accepted = reply->stage() >= UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED;
    if (!accepted && !reply->has_outcome()) continue;  // no worker has seen it yet
    std::optional<Outcome<Payloads>> outcome;
    if (reply->has_outcome()) outcome = outcome_of(reply->outcome());
    const std::string& run = reply->update_ref().workflow_execution().run_id();
    return UpdateHandle(caller_, target_.id, run.empty() ? target_.messages_run : run, id,
                        std::move(outcome));
  }
}

Result<Outcome<Payloads>> WorkflowHandle::answer(const UpdateOptions& options,
                                                 const std::string& name,
                                                 Result<Payloads> input) const {
  const auto until = caller_->in(options.values().within);
  auto update = send_update(options, name, std::move(input), /*completed=*/true);
  if (!update) return update.status();
  return update->wait(caller_->left(until));
}

Result<Outcome<Payloads>> UpdateHandle::wait(Duration within) {
  const Patience patience{kLongPoll, service::Retry::patient(), caller_->in(within)};
  while (!outcome_) {
    service::Request<Rpc::PollWorkflowExecutionUpdate> request;
    auto& ref = *request.mutable_update_ref();
    ref.mutable_workflow_execution()->set_workflow_id(workflow_id_);
    ref.mutable_workflow_execution()->set_run_id(run_id_);
    ref.set_update_id(update_id_);
    request.mutable_wait_policy()->set_lifecycle_stage(
        UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED);
    auto reply = caller_->call<Rpc::PollWorkflowExecutionUpdate>(std::move(request), patience);
    if (!reply) return reply.status();
    if (reply->has_outcome()) outcome_ = outcome_of(reply->outcome());
  }
  return *outcome_;
}

}  // namespace temporal::client
