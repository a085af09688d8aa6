// Gate: the executor of one simulated process, on the world's. It can be halted, so that nothing of
// the process happens until it goes on, and closed for ever: what was to happen is thrown away.
// Thread rule: one thread. The world's executor outlives it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "temporal/base/virtual_executor.h"

namespace almanac::simulator {

// Ends what a process is doing when it dies.
struct Killed {};

class Gate final : public temporal::Executor {
 public:
  explicit Gate(temporal::VirtualExecutor& executor);
  ~Gate() override;

  temporal::TimePoint now() const override { return executor_.now(); }
  void post(Task task) override;
  TimerId after(temporal::Duration delay, Task task) override;
  void cancel(TimerId timer) override;

  void halt(temporal::Duration duration);
  bool halted() const;
  void close();

 private:
  struct State;
  TimerId keep(Task task);

  temporal::VirtualExecutor& executor_;
  std::shared_ptr<State> state_;
};

}  // namespace almanac::simulator
