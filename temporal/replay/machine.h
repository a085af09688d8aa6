// Machine: one thing a workflow asked of the service, from its command to the last event about it.
// What it may do is a transition table at the top of its file.
#pragma once

#include <memory>
#include <source_location>
#include <string>

#include "temporal/workflow/context.h"

namespace temporal::api::command::v1 {
class Command;
}
namespace temporal::api::history::v1 {
class HistoryEvent;
}

namespace temporal::replay {

using Event = api::history::v1::HistoryEvent;
using CommandProto = api::command::v1::Command;

class Machine {
 public:
  virtual void retain() = 0;
  virtual void release() = 0;

  // The history holds the event that this machine's command became. Says how the event differs from
  // what the workflow asks for now; empty: it does not.
  virtual std::string recorded(const Event& event) = 0;
  // An event about what was asked for. False: not possible in the state this machine is in.
  virtual bool on(const Event& event) = 0;
  // "activity 3 (compute_pass)"
  virtual std::string name() const = 0;

  std::source_location where;

 protected:
  ~Machine() = default;
};

// A machine that is a future of the workflow's, too.
template <class Base>
class MachineOf : public Base, public Machine {
 public:
  void retain() override { Base::retain(); }
  void release() override { Base::release(); }
};

// The machine of a command that nothing in the workflow waits for.
class Silent : public wf::Future {};

// Says that a name or an id is not the same; empty where it is.
std::string difference(const char* what, std::string_view recorded, std::string_view asked);

}  // namespace temporal::replay
