// Signals and cancellation requests to other workflows: sent, delivered or not.
#pragma once

#include <string>
#include <string_view>

#include "temporal/replay/commands.h"
#include "temporal/replay/machine.h"
#include "temporal/workflow/scope.h"

namespace temporal::replay {

class SignalMachine final : public MachineOf<wf::Call> {
 public:
  SignalMachine(Commands& commands, const wf::WorkflowRef& target, std::string_view signal,
                Payloads input, const wf::Scope& scope, std::source_location where);

  // Takes back what has not been sent.
  void cancel() override;
  std::string recorded(const Event& event) override;
  bool on(const Event& event) override;
  std::string name() const override;

 private:
  Commands& commands_;
  std::string signal_, workflow_id_;
  std::int64_t initiated_ = 0;
};

class CancelMachine final : public MachineOf<wf::Call> {
 public:
  CancelMachine(Commands& commands, const wf::WorkflowRef& target, std::source_location where);

  // Takes back what has not been sent.
  void cancel() override;
  std::string recorded(const Event& event) override;
  bool on(const Event& event) override;
  std::string name() const override;

 private:
  Commands& commands_;
  std::string workflow_id_;
  std::int64_t initiated_ = 0;
};

}  // namespace temporal::replay
