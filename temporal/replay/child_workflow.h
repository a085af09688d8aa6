// A child workflow: initiated, started or not, perhaps asked to stop, closed.
#pragma once

#include <string>
#include <string_view>

#include "temporal/replay/commands.h"
#include "temporal/replay/external.h"
#include "temporal/replay/machine.h"
#include "temporal/workflow/child.h"

namespace temporal::replay {

class ChildMachine final : public MachineOf<wf::ChildCall> {
 public:
  // Sends its command; in a scope that is canceled it settles at once instead. `space` and `queue`
  // are the workflow's own namespace and task queue.
  ChildMachine(Commands& commands, std::string id, bool auto_id, std::string_view type,
               Payloads input, const wf::ChildOptions& options, const wf::Scope& scope,
               const std::string& space, const std::string& queue, std::source_location where);

  wf::Call& started() override { return *started_; }
  const std::string& workflow_id() const override { return id_; }
  const std::string& run_id() const override { return run_id_; }
  void cancel() override;
  std::string recorded(const Event& event) override;
  bool on(const Event& event) override;
  std::string name() const override;

 private:
  enum class State;
  enum class Input;
  friend struct ChildTable;
  class Started final : public wf::Call {
   public:
    using wf::Call::settle;
  };

  void send_cancel();
  void settle_failed(const Failure& cause, int retry_state);

  Commands& commands_;
  std::string id_, type_, space_, run_id_;
  bool auto_id_;
  wf::OnCancel on_cancel_;
  State state_;
  wf::Ref<Started> started_;
  wf::Ref<CancelMachine> cancel_;
  std::int64_t initiated_ = 0;
};

}  // namespace temporal::replay
