#include "temporal/embedded/timers.h"

#include "temporal/embedded/change.h"

namespace temporal::embedded {

namespace {

// All that are due fire in one change.
void fire(Engine& engine, const RunPtr& run) {
  run->timers_timer = 0;
  if (!run->running()) return;
  bool fired = false;
  while (!run->timer_deadlines.empty() && run->timer_deadlines.begin()->at <= engine.now()) {
    const TimerDeadline due = *run->timer_deadlines.begin();
    auto& attributes = *add_event(engine, *run, api::enums::v1::EVENT_TYPE_TIMER_FIRED)
                            .mutable_timer_fired_event_attributes();
    attributes.set_timer_id(due.id);
    attributes.set_started_event_id(due.started_id);
    remove_timer(*run, due.id);
    fired = true;
  }
  if (fired) return commit_and_schedule(engine, run);
  arm_timers(engine, run);
}

}  // namespace

void add_timer(Run& run, const std::string& id, Timer timer) {
  run.timer_deadlines.insert({timer.fires, timer.started_id, id});
  run.timers[id] = timer;
}

void remove_timer(Run& run, const std::string& id) {
  const auto found = run.timers.find(id);
  if (found == run.timers.end()) return;
  run.timer_deadlines.erase({found->second.fires, found->second.started_id, id});
  run.timers.erase(found);
}

void arm_timers(Engine& engine, const RunPtr& run) {
  if (run->timer_deadlines.empty()) return engine.stop(run->timers_timer);
  const TimePoint first = run->timer_deadlines.begin()->at;
  if (run->timers_timer != 0 && run->timers_armed == first) return;
  engine.stop(run->timers_timer);
  run->timers_armed = first;
  run->timers_timer = engine.at(first, [&engine, run] { fire(engine, run); });
}

}  // namespace temporal::embedded
