#include "temporal/replay/activity.h"

#include <stdexcept>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"
#include "temporal/data/duration.h"
#include "temporal/replay/table.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

enum class ActivityMachine::State {
  Commanded,
  Scheduled,
  CancelCommanded,
  CancelRequested,
  Closed
};
enum class ActivityMachine::Input { Recorded, CancelRecorded, Started, Ended, Cancel };

struct ActivityTable {
  using State = ActivityMachine::State;
  using Input = ActivityMachine::Input;
  static constexpr auto kRows = std::to_array<Transition<State, Input>>({
      {State::Commanded, Input::Recorded, State::Scheduled},
      {State::Commanded, Input::Cancel, State::Closed},
      {State::Scheduled, Input::Started, State::Scheduled},
      {State::Scheduled, Input::Ended, State::Closed},
      {State::Scheduled, Input::Cancel, State::CancelCommanded},
      // Both came with one workflow task: the command is taken back.
      {State::CancelCommanded, Input::Started, State::CancelCommanded},
      {State::CancelCommanded, Input::Ended, State::Closed},
      {State::CancelCommanded, Input::CancelRecorded, State::CancelRequested},
      {State::CancelRequested, Input::Started, State::CancelRequested},
      {State::CancelRequested, Input::Ended, State::Closed},
  });
};

namespace {

std::unique_ptr<CommandProto> schedule_command(const std::string& id, std::string_view type,
                                               Payloads input,
                                               const wf::ActivityOptions::Values& options,
                                               const std::string& queue) {
  auto command = std::make_unique<CommandProto>();
  command->set_command_type(COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK);
  auto& attributes = *command->mutable_schedule_activity_task_command_attributes();
  attributes.set_activity_id(id);
  attributes.mutable_activity_type()->set_name(std::string(type));
  attributes.mutable_task_queue()->set_name(options.queue.empty() ? queue : options.queue);
  *attributes.mutable_input() = std::move(input);
  const auto set = [](google::protobuf::Duration* field, Duration d) { *field = to_proto(d); };
  set(attributes.mutable_schedule_to_close_timeout(), options.schedule_to_close);
  set(attributes.mutable_schedule_to_start_timeout(), options.schedule_to_start);
  set(attributes.mutable_start_to_close_timeout(), options.start_to_close);
  set(attributes.mutable_heartbeat_timeout(), options.heartbeat);
  if (options.retry) *attributes.mutable_retry_policy() = options.retry->proto();
  if (!options.summary.empty()) {
    *command->mutable_user_metadata()->mutable_summary() = encode(options.summary);
  }
  return command;
}

}  // namespace

ActivityMachine::ActivityMachine(Commands& commands, std::string id, bool auto_id,
                                 std::string_view type, Payloads input,
                                 const wf::ActivityOptions& options, const wf::Scope& scope,
                                 const std::string& queue, std::source_location where)
    : commands_(commands),
      id_(std::move(id)),
      type_(type),
      auto_id_(auto_id),
      on_cancel_(options.values().on_cancel),
      state_(State::Commanded) {
  this->where = where;
  if (!join(scope)) {
    state_ = State::Closed;
    settle_failed(Failure::canceled(), RETRY_STATE_UNSPECIFIED);
    return;
  }
  commands_.send(*this, EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
                 commands_.recording
                     ? schedule_command(id_, type_, std::move(input), options.values(), queue)
                     : nullptr);
}

std::string ActivityMachine::name() const {
  return "activity " + id_ + " (" + type_ + ")";
}

std::string ActivityMachine::recorded(const Event& event) {
  if (event.event_type() == EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED) {
    const auto scheduled =
        event.activity_task_cancel_requested_event_attributes().scheduled_event_id();
    state_ = *next_state(ActivityTable::kRows, state_, Input::CancelRecorded);
    return difference("scheduled event", std::to_string(scheduled), std::to_string(scheduled_));
  }
  const auto& attributes = event.activity_task_scheduled_event_attributes();
  state_ = *next_state(ActivityTable::kRows, state_, Input::Recorded);
  scheduled_ = event.event_id();
  commands_.expect(scheduled_, *this);
  std::string differs = difference("type", attributes.activity_type().name(), type_);
  if (differs.empty() && !(auto_id_ && commands_.ignore_auto_ids)) {
    differs = difference("id", attributes.activity_id(), id_);
  }
  return differs;
}

bool ActivityMachine::on(const Event& event) {
  const bool started = event.event_type() == EVENT_TYPE_ACTIVITY_TASK_STARTED;
  const auto next =
      next_state(ActivityTable::kRows, state_, started ? Input::Started : Input::Ended);
  if (!next) return false;
  if (started) return true;
  if (state_ == State::CancelCommanded) {
    commands_.withdraw(*this, EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED);
  }
  state_ = *next;
  commands_.forget(scheduled_);
  if (done()) return true;  // canceled, and the workflow went on
  switch (event.event_type()) {
    case EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
      settle(event.activity_task_completed_event_attributes().result());
      return true;
    case EVENT_TYPE_ACTIVITY_TASK_FAILED: {
      const auto& attributes = event.activity_task_failed_event_attributes();
      settle_failed(Failure(attributes.failure()), attributes.retry_state());
      return true;
    }
    case EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: {
      const auto& attributes = event.activity_task_timed_out_event_attributes();
      settle_failed(Failure(attributes.failure()), attributes.retry_state());
      return true;
    }
    case EVENT_TYPE_ACTIVITY_TASK_CANCELED: {
      Failure canceled = Failure::canceled();
      Failure::Proto proto = canceled.proto();
      *proto.mutable_canceled_failure_info()->mutable_details() =
          event.activity_task_canceled_event_attributes().details();
      settle_failed(Failure(std::move(proto)), RETRY_STATE_CANCEL_REQUESTED);
      return true;
    }
    default:
      return false;
  }
}

void ActivityMachine::settle_failed(const Failure& cause, int retry_state) {
  Failure::Proto proto;
  proto.set_message(cause.is_canceled() ? "activity canceled" : "activity failed");
  auto& info = *proto.mutable_activity_failure_info();
  info.set_scheduled_event_id(scheduled_);
  info.mutable_activity_type()->set_name(type_);
  info.set_activity_id(id_);
  info.set_retry_state(static_cast<RetryState>(retry_state));
  *proto.mutable_cause() = cause.proto();
  settle(Failure(std::move(proto)));
}

void ActivityMachine::cancel() {
  const wf::Ref<Future> keep(this);
  if (done()) return;
  const auto next = next_state(ActivityTable::kRows, state_, Input::Cancel);
  if (!next) return;  // asked before
  if (state_ == State::Commanded) {
    commands_.withdraw(*this, EVENT_TYPE_ACTIVITY_TASK_SCHEDULED);
    state_ = *next;
  } else if (on_cancel_ != wf::OnCancel::Abandon) {
    state_ = *next;
    std::unique_ptr<CommandProto> command;
    if (commands_.recording) {
      command = std::make_unique<CommandProto>();
      command->set_command_type(COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK);
      command->mutable_request_cancel_activity_task_command_attributes()->set_scheduled_event_id(
          scheduled_);
    }
    commands_.send(*this, EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED, std::move(command));
    if (on_cancel_ == wf::OnCancel::Wait) return;
  }
  settle_failed(Failure::canceled(), RETRY_STATE_CANCEL_REQUESTED);
}

}  // namespace temporal::replay
