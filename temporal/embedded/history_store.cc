#include "temporal/embedded/history_store.h"

#include <algorithm>
#include <utility>

namespace temporal::embedded {

namespace {

using namespace api::enums::v1;

bool finishes(EventType type) {
  switch (type) {
    case EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
    case EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
    case EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
      return true;
    default:
      return false;
  }
}

// Neither the run's state, nor a workflow task's, nor what a command or message writes.
bool is_buffered(EventType type) {
  switch (type) {
    case EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
    case EVENT_TYPE_WORKFLOW_TASK_SCHEDULED:
    case EVENT_TYPE_WORKFLOW_TASK_STARTED:
    case EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
    case EVENT_TYPE_WORKFLOW_TASK_FAILED:
    case EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
    case EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
    case EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED:
    case EVENT_TYPE_TIMER_STARTED:
    case EVENT_TYPE_TIMER_CANCELED:
    case EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
    case EVENT_TYPE_MARKER_RECORDED:
    case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
    case EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
    case EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
    case EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
      return false;
    default:
      return !finishes(type);
  }
}

// The scheduled or initiated id of what the event closes; 0, where it closes nothing.
std::int64_t activity_end_of(const HistoryEvent& e) {
  switch (e.event_type()) {
    case EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
      return e.activity_task_completed_event_attributes().scheduled_event_id();
    case EVENT_TYPE_ACTIVITY_TASK_FAILED:
      return e.activity_task_failed_event_attributes().scheduled_event_id();
    case EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
      return e.activity_task_timed_out_event_attributes().scheduled_event_id();
    case EVENT_TYPE_ACTIVITY_TASK_CANCELED:
      return e.activity_task_canceled_event_attributes().scheduled_event_id();
    default:
      return 0;
  }
}

bool is_child_end(EventType type) {
  return type == EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED ||
         type == EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED ||
         type == EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT ||
         type == EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED ||
         type == EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED;
}

class Wiring {
 public:
  void visit(HistoryEvent& e) {
    switch (e.event_type()) {
      case EVENT_TYPE_ACTIVITY_TASK_STARTED:
        started[e.activity_task_started_event_attributes().scheduled_event_id()] = e.event_id();
        break;
      case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED:
        started[e.child_workflow_execution_started_event_attributes().initiated_event_id()] =
            e.event_id();
        break;
      case EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
        return wire(*e.mutable_activity_task_completed_event_attributes());
      case EVENT_TYPE_ACTIVITY_TASK_FAILED:
        return wire(*e.mutable_activity_task_failed_event_attributes());
      case EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
        return wire(*e.mutable_activity_task_timed_out_event_attributes());
      case EVENT_TYPE_ACTIVITY_TASK_CANCELED:
        return wire(*e.mutable_activity_task_canceled_event_attributes());
      case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
        return wire_child(*e.mutable_child_workflow_execution_completed_event_attributes());
      case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED:
        return wire_child(*e.mutable_child_workflow_execution_failed_event_attributes());
      case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT:
        return wire_child(*e.mutable_child_workflow_execution_timed_out_event_attributes());
      case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED:
        return wire_child(*e.mutable_child_workflow_execution_canceled_event_attributes());
      case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED:
        return wire_child(*e.mutable_child_workflow_execution_terminated_event_attributes());
      default:
        break;
    }
  }

  std::map<std::int64_t, std::int64_t> started;

