#include "temporal/replay/history.h"

#include <iterator>

#include "temporal/replay/commands.h"

namespace temporal::replay {
namespace {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

// A task that started and then met this came to nothing.
bool loses_task(const Event& event) {
  switch (event.event_type()) {
    case EVENT_TYPE_WORKFLOW_TASK_FAILED:
    case EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
    case EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool may_ignore(const Event& event) {
  return event.worker_may_ignore() &&
         (event.event_type() == EVENT_TYPE_UNSPECIFIED || !EventType_IsValid(event.event_type()));
}

std::optional<std::string> History::add(std::shared_ptr<const HistoryProto> page, bool more) {
  for (const Event& event : page->events()) {
    if (event.event_id() != next_id_) {
      return "the history is not whole: expected event " + std::to_string(next_id_) + ", found " +
             std::to_string(event.event_id());
    }
    if (event.event_id() > done_) events_.push_back(&event);
    ++next_id_;
  }
  more_ = more;
  pages_.push_back(std::move(page));
  return std::nullopt;
}

std::optional<History::Cut> History::next() {
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (events_[i]->event_type() != EVENT_TYPE_WORKFLOW_TASK_STARTED) continue;
    std::size_t end = i + 1;  // what became of the task
    while (end < events_.size() && may_ignore(*events_[end])) ++end;
    const bool followed = end < events_.size();
    if (!followed && more_) return std::nullopt;
    if (followed && loses_task(*events_[end])) continue;
    std::size_t ahead = end;
    if (followed) {
      do ++ahead;
      while (ahead < events_.size() &&
             (is_command_event(events_[ahead]->event_type()) || may_ignore(*events_[ahead])));
      if (ahead == events_.size() && more_) return std::nullopt;
    }
    Cut cut;
    cut.last = !followed;
    const auto at = [&](std::size_t n) { return events_.begin() + static_cast<std::ptrdiff_t>(n); };
    cut.events.assign(events_.begin(), at(i + 1));
    if (followed) cut.ahead.assign(at(end + 1), at(ahead));
    events_.erase(events_.begin(), at(i + 1));
    return cut;
  }
  return std::nullopt;
}

std::vector<const Event*> History::rest() {
  std::vector<const Event*> all(events_.begin(), events_.end());
  events_.clear();
  return all;
}

void History::release() {
  if (events_.empty()) pages_.clear();
}

void History::rewind(std::int64_t event_id) {
  done_ = next_id_ - 3;  // before its WorkflowTaskScheduled and WorkflowTaskStarted
  next_id_ = event_id + 1;
}

}  // namespace temporal::replay
