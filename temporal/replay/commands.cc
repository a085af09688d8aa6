#include "temporal/replay/commands.h"

#include <algorithm>
#include <map>

#include "temporal/api/history/v1/message.pb.h"
#include "temporal/base/check.h"
#include "temporal/replay/event_text.h"

namespace temporal::replay {
namespace {

std::string place_of(const std::source_location& where) {
  if (where.line() == 0) return "";
  return std::string(" at ") + where.file_name() + ":" + std::to_string(where.line());
}

}  // namespace

std::string name_of(EventType type) {
  // EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
  const std::string& full = api::enums::v1::EventType_Name(type);
  if (full.empty()) return "of unknown type " + std::to_string(static_cast<int>(type));
  std::string name;
  bool upper = true;
  for (std::size_t i = sizeof("EVENT_TYPE_") - 1; i < full.size(); ++i) {
    if (full[i] == '_') {
      upper = true;
    } else {
      name += upper ? full[i] : static_cast<char>(full[i] - 'A' + 'a');
      upper = false;
    }
  }
  return name;
}

bool is_command_event(EventType type) {
  using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)
  switch (type) {
    case EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
    case EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED:
    case EVENT_TYPE_TIMER_STARTED:
    case EVENT_TYPE_TIMER_CANCELED:
    case EVENT_TYPE_MARKER_RECORDED:
    case EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
    case EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
    case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
    case EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
    case EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED:
    case EVENT_TYPE_NEXUS_OPERATION_SCHEDULED:
    case EVENT_TYPE_NEXUS_OPERATION_CANCEL_REQUESTED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_REJECTED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
      return true;
    default:
      return false;
  }
}

std::string difference(const char* what, std::string_view recorded, std::string_view asked) {
  if (recorded == asked) return "";
  return std::string("has ") + what + " '" + std::string(recorded) + "' in the history and '" +
         std::string(asked) + "' now";
}

void Commands::send(Machine& machine, EventType type, std::unique_ptr<CommandProto> proto,
                    bool optional) {
  queue_.push_back({wf::Ref<Machine>(&machine), type, std::move(proto), optional, after_end});
}

bool Commands::withdraw(const Machine& machine, EventType type) {
  // What can be taken back is of the workflow task that is being worked on: near the end.
  const auto found = std::find_if(queue_.rbegin(), queue_.rend(), [&](const Entry& entry) {
    return entry.machine.get() == &machine && entry.type == type;
  });
  if (found == queue_.rend()) return false;
  queue_.erase(std::next(found).base());
  return true;
}

std::optional<std::string> Commands::recorded(const Event& event) {
  while (!queue_.empty()) {
    const Entry entry = std::move(queue_.front());
    queue_.pop_front();
    if (entry.type != event.event_type()) {
      if (entry.optional) continue;
      return "the history has " + text_of(event) + ", but the workflow asks for " +
             name_of(entry.type) + " of " + entry.machine->name() + place_of(entry.machine->where);
    }
    const std::string differs = entry.machine->recorded(event);
    if (differs.empty()) return std::nullopt;
    if (entry.optional) continue;
    return text_of(event) + " does not match: " + entry.machine->name() +
           place_of(entry.machine->where) + " " + differs;
  }
  return "the history has " + text_of(event) + ", but the workflow asks for nothing there";
}

void Commands::let_pass_what_came_after_end() {
  for (Entry& entry : queue_) entry.optional = entry.optional || entry.after_end;
}

std::optional<std::string> Commands::missing(std::int64_t completed_event) {
  while (!queue_.empty() && queue_.front().optional) queue_.pop_front();
  if (queue_.empty()) return std::nullopt;
  const Entry& entry = queue_.front();
  return "the workflow asks for " + name_of(entry.type) + " of " + entry.machine->name() +
         place_of(entry.machine->where) + ", but the history has no such event after event " +
         std::to_string(completed_event) + " WorkflowTaskCompleted";
}

void Commands::expect(std::int64_t event_id, Machine& machine) {
  open_.emplace(event_id, &machine);
}

std::optional<std::string> Commands::answered(std::int64_t event_id, const Event& event) {
  const auto found = open_.find(event_id);
  if (found == open_.end()) {
    return "the history has " + text_of(event) + " about event " + std::to_string(event_id) +
           ", where the workflow asked for nothing that is open";
  }
  const wf::Ref<Machine> machine = found->second;
  if (machine->on(event)) return std::nullopt;
  return "the history has " + text_of(event) + ", which is not possible for " + machine->name() +
         place_of(machine->where) + " in its state";
}

std::string Commands::open() const {
  std::map<std::int64_t, std::string> lines;
  for (const auto& [event_id, machine] : open_) {
    lines[event_id] = machine->name() + place_of(machine->where) + "\n";
  }
  std::string text;
  for (const auto& [event_id, line] : lines) text += line;
  return text;
}

std::vector<const CommandProto*> Commands::to_send() const {
  std::vector<const CommandProto*> all;
  all.reserve(queue_.size());
  for (const Entry& entry : queue_) {
    TEMPORAL_CHECK(entry.proto, "a command made on replay is never sent");
    all.push_back(entry.proto.get());
  }
  return all;
}

void Commands::sent() {
  for (Entry& entry : queue_) entry.proto.reset();
}

}  // namespace temporal::replay
