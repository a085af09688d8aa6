// The work of one cut of the history: match, look ahead, change the state, then run the workflow's
// code until all of it waits.
#include <algorithm>

#include "temporal/data/duration.h"
#include "temporal/replay/attributes.h"
#include "temporal/replay/run.h"
#include "temporal/workflow/scope_state.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

// The flag with which SDKs on Core say that they do what they did not before: send commands that
// came after the one that ends the run, too, and in front of it.
constexpr std::uint32_t kCoreEndGoesLast = 3;

}  // namespace

void Run::begin(std::int64_t previous_started, std::vector<Message> messages) {
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

// Requests that are in the history, and that the task does not bring, are handled where they stand
// there, as the acceptance will say on replay.
void Run::request_admitted() {
  if (!live_ || admitted_.empty()) return;
  std::vector<UpdateRequest> found;
  for (auto& [instance, request] : admitted_) {
    const auto same = [&](const UpdateRequest& other) {
      return other.instance == request.instance;
    };
    if (std::none_of(requests_.begin(), requests_.end(), same)) found.push_back(request);
  }
  for (const UpdateRequest& request : found) {
    admitted_.erase(request.instance);
    const auto behind =
        std::find_if(requests_.begin(), requests_.end(),
                     [&](const UpdateRequest& other) { return other.after > request.after; });
    requests_.insert(behind, request);
  }
}

void Run::deliver_updates(std::int64_t before) {
  if (requests_.empty()) return;
  std::vector<UpdateRequest> later;
  for (UpdateRequest& request : requests_) {
    if (request.after >= before) {
      later.push_back(std::move(request));
      continue;
    }
    // A request that was in the history already, and is not repeated by its acceptance.
    if (const auto admitted = admitted_.find(request.instance); admitted != admitted_.end()) {
      if (!request.request.has_input()) request.request = admitted->second.request;
      admitted_.erase(admitted);
    }
    update(std::move(request));
  }
  requests_ = std::move(later);
}

// The part of an event that is not an answer: the events of commands, and what comes from outside.
void Run::match(const Event& event) {
  if (may_ignore(event)) return;
  const EventType type = event.event_type();
  if (type == EVENT_TYPE_UNSPECIFIED || !EventType_IsValid(type)) {
    fail(WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED,
         Failure("the history has event " + std::to_string(event.event_id()) + " " + name_of(type) +
                 ", which this version of the library does not know"));
    return;
  }
  if ((type == EVENT_TYPE_WORKFLOW_EXECUTION_STARTED) != !workflow_) {
    fail(WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED,
         Failure("the history is not whole: expected WorkflowExecutionStarted as the first event, "
                 "and only there; found event " +
                 std::to_string(event.event_id()) + " " + name_of(type)));
    return;
  }
  if (is_command_event(type)) {
    match_command(event);
    return;
  }
  if (std::exchange(in_commands_, false)) {
    if (const auto problem = commands_.missing(completed_event_)) {
      nondeterministic(*problem);
      return;
    }
  }
  switch (type) {
    case EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
      start(event);
      return;
    case EVENT_TYPE_WORKFLOW_TASK_STARTED:
      // Also where no completion came between: what was asked for on replay is never sent.
      if (const auto problem = commands_.missing(completed_event_)) nondeterministic(*problem);
      return;
    case EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
      in_commands_ = true;
      completed_event_ = event.event_id();
      check_flags(event);
      if (!end_goes_last_) commands_.let_pass_what_came_after_end();
      return;
    case EVENT_TYPE_WORKFLOW_TASK_FAILED: {
      const auto& attributes = event.workflow_task_failed_event_attributes();
      if (attributes.cause() == WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW) {
        seed(attributes.new_run_id());
      }
      return;
    }
    case EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: {
      const auto& attributes = event.workflow_execution_signaled_event_attributes();
      signal(attributes.signal_name(), attributes.input());
      return;
    }
    case EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED: {
      UpdateRequest request;
      request.request = event.workflow_execution_update_admitted_event_attributes().request();
      request.instance = request.request.meta().update_id();
      request.message_id = request.instance + "/request";
      request.after = event.event_id();
      const std::string instance = request.instance;
      admitted_[instance] = std::move(request);
      request_admitted();
      return;
    }
    case EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
    case EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
      closed_ = true;
      return;
    default:
      return;
  }
}

// Flags say which behaviours of the SDK a run depends on. Those of other SDKs mean other things.
void Run::check_flags(const Event& completed) {
  const auto& metadata = completed.workflow_task_completed_event_attributes().sdk_metadata();
  if (!metadata.sdk_name().empty()) ours_ = metadata.sdk_name() == kSdkName;
  end_goes_last_ = end_goes_last_ || ours_ ||
                   std::ranges::find(metadata.core_used_flags(), kCoreEndGoesLast) !=
                       metadata.core_used_flags().end();
  if (!ours_ || metadata.lang_used_flags().empty()) return;
  fail(WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED,
       Failure("the run depends on flag " + std::to_string(metadata.lang_used_flags(0)) +
               " of a newer version of the library than " + kSdkVersion));
}

void Run::match_command(const Event& event) {
  const EventType type = event.event_type();
  if (!in_commands_) {
    nondeterministic("event " + std::to_string(event.event_id()) + " " + name_of(type) +
                     " does not follow the completion of a workflow task");
    return;
  }
  if (Patches::may_skip(event) && !patches_.sent(patch_marker(event).id)) {
    skip_patch_upsert_ = true;
    return;
  }
  const bool of_patch = type == EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES &&
                        event.upsert_workflow_search_attributes_event_attributes()
                            .search_attributes()
                            .indexed_fields()
                            .contains(kChangeVersion);
  if (std::exchange(skip_patch_upsert_, false) && of_patch) return;
  closed_ = closed_ || type == EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED ||
            type == EVENT_TYPE_WORKFLOW_EXECUTION_FAILED ||
            type == EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED ||
            type == EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW;
  if (const auto problem = commands_.recorded(event)) nondeterministic(*problem);
}

// An answer goes to the machine that asked.
void Run::apply(const Event& event) {
  std::int64_t asked = 0;
  switch (event.event_type()) {
    case EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
      info_.cancel_requested = true;
      scope_->cancel();
      return;
    case EVENT_TYPE_ACTIVITY_TASK_STARTED:
      asked = event.activity_task_started_event_attributes().scheduled_event_id();
      break;
    case EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
      asked = event.activity_task_completed_event_attributes().scheduled_event_id();
      break;
    case EVENT_TYPE_ACTIVITY_TASK_FAILED:
      asked = event.activity_task_failed_event_attributes().scheduled_event_id();
      break;
    case EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
      asked = event.activity_task_timed_out_event_attributes().scheduled_event_id();
      break;
    case EVENT_TYPE_ACTIVITY_TASK_CANCELED:
      asked = event.activity_task_canceled_event_attributes().scheduled_event_id();
      break;
    case EVENT_TYPE_TIMER_FIRED:
      asked = event.timer_fired_event_attributes().started_event_id();
      break;
    case EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED:
      asked = event.start_child_workflow_execution_failed_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED:
      asked = event.child_workflow_execution_started_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
      asked = event.child_workflow_execution_completed_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED:
      asked = event.child_workflow_execution_failed_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED:
      asked = event.child_workflow_execution_canceled_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT:
      asked = event.child_workflow_execution_timed_out_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED:
      asked = event.child_workflow_execution_terminated_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED:
      asked = event.external_workflow_execution_signaled_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
      asked =
          event.signal_external_workflow_execution_failed_event_attributes().initiated_event_id();
      break;
    case EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
      asked = event.external_workflow_execution_cancel_requested_event_attributes()
                  .initiated_event_id();
      break;
    case EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
      asked = event.request_cancel_external_workflow_execution_failed_event_attributes()
                  .initiated_event_id();
      break;
    default:
      return;
  }
  if (const auto problem = commands_.answered(asked, event)) nondeterministic(*problem);
}

void Run::start(const Event& event) {
  const auto& attributes = event.workflow_execution_started_event_attributes();
  info_.workflow_type = attributes.workflow_type().name();
  info_.workflow_id =
      attributes.workflow_id().empty() ? settings_.workflow_id : attributes.workflow_id();
  info_.run_id =
      settings_.run_id.empty() ? attributes.original_execution_run_id() : settings_.run_id;
  info_.space = settings_.space;
  info_.task_queue = attributes.task_queue().name();
  info_.first_run_id = attributes.first_execution_run_id();
  info_.original_run_id = attributes.original_execution_run_id();
  info_.continued_run_id = attributes.continued_execution_run_id();
  info_.attempt = std::max(1, attributes.attempt());
  info_.start = from_proto(event.event_time());
  info_.execution_timeout = from_proto(attributes.workflow_execution_timeout());
  info_.run_timeout = from_proto(attributes.workflow_run_timeout());
  info_.task_timeout = from_proto(attributes.workflow_task_timeout());
  info_.cron = attributes.cron_schedule();
  if (attributes.has_retry_policy()) info_.retry = RetryPolicy(attributes.retry_policy());
  if (attributes.has_parent_workflow_execution()) {
    const auto& parent = attributes.parent_workflow_execution();
    info_.parent = wf::WorkflowRef{parent.workflow_id(), parent.run_id()};
  }
  if (attributes.has_root_workflow_execution()) {
    const auto& root = attributes.root_workflow_execution();
    info_.root = wf::WorkflowRef{root.workflow_id(), root.run_id()};
  }
  for (const auto& [key, value] : attributes.memo().fields()) info_.memo[key] = value;
  info_.search_attributes = SearchAttributes(attributes.search_attributes());
  if (attributes.has_continued_failure()) {
    info_.last_failure = Failure(attributes.continued_failure());
  }
  info_.last_result = attributes.last_completion_result();
  now_ = std::max(now_, info_.start);
  seed(info_.original_run_id);

  try {
    workflow_ = type_->create();
  } catch (...) {
    code_failed(std::current_exception());
    return;
  }
  const Payloads input = attributes.input();
  main_ = std::make_unique<Routine>(
      "run", [this, input] { return type_->run(workflow_.get(), input); },
      [this](Payloads result, const std::exception_ptr& error) {
        main_ended(std::move(result), error);
      });
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
