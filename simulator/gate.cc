#include "simulator/gate.h"

#include <utility>

namespace almanac::simulator {

struct Gate::State {
  bool closed = false, halted = false;
  TimerId last = 0;
  std::map<TimerId, Task> tasks;
  std::map<TimerId, TimerId> timers;  // of the executor, by ours
  std::vector<TimerId> due;           // while it was halted

  void run(TimerId id) {
    const auto found = tasks.find(id);
    if (found == tasks.end()) return;
    if (halted) {
      due.push_back(id);
      return;
    }
    const Task task = std::move(found->second);
    tasks.erase(found);
    timers.erase(id);
    try {
      task();
    } catch (const Killed&) {
      // The rest of it does not happen.
    }
  }
};

Gate::Gate(temporal::VirtualExecutor& executor)
    : executor_(executor), state_(std::make_shared<State>()) {}

Gate::~Gate() {
  close();
}

Gate::TimerId Gate::keep(Task task) {
  const TimerId id = ++state_->last;
  state_->tasks.emplace(id, std::move(task));
  return id;
}

void Gate::post(Task task) {
  if (state_->closed) return;
  executor_.post([state = state_, id = keep(std::move(task))] { state->run(id); });
}

Gate::TimerId Gate::after(temporal::Duration delay, Task task) {
  if (state_->closed) return ++state_->last;
  const TimerId id = keep(std::move(task));
  state_->timers[id] = executor_.after(delay, [state = state_, id] { state->run(id); });
  return id;
}

void Gate::cancel(TimerId timer) {
  const auto found = state_->timers.find(timer);
  if (found == state_->timers.end()) return;
  executor_.cancel(found->second);
  state_->timers.erase(found);
  const auto task = state_->tasks.extract(timer);  // destroyed after all is in order
}

void Gate::halt(temporal::Duration duration) {
  if (state_->halted || state_->closed) return;
  state_->halted = true;
  executor_.after(duration, [state = state_] {
    state->halted = false;
    for (const TimerId id : std::exchange(state->due, {})) state->run(id);
  });
}

bool Gate::halted() const {
  return state_->halted;
}

void Gate::close() {
  if (std::exchange(state_->closed, true)) return;
  for (const auto& [id, timer] : state_->timers) executor_.cancel(timer);
  state_->timers.clear();
  const auto tasks = std::exchange(state_->tasks, {});
}

}  // namespace almanac::simulator
