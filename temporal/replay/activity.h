// An activity: scheduled, perhaps asked to stop, closed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "temporal/replay/commands.h"
#include "temporal/replay/machine.h"
#include "temporal/workflow/activity.h"

namespace temporal::replay {

class ActivityMachine final : public MachineOf<wf::Call> {
 public:
  // Sends its command; in a scope that is canceled it settles at once instead. `queue` is the
  // workflow's own.
  ActivityMachine(Commands& commands, std::string id, bool auto_id, std::string_view type,
                  Payloads input, const wf::ActivityOptions& options, const wf::Scope& scope,
                  const std::string& queue, std::source_location where);

  void cancel() override;
  std::string recorded(const Event& event) override;
  bool on(const Event& event) override;
  std::string name() const override;

 private:
  enum class State;
  enum class Input;
  friend struct ActivityTable;

  void settle_failed(const Failure& cause, int retry_state);

  Commands& commands_;
  std::string id_, type_;
  bool auto_id_;
  wf::OnCancel on_cancel_;
  State state_;
  std::int64_t scheduled_ = 0;
};

}  // namespace temporal::replay
