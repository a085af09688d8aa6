#include "temporal/replay/end.h"

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"
#include "temporal/data/duration.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

class EndMachine final : public MachineOf<Silent> {
 public:
  EndMachine(const char* what, std::string next) : what_(what), next_(std::move(next)) {}
  // What a run ends with follows from what was compared before, but for the code that goes on.
  std::string recorded(const Event& event) override {
    if (event.event_type() != EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW) return "";
    return difference(
        "type", event.workflow_execution_continued_as_new_event_attributes().workflow_type().name(),
        next_);
  }
  bool on(const Event&) override { return false; }
  std::string name() const override { return what_; }

 private:
  const char* what_;
  std::string next_;  // type
};

}  // namespace

End End::completed(Payloads result) {
  auto command = std::make_unique<CommandProto>();
  command->set_command_type(COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION);
  *command->mutable_complete_workflow_execution_command_attributes()->mutable_result() =
      std::move(result);
  return {EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, "the workflow's completion", std::move(command)};
}

End End::failed(const Failure& failure) {
  auto command = std::make_unique<CommandProto>();
  command->set_command_type(COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION);
  *command->mutable_fail_workflow_execution_command_attributes()->mutable_failure() =
      failure.proto();
  return {EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, "the workflow's failure", std::move(command)};
}

End End::canceled() {
  auto command = std::make_unique<CommandProto>();
  command->set_command_type(COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION);
  command->mutable_cancel_workflow_execution_command_attributes();
  return {EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED, "the workflow's cancellation",
          std::move(command)};
}

End End::continued(const wf::ContinueAsNew& next, const wf::Info& info) {
  auto command = std::make_unique<CommandProto>();
  command->set_command_type(COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION);
  auto& attributes = *command->mutable_continue_as_new_workflow_execution_command_attributes();
  const auto& options = next.options.values();
  attributes.mutable_workflow_type()->set_name(next.type);
  attributes.mutable_task_queue()->set_name(options.queue.empty() ? info.task_queue
                                                                  : options.queue);
  *attributes.mutable_input() = next.input;
  const auto either = [](Duration first, Duration second) {
    return to_proto(first == Duration::zero() ? second : first);
  };
  *attributes.mutable_workflow_run_timeout() = either(options.run_timeout, info.run_timeout);
  *attributes.mutable_workflow_task_timeout() = either(options.task_timeout, info.task_timeout);
  if (info.retry) *attributes.mutable_retry_policy() = info.retry->proto();
  for (const auto& [key, value] : info.memo) {
    (*attributes.mutable_memo()->mutable_fields())[key] = value;
  }
  SearchAttributes all = info.search_attributes;
  if (options.attributes) all.apply(*options.attributes);
  if (!all.empty()) *attributes.mutable_search_attributes() = all.proto();
  End end(EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW, "the workflow's next run",
          std::move(command));
  end.next_ = next.type;
  return end;
}

void End::send(Commands& commands) {
  commands.send(*new EndMachine(what_, next_), event_, std::move(command_));
}

}  // namespace temporal::replay