 private:
  template <class Attributes>
  void wire(Attributes& attributes) {
    const auto found = started.find(attributes.scheduled_event_id());
    if (found != started.end()) attributes.set_started_event_id(found->second);
  }
  template <class Attributes>
  void wire_child(Attributes& attributes) {
    const auto found = started.find(attributes.initiated_event_id());
    if (found != started.end()) attributes.set_started_event_id(found->second);
  }
};

}  // namespace

HistoryEvent& HistoryStore::add(EventPtr event) {
  if (finishes(event->event_type())) finished_ = true;
  if (is_buffered(event->event_type())) {
    event->set_event_id(kBufferedEventId);
    buffer_.push_back(std::move(event));
    return *buffer_.back();
  }
  event->set_event_id(next_id());
  if (!batch_open_) batches_.push_back(next_id());
  batch_open_ = true;
  events_.push_back(std::move(event));
  return *events_.back();
}

std::size_t HistoryStore::buffered_bytes() const {
  std::size_t bytes = 0;
  for (const EventPtr& event : buffer_) bytes += event->ByteSizeLong();
  return bytes;
}

std::map<std::int64_t, std::int64_t> HistoryStore::flush() {
  std::vector<EventPtr> buffer = std::exchange(buffer_, {});
  if (finished_) return {};
  std::vector<EventPtr> ordered, ends;
  for (EventPtr& event : buffer) {
    const bool is_end = activity_end_of(*event) != 0 || is_child_end(event->event_type());
    (is_end ? ends : ordered).push_back(std::move(event));
  }
  ordered.insert(ordered.end(), ends.begin(), ends.end());
  Wiring wiring;
  for (EventPtr& event : ordered) {
    event->set_event_id(next_id());
    wiring.visit(*event);
    if (!batch_open_) batches_.push_back(next_id());
    batch_open_ = true;
    events_.push_back(std::move(event));
  }
  return std::move(wiring.started);
}

void HistoryStore::end_batch() {
  batch_open_ = false;
}

void HistoryStore::commit() {
  end_batch();
  for (; counted_ < events_.size(); ++counted_) {
    const auto size = static_cast<std::int64_t>(events_[counted_]->ByteSizeLong());
    bytes_ += size + (size < 128 ? 2 : 3);  // as it is framed in a batch
  }
}

HistoryStore HistoryStore::first(std::int64_t next) const {
  HistoryStore other;
  other.events_.assign(events_.begin(), events_.begin() + (next - 1));
  for (const std::int64_t batch : batches_) {
    if (batch < next) other.batches_.push_back(batch);
  }
  other.commit();
  return other;
}

EventPtr HistoryStore::take_timer_fired(const std::string& timer) {
  for (auto i = buffer_.begin(); i != buffer_.end(); ++i) {
    if ((*i)->event_type() != EVENT_TYPE_TIMER_FIRED) continue;
    if ((*i)->timer_fired_event_attributes().timer_id() != timer) continue;
    EventPtr fired = *i;
    buffer_.erase(i);
    return fired;
  }
  return nullptr;
}

bool HistoryStore::buffers_end_of(std::int64_t scheduled_id) const {
  const auto ends = [&](const EventPtr& e) { return activity_end_of(*e) == scheduled_id; };
  return std::any_of(buffer_.begin(), buffer_.end(), ends) ||
         std::any_of(events_.begin() + static_cast<std::ptrdiff_t>(counted_), events_.end(), ends);
}

void HistoryStore::back_to(const Mark& mark) {
  events_.resize(mark.events);
  batches_.resize(mark.batches);
  buffer_ = mark.buffer;
  bytes_ = mark.bytes;
  finished_ = mark.finished;
  batch_open_ = false;
}

std::pair<std::int64_t, bool> HistoryStore::page_end(std::int64_t first, std::int64_t next,
                                                     int batches) const {
  if (first >= next) return {first, false};
  auto batch = std::upper_bound(batches_.begin(), batches_.end(), first);
  int held = 1;
  for (; held < batches && batch != batches_.end() && *batch < next; ++held) ++batch;
  return {batch == batches_.end() ? next : std::min(next, *batch), held == batches};
}

bool HistoryStore::starts_batch(std::int64_t id) const {
  return std::binary_search(batches_.begin(), batches_.end(), id);
}

void HistoryStore::copy(std::int64_t first, std::int64_t next,
                        api::history::v1::History& out) const {
  out.mutable_events()->Reserve(out.events_size() + static_cast<int>(next - first));
  for (std::int64_t id = first; id < next; ++id) *out.add_events() = at(id);
}

}  // namespace temporal::embedded
