// Commands: what the workflow has asked for and no event answers yet, in order; and which machine
// later events belong to.
//
// On replay each command must meet its event, in the same order; that is how a change of the code
// that an open run cannot bear is found.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "temporal/api/command/v1/message.pb.h"
#include "temporal/api/enums/v1/event_type.pb.h"
#include "temporal/replay/machine.h"

namespace temporal::replay {

using EventType = api::enums::v1::EventType;

// "ActivityTaskScheduled"
std::string name_of(EventType type);
// Whether an event of this type is what a command became.
bool is_command_event(EventType type);

class Commands {
 public:
  // Whether commands are made to be sent; on replay they only have to match.
  bool recording = true;
  // Accept ids that other SDKs generate in other ways.
  bool ignore_auto_ids = false;
  // The workflow has ended, and what else runs may still ask for something.
  bool after_end = false;

  // Asks for something: `type` is the event that the command becomes. `proto` may be null where
  // nothing is recorded. What is `optional` is passed over where the history does not have it.
  void send(Machine& machine, EventType type, std::unique_ptr<CommandProto> proto,
            bool optional = false);
  // Takes back what has not been sent. False: there is none of this machine and type.
  bool withdraw(const Machine& machine, EventType type);
  // The event of the oldest command; gives the problem, if they do not match.
  std::optional<std::string> recorded(const Event& event);
  // Makes optional what was asked for behind the workflow's end: the history is of an SDK that may
  // have left it out.
  void let_pass_what_came_after_end();
  // After the last event of a workflow task: the problem, if a command has met no event.
  std::optional<std::string> missing(std::int64_t completed_event);
  bool empty() const { return queue_.empty(); }

  // Further events about `event_id` go to the machine, until it is forgotten.
  void expect(std::int64_t event_id, Machine& machine);
  void forget(std::int64_t event_id) { open_.erase(event_id); }
  // Gives the problem, if nothing was asked for there, or the machine does not expect the event.
  std::optional<std::string> answered(std::int64_t event_id, const Event& event);
  // What is open, a line each, with the places in the source that asked.
  std::string open() const;

  // The commands that have not been sent; they stay until their events come.
  std::vector<const CommandProto*> to_send() const;
  void sent();

 private:
  struct Entry {
    wf::Ref<Machine> machine;
    EventType type;
    std::unique_ptr<CommandProto> proto;
    bool optional, after_end;
  };
  std::deque<Entry> queue_;
  std::unordered_map<std::int64_t, wf::Ref<Machine>> open_;
};

}  // namespace temporal::replay
