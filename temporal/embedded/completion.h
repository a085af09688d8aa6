// Completion: what a worker answers to a workflow task. Its commands and messages are applied in
// order; one that is bad takes all of them back and fails the task.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "temporal/api/command/v1/message.pb.h"
#include "temporal/embedded/attributes.h"
#include "temporal/embedded/engine.h"
#include "temporal/embedded/undo.h"
#include "temporal/embedded/workflow_task.h"

namespace temporal::embedded {

using CompletedRequest = api::workflowservice::v1::RespondWorkflowTaskCompletedRequest;
using CompletedReply = api::workflowservice::v1::RespondWorkflowTaskCompletedResponse;
using Command = api::command::v1::Command;

struct NextRun;

class Completion {
 public:
  Completion(Engine& engine, RunPtr run, const CompletedRequest& request, std::int64_t completed_id)
      : engine_(engine),
        run_(std::move(run)),
        request_(request),
        completed_id_(completed_id),
        blocked_(run_->history.has_buffer()) {}

  // What failed it, if something did.
  struct Failed {
    TaskFailedCause cause;
    std::string message;  // "BadStartTimerAttributes: TimerId is not set ..."
    bool terminate = false;
    // The call fails and the task goes on: so it is where a policy, a schedule, the name of a queue
    // or a namespace is bad.
    std::optional<Status> refusal = std::nullopt;
  };
  std::optional<Failed> apply();

  Undo& undo() { return undo_; }
  // Events wait that the workflow has not seen.
  bool blocked() const { return blocked_; }
  // An activity has been canceled that no worker had.
  bool needs_task() const { return needs_task_; }
  // The activities that go to the worker at once.
  void hand_over(CompletedReply& reply);

 private:
  void handle(const Command& command);
  void schedule_activity(api::command::v1::ScheduleActivityTaskCommandAttributes attributes);
  void cancel_activity(const api::command::v1::RequestCancelActivityTaskCommandAttributes&);
  void start_timer(const api::command::v1::StartTimerCommandAttributes&);
  void cancel_timer(const api::command::v1::CancelTimerCommandAttributes&);
  void record_marker(const api::command::v1::RecordMarkerCommandAttributes&);
  void upsert_search_attributes(
      const api::command::v1::UpsertWorkflowSearchAttributesCommandAttributes&);
  void modify_properties(const api::command::v1::ModifyWorkflowPropertiesCommandAttributes&);
  void protocol_message(const api::command::v1::ProtocolMessageCommandAttributes&);
  void start_child(api::command::v1::StartChildWorkflowExecutionCommandAttributes attributes);
  void signal_external(const api::command::v1::SignalExternalWorkflowExecutionCommandAttributes&);
  void cancel_external(
      const api::command::v1::RequestCancelExternalWorkflowExecutionCommandAttributes&);
  void complete_run(const api::command::v1::CompleteWorkflowExecutionCommandAttributes&);
  void fail_run(const api::command::v1::FailWorkflowExecutionCommandAttributes&);
  void cancel_run(const api::command::v1::CancelWorkflowExecutionCommandAttributes&);
  void continue_run(api::command::v1::ContinueAsNewWorkflowExecutionCommandAttributes attributes);

  // The event of the command that is being handled.
  HistoryEvent& add(EventType type);
  void closed(WorkflowStatus status);
  void followed_by(const NextRun& next);
  // True: the run may be closed by this command. It may not while events wait that the workflow has
  // not seen; what comes after a command that has closed it is ignored.
  bool may_close();
  // These give true where the check fails, and note why.
  bool bad(bool is_bad, TaskFailedCause cause, const std::string& message);
  bool refused(bool is_bad, const std::string& message);
  // Where values are bad, the call fails with `before` and `after` around the problem; without
  // `before` the task does. One that is too big ends the run.
  bool bad_attributes(const SearchAttributes& attributes, TaskFailedCause too_big,
                      const std::string& before = "", const std::string& after = "");
  // Gives the id of the namespace; empty, where there is none: then the call fails.
  std::string namespace_id(const std::string& name);
  bool too_big(std::size_t bytes, TaskFailedCause cause, const std::string& message);
  bool too_many(std::size_t pending, TaskFailedCause cause, const char* what);
  bool message_failed(const Status& status);

  Engine& engine_;
  const RunPtr run_;
  const CompletedRequest& request_;
  const std::int64_t completed_id_;
  bool blocked_;
  bool needs_task_ = false;
  std::optional<Failed> failed_;
  Undo undo_;
  const Command* command_ = nullptr;
  std::set<std::string> taken_messages_;
  std::set<std::string> children_;  // started by this task
  std::vector<std::string> eager_;  // ids of activities
};

// "UnhandledCommand", of WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND.
std::string name_of(TaskFailedCause cause);
// "StartTimer"
std::string name_of(api::enums::v1::CommandType type);

}  // namespace temporal::embedded
