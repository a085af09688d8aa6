#include "temporal/replay/timer.h"

#include "temporal/api/history/v1/message.pb.h"
#include "temporal/data/duration.h"
#include "temporal/replay/table.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

enum class TimerMachine::State { Commanded, Started, CancelCommanded, Closed };
enum class TimerMachine::Input { Recorded, CancelRecorded, Fired, Cancel };

struct TimerTable {
  using State = TimerMachine::State;
  using Input = TimerMachine::Input;
  static constexpr auto kRows = std::to_array<Transition<State, Input>>({
      {State::Commanded, Input::Recorded, State::Started},
      {State::Commanded, Input::Cancel, State::Closed},
      {State::Started, Input::Fired, State::Closed},
      {State::Started, Input::Cancel, State::CancelCommanded},
      // Both came with one workflow task: the command is taken back.
      {State::CancelCommanded, Input::Fired, State::Closed},
      // Also where the service had fired it, and not yet told.
      {State::CancelCommanded, Input::CancelRecorded, State::Closed},
  });
};

TimerMachine::TimerMachine(Commands& commands, std::string id, Duration duration,
                           const wf::Scope& scope, std::string_view summary,
                           std::source_location where)
    : commands_(commands), id_(std::move(id)), state_(State::Commanded) {
  this->where = where;
  if (!join(scope)) {
    state_ = State::Closed;
    settle(Failure::canceled());
    return;
  }
  std::unique_ptr<CommandProto> command;
  if (commands_.recording) {
    command = std::make_unique<CommandProto>();
    command->set_command_type(COMMAND_TYPE_START_TIMER);
    auto& attributes = *command->mutable_start_timer_command_attributes();
    attributes.set_timer_id(id_);
    *attributes.mutable_start_to_fire_timeout() = to_proto(duration);
    if (!summary.empty()) {
      *command->mutable_user_metadata()->mutable_summary() = encode(std::string(summary));
    }
  }
  commands_.send(*this, EVENT_TYPE_TIMER_STARTED, std::move(command));
}

std::string TimerMachine::recorded(const Event& event) {
  if (event.event_type() == EVENT_TYPE_TIMER_CANCELED) {
    const auto& attributes = event.timer_canceled_event_attributes();
    state_ = *next_state(TimerTable::kRows, state_, Input::CancelRecorded);
    commands_.forget(started_);
    return difference("started event", std::to_string(attributes.started_event_id()),
                      std::to_string(started_));
  }
  const auto& attributes = event.timer_started_event_attributes();
  state_ = *next_state(TimerTable::kRows, state_, Input::Recorded);
  started_ = event.event_id();
  commands_.expect(started_, *this);
  if (commands_.ignore_auto_ids) {
    id_ = attributes.timer_id();
    return "";
  }
  return difference("id", attributes.timer_id(), id_);
}

bool TimerMachine::on(const Event& event) {
  const auto next = next_state(TimerTable::kRows, state_, Input::Fired);
  if (!next || event.event_type() != EVENT_TYPE_TIMER_FIRED) return false;
  if (event.timer_fired_event_attributes().timer_id() != id_) return false;
  if (state_ == State::CancelCommanded) commands_.withdraw(*this, EVENT_TYPE_TIMER_CANCELED);
  state_ = *next;
  commands_.forget(started_);
  if (!done()) settle(Payloads());
  return true;
}

void TimerMachine::cancel() {
  const wf::Ref<Future> keep(this);
  if (done()) return;
  const auto next = next_state(TimerTable::kRows, state_, Input::Cancel);
  if (!next) return;
  if (state_ == State::Commanded) {
    commands_.withdraw(*this, EVENT_TYPE_TIMER_STARTED);
  } else {
    std::unique_ptr<CommandProto> command;
    if (commands_.recording) {
      command = std::make_unique<CommandProto>();
      command->set_command_type(COMMAND_TYPE_CANCEL_TIMER);
      command->mutable_cancel_timer_command_attributes()->set_timer_id(id_);
    }
    commands_.send(*this, EVENT_TYPE_TIMER_CANCELED, std::move(command));
  }
  state_ = *next;
  settle(Failure::canceled());
}

}  // namespace temporal::replay
