// The work of one cut of the history: look ahead, match, change the state, then run the workflow's
// code until all of it waits.
#include <algorithm>

#include "temporal/data/duration.h"
#include "temporal/replay/run.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

void Run::begin(std::int64_t previous_started, const std::vector<Message>& messages) {
  previous_started_ = previous_started;
  to_do_ = true;
  live_ = false;
  for (const Message& message : messages) {
    if (auto request = update_request(message)) requests_.push_back(std::move(*request));
  }
}

void Run::add(std::shared_ptr<const HistoryProto> page, bool more) {
  if (problem_) return;
  if (const auto wrong = history_.add(std::move(page), more)) {
    fail(WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED, Failure(*wrong));
  }
}

void Run::advance() {
  while (!problem_) {
    const auto cut = history_.next();
    if (!cut) break;
    activate(*cut);
  }
  history_.release();
  // What ended outside of the code since, in the worker; behind all that the history brings.
  if (!problem_ && live_ && !history_.more()) {
    const Current current(*this);
    loop();
  }
}

void Run::finish() {
  const Current current(*this);
  for (const Event* event : history_.rest()) {
    if (problem_) return;
    match(*event);
  }
  if (in_commands_ && !problem_) {
    if (const auto problem = commands_.missing(completed_event_)) nondeterministic(*problem);
  }
  history_.release();
}

void Run::activate(const History::Cut& cut) {
  const Current current(*this);
  const Event& started = *cut.events.back();
  const auto& attributes = started.workflow_task_started_event_attributes();
  live_ = to_do_ && cut.last && started.event_id() > previous_started_;
  replaying_ = !live_;
  commands_.recording = live_;
  now_ = std::max(now_, from_proto(started.event_time()));
  info_.history_length = started.event_id();
  info_.history_bytes = attributes.history_size_bytes();
  info_.continue_as_new_suggested = attributes.suggest_continue_as_new();

  // Requests of updates that came with the task are for its own cut only.
  std::vector<UpdateRequest> live_requests;
  if (!live_) live_requests.swap(requests_);
  look_ahead(cut.ahead);
  request_admitted();

  const bool first = !main_;
  for (const Event* event : cut.events) {
    deliver_updates(event->event_id());
    match(*event);
    if (problem_) return;
  }
  deliver_updates(started.event_id() + 1);
  for (const Event* event : cut.events) {
    apply(*event);
    if (problem_) return;
  }
  if (first && main_) ready_.push(*main_);
  loop();
  if (!live_) requests_.swap(live_requests);
}

// Of the commands of the task that is about to be replayed: what its code must find known.
void Run::look_ahead(const std::vector<const Event*>& ahead) {
  local_ends_.clear();
  for (const Event* event : ahead) {
    if (event->event_type() == EVENT_TYPE_MARKER_RECORDED) {
      const std::string& name = event->marker_recorded_event_attributes().marker_name();
      if (name == kPatchMarker) patches_.seen(patch_marker(*event).id);
      if (name == kLocalActivityMarker) {
        if (auto end = local_activity_end(*event)) local_ends_.push_back(std::move(*end));
      }
    } else if (event->event_type() == EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED) {
      const auto& accepted = event->workflow_execution_update_accepted_event_attributes();
      UpdateRequest request;
      request.instance = accepted.protocol_instance_id();
      request.message_id = accepted.accepted_request_message_id();
      request.after = accepted.accepted_request_sequencing_event_id();
      request.request = accepted.accepted_request();
      requests_.push_back(std::move(request));
    }
  }
}

// Until all of the workflow's code waits: first what is ready, in order; then the first condition
// that holds; then the next local activity that has ended, or had on replay.
void Run::loop() {
  while (!problem_) {
    if (wf::Job* job = ready_.pop()) {
      job->run();
      continue;
    }
    if (fulfil_condition() || resolve_next_local()) continue;
    break;
  }
  if (!problem_) send_end();
}

bool Run::fulfil_condition() {
  for (auto* one = conditions_.first(); one; one = conditions_.after(*one)) {
    try {
      const ReadOnly reading(*this, "a predicate of wf::until()");
      if (!one->holds()) continue;
    } catch (...) {
      code_failed(std::current_exception());
      return false;
    }
    one->fulfil();
    return true;
  }
  return false;
}

bool Run::resolve_next_local() {
  auto& ends = live_ ? arrived_ : local_ends_;
  if (ends.empty()) return false;
  ends.front().seq = seq_of(ends.front());
  if (!live_ && !locals_.contains(ends.front().seq)) return false;
  const LocalActivityEnd end = std::move(ends.front());
  ends.pop_front();
  resolve(end);
  return true;
}

std::int64_t Run::seq_of(const LocalActivityEnd& end) const {
  if (end.seq != 0) return end.seq;
  for (const auto& [seq, local] : locals_) {
    if (local.machine->may_end_with(end)) return seq;
  }
  return 0;
}

void Run::send_end() {
  if (!end_) return;
  commands_.after_end = false;
  end_->send(commands_);
  end_.reset();
  if (ended_) return;
  ended_ = true;
  for (const auto& handler : handlers_) {
    if (handler->ended()) continue;
    log(wf::LogLevel::Warn, "[TMPRL1102] the workflow ended while " + handler->name() +
                                " was at work; wait until(wf::handlers_finished) first");
  }
}

}  // namespace temporal::replay
