// The answer to a workflow task.
#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/base/version.h"
#include "temporal/data/duration.h"
#include "temporal/data/text.h"
#include "temporal/service/retry.h"
#include "temporal/worker/workflow_tasks.h"

namespace temporal::worker {

using service::Rpc;
using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int kEagerPerTask = 3;

// `hidden`: texts of failures go through the codec only.
api::query::v1::WorkflowQueryResult result_of(const Outcome<Payloads>& answer, bool hidden) {
  api::query::v1::WorkflowQueryResult result;
  if (answer.ok()) {
    result.set_result_type(QUERY_RESULT_TYPE_ANSWERED);
    *result.mutable_answer() = answer.value();
  } else {
    result.set_result_type(QUERY_RESULT_TYPE_FAILED);
    result.set_error_message(hidden ? "Encoded failure" : answer.failure().text());
    *result.mutable_failure() = answer.failure().proto();
  }
  return result;
}

// What is counted when a command ends a workflow.
const char* ending(CommandType type) {
  switch (type) {
    case COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION:
      return "temporal_workflow_completed";
    case COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION:
      return "temporal_workflow_failed";
    case COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION:
      return "temporal_workflow_canceled";
    case COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION:
      return "temporal_workflow_continue_as_new";
    default:
      return nullptr;
  }
}

std::optional<std::string> too_large(const std::string& what,
                                     const google::protobuf::Message& message, std::int64_t most) {
  const auto size = static_cast<std::int64_t>(message.ByteSizeLong());
  if (size <= most) return std::nullopt;
  return "[TMPRL1103] " + what + " has " + std::to_string(size) +
         " bytes of payloads, the service takes " + std::to_string(most) +
         "; keep the data elsewhere and pass a reference";
}

// What of an answer is, and how far.
std::optional<std::string> too_large(const service::Request<Rpc::RespondWorkflowTaskCompleted>& all,
                                     std::int64_t most) {
  for (const auto& command : all.commands()) {
    if (auto problem = too_large(CommandType_Name(command.command_type()), command, most)) {
      return problem;
    }
  }
  for (const auto& message : all.messages()) {
    if (auto problem =
            too_large("the answer to update " + message.protocol_instance_id(), message, most)) {
      return problem;
    }
  }
  return std::nullopt;
}

}  // namespace

bool WorkflowTasks::hides_texts() const {
  return setting_.options.codec && setting_.options.codec->encodes_failures();
}

bool WorkflowTasks::encoded(google::protobuf::Message& request) const {
  try {
    encode_payloads(setting_.options.codec.get(), request);
    return true;
  } catch (const PayloadError& e) {
    setting_.log(wf::LogLevel::Error, e.what());
    return false;
  }
}

// Puts the answer into the form that the service sees; or why it would not take it.
std::optional<replay::Problem> WorkflowTasks::prepared(
    service::Request<Rpc::RespondWorkflowTaskCompleted>& request) const {
  if (!encoded(request)) {
    return replay::Problem{
        WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
        Failure("the codec could not encode the workflow's payloads", "PayloadError")};
  }
  if (const auto field = field_not_utf8(request)) {
    return replay::Problem{
        WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
        Failure("the workflow asks for something whose text is not UTF-8: " + *field)};
  }
  if (const auto problem = too_large(request, setting_.blob_bytes)) {
    return replay::Problem{WORKFLOW_TASK_FAILED_CAUSE_PAYLOADS_TOO_LARGE,
                           Failure(*problem, "PayloadsTooLarge")};
  }
  return std::nullopt;
}

