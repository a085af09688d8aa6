// The end of a run, as the workflow's code brings it about.
#pragma once

#include <memory>
#include <string>

#include "temporal/replay/commands.h"
#include "temporal/workflow/info.h"

namespace temporal::replay {

// One of the four terminal commands, made, and sent later: after all others of its task.
class End {
 public:
  static End completed(Payloads result);
  static End failed(const Failure& failure);
  static End canceled();
  // `info` fills in what the options leave as it is.
  static End continued(const wf::ContinueAsNew& next, const wf::Info& info);

  void send(Commands& commands);
  const char* what() const { return what_; }

 private:
  End(EventType event, const char* what, std::unique_ptr<CommandProto> command)
      : event_(event), what_(what), command_(std::move(command)) {}
  EventType event_;
  const char* what_;
  std::string next_;  // the type of the next run
  std::unique_ptr<CommandProto> command_;
};

}  // namespace temporal::replay
