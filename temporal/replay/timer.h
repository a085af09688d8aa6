// A timer: started, perhaps canceled, fired.
#pragma once

#include <string>
#include <string_view>

#include "temporal/replay/commands.h"
#include "temporal/replay/machine.h"
#include "temporal/workflow/scope.h"

namespace temporal::replay {

class TimerMachine final : public MachineOf<wf::Call> {
 public:
  // Sends its command; in a scope that is canceled it settles at once instead.
  TimerMachine(Commands& commands, std::string id, Duration duration, const wf::Scope& scope,
               std::string_view summary, std::source_location where);

  void cancel() override;
  std::string recorded(const Event& event) override;
  bool on(const Event& event) override;
  std::string name() const override { return "timer " + id_; }

 private:
  enum class State;
  enum class Input;
  friend struct TimerTable;

  Commands& commands_;
  std::string id_;
  State state_;
  std::int64_t started_ = 0;
};

}  // namespace temporal::replay