void WorkflowTasks::answer(const RunPtr& run, bool heartbeat) {
  service::Request<Rpc::RespondWorkflowTaskCompleted> request;
  request.set_task_token(run->task.task_token());
  request.set_namespace_(setting_.options.space);
  request.set_identity(setting_.options.identity);
  request.set_resource_id(run->task.workflow_execution().workflow_id());
  request.set_worker_instance_key(setting_.instance);
  int eager = 0;
  for (const replay::CommandProto* command : run->run->commands()) {
    auto& copy = *request.add_commands();
    copy = *command;
    if (copy.command_type() == COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK && setting_.options.eager &&
        !stopping_ && eager < kEagerPerTask &&
        setting_.registered.activities.contains(
            copy.schedule_activity_task_command_attributes().activity_type().name()) &&
        copy.schedule_activity_task_command_attributes().task_queue().name() ==
            setting_.options.queue &&
        activities_->slots().take()) {
      copy.mutable_schedule_activity_task_command_attributes()->set_request_eager_execution(true);
      ++eager;
    }
  }
  for (replay::Message& message : run->run->take_messages()) {
    *request.add_messages() = std::move(message);
  }
  for (const auto& [id, query] : run->task.queries()) {
    (*request.mutable_query_results())[id] =
        result_of(run->run->query(query.query_type(), query.query_args()), hides_texts());
  }
  // The task after a heartbeat comes with the answer, to the run that has the local activities.
  if (heartbeat || (setting_.options.cached_runs > 0 && !stopping_)) {
    auto& sticky = *request.mutable_sticky_attributes();
    sticky.mutable_worker_task_queue()->set_name(setting_.sticky_queue);
    sticky.mutable_worker_task_queue()->set_kind(TASK_QUEUE_KIND_STICKY);
    sticky.mutable_worker_task_queue()->set_normal_name(setting_.options.queue);
    *sticky.mutable_schedule_to_start_timeout() = to_proto(setting_.options.sticky_timeout);
    request.set_return_new_workflow_task(true);
  }
  request.set_force_create_new_workflow_task(heartbeat);
  if (run->task.previous_started_event_id() == 0) {
    request.mutable_sdk_metadata()->set_sdk_name(kSdkName);
    request.mutable_sdk_metadata()->set_sdk_version(kSdkVersion);
  }
  request.mutable_metering_metadata()->set_nonfirst_local_activity_execution_attempts(
      static_cast<std::uint32_t>(std::exchange(run->local_retries, 0)));
  request.mutable_capabilities()->set_discard_speculative_workflow_task_with_events(true);
  setting_.time("temporal_workflow_task_execution_latency",
                {{"workflow_type", run->task.workflow_type().name()}},
                setting_.executor.now() - run->task_begun);
  if (const auto problem = prepared(request)) {
    for (; eager > 0; --eager) activities_->slots().release();
    fail(run, *problem);
    return;
  }
  for (auto& [id, result] : *request.mutable_query_results()) {
    if (const auto problem = too_large("the answer to a query", result, setting_.blob_bytes)) {
      result = result_of(Failure(*problem, "PayloadsTooLarge"), /*hidden=*/false);
    }
  }
  for (const replay::CommandProto& command : request.commands()) {
    if (const char* ended = ending(command.command_type())) {
      setting_.count(ended, {{"workflow_type", run->task.workflow_type().name()}});
    }
  }
  if (run->heartbeat != 0) setting_.executor.cancel(std::exchange(run->heartbeat, 0));
  run->answering = true;
  run->run->sent();
  service::call_with_retry<Rpc::RespondWorkflowTaskCompleted>(
      setting_.service, setting_.executor, std::move(request), service::Retry::normal(),
      [self = shared_from_this(), run, eager](
          const Status& status, service::Reply<Rpc::RespondWorkflowTaskCompleted> reply) {
        run->strand->post([self, run, status, eager, reply = std::move(reply)] {
          self->answered(run, status, reply, eager);
        });
      });
}

void WorkflowTasks::answered(const RunPtr& run, const Status& status,
                             const service::Reply<Rpc::RespondWorkflowTaskCompleted>& reply,
                             int eager_slots) {
  run->answering = false;
  for (const auto& task : reply.activity_tasks()) {
    --eager_slots;
    activities_->take(task);
  }
  for (; eager_slots > 0; --eager_slots) activities_->slots().release();
  if (!status.ok()) {
    if (status.code == Code::ResourceExhausted &&
        status.message.find("larger than max") != std::string::npos) {
      replay::Problem problem{
          WORKFLOW_TASK_FAILED_CAUSE_GRPC_MESSAGE_TOO_LARGE,
          Failure("the commands of one workflow task are larger, together, than "
                  "the service takes: " +
                  status.message)};
      fail(run, problem);
      return;
    }
    // A task that was given up, a command that the service refuses, anything else: the history
    // decides.
    const std::string who = name_of(run->task);
    if (status.code == Code::InvalidArgument && status.message != "UnhandledCommand") {
      setting_.log(wf::LogLevel::Error, who + ": the service refuses a command: " + status.text());
    } else if (status.code != Code::NotFound && status.code != Code::InvalidArgument) {
      setting_.log(wf::LogLevel::Warn, who + ": the answer did not arrive: " + status.text());
    }
    evict(run);
    finish(run);
    return;
  }
  const bool keep = setting_.options.cached_runs > 0 || run->run->waits_for_local();
  if (run->run->ended() || !keep) {
    evict(run);
  } else if (reply.reset_history_event_id() > 0) {
    run->run->rewind(reply.reset_history_event_id());
  }
  if (run->run && !reply.workflow_task().task_token().empty()) {
    begin(run, reply.workflow_task());
    return;
  }
  finish(run);
}

void WorkflowTasks::answer_query(const RunPtr& run) {
  send_query_answer(
      run->task.task_token(),
      run->run->query(run->task.query().query_type(), run->task.query().query_args()),
      [self = shared_from_this(), run] { run->strand->post([self, run] { self->finish(run); }); });
}

void WorkflowTasks::send_query_answer(const std::string& token, const Outcome<Payloads>& outcome,
                                      std::function<void()> sent) {
  const auto answer = result_of(outcome, hides_texts());
  service::Request<Rpc::RespondQueryTaskCompleted> request;
  request.set_task_token(token);
  request.set_namespace_(setting_.options.space);
  request.set_completed_type(answer.result_type());
  *request.mutable_query_result() = answer.answer();
  request.set_error_message(answer.error_message());
  if (answer.has_failure()) *request.mutable_failure() = answer.failure();
  if (!encoded(request)) {  // what is not encoded stays here
    request.set_completed_type(QUERY_RESULT_TYPE_FAILED);
    request.clear_query_result();
    request.clear_failure();
    request.set_error_message("the codec could not encode the answer");
  }
  service::call_with_retry<Rpc::RespondQueryTaskCompleted>(
      setting_.service, setting_.executor, std::move(request), service::Retry::normal(),
      [sent = std::move(sent)](const Status&, const auto&) { sent(); });
}

}  // namespace temporal::worker
