// Script: a run's history as a test writes it, event by event, and the run that works on it.
//
// Every workflow task is done twice: by the run that has been kept, with what is new, and by one
// that replays the whole history. Both must give the same commands, which become the next events.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/replay/run.h"
#include "tests/temporal/replay/recorder.h"

namespace replay_test {

namespace wf = temporal::wf;
using namespace std::chrono_literals;      // NOLINT(google-build-using-namespace)
using namespace temporal::api::enums::v1;  // NOLINT(google-build-using-namespace)
using temporal::Failure;
using temporal::Outcome;
using temporal::Payloads;
using temporal::replay::Event;
using temporal::replay::HistoryProto;
using temporal::replay::LocalActivityEnd;
using temporal::replay::LocalActivityTask;
using temporal::replay::Message;
using temporal::replay::Run;

class Script {
 public:
  template <class W, class... Args>
  static Script of(const Args&... args) {
    return Script(wf::definition_of<W>().type(), temporal::encode_all(args...));
  }
  Script(std::shared_ptr<const wf::WorkflowType> type, Payloads input) : type_(std::move(type)) {
    auto& started = *add(EVENT_TYPE_WORKFLOW_EXECUTION_STARTED)
                         .mutable_workflow_execution_started_event_attributes();
    started.mutable_workflow_type()->set_name(type_->name);
    started.mutable_task_queue()->set_name("queue");
    started.set_original_execution_run_id("run");
    *started.mutable_input() = std::move(input);
    kept_ = make_run();
  }

  // An event behind the others; a second later than the one before.
  Event& add(temporal::replay::EventType type) {
    Event& event = *history_.add_events();
    event.set_event_id(history_.events_size());
    event.set_event_type(type);
    event.mutable_event_time()->set_seconds(1000 + history_.events_size());
    return event;
  }
  std::int64_t last() const { return history_.events_size(); }
  template <class... Args>
  Script& signal(const std::string& name, const Args&... args) {
    auto& attributes = *add(EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
                            .mutable_workflow_execution_signaled_event_attributes();
    attributes.set_signal_name(name);
    *attributes.mutable_input() = temporal::encode_all(args...);
    return *this;
  }
  Script& request_cancel() {
    add(EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED);
    return *this;
  }
  // A task that comes to nothing.
  Script& lose_task() {
    add(EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
    add(EVENT_TYPE_WORKFLOW_TASK_STARTED);
    add(EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT);
    return *this;
  }

  // Does a workflow task: what the code asks for, in short; or "problem: ...".
  std::string task(const std::vector<Message>& messages = {}) {
    add(EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
    const std::int64_t previous = previous_started_;
    previous_started_ = add(EVENT_TYPE_WORKFLOW_TASK_STARTED).event_id();
    const std::string kept = work(*kept_, kept_->next_event_id(), previous, messages);
    if (kept_->problem()) return "problem: " + kept_->problem()->failure.message();
    const auto sent = kept_->take_messages();
    const auto fresh = make_run();
    EXPECT_EQ(work(*fresh, 1, previous, messages), kept) << "replayed from the start";
    if (fresh->problem()) ADD_FAILURE() << fresh->problem()->failure.message();
    auto& completed =
        *add(EVENT_TYPE_WORKFLOW_TASK_COMPLETED).mutable_workflow_task_completed_event_attributes();
    completed.set_started_event_id(previous_started_);
    for (const auto* command : kept_->commands()) {
      record(*command, sent, history_, add(EVENT_TYPE_UNSPECIFIED));
    }
    kept_->sent();
    sent_ = sent;
    return kept;
  }

  // The answer to the query "log", without its quotes.
  std::string log() {
    const Outcome<Payloads> answer = kept_->query("log", {});
    if (!answer.ok()) return answer.failure().text();
    return temporal::decode_result<std::string>(answer.value());
  }
  // The problem of a replay of the history as it is; empty: there is none.
  std::string replay() const { return replay_with(type_); }
  template <class W>
  std::string replay_with() const {
    return replay_with(wf::definition_of<W>().type());
  }
  std::string replay_with(std::shared_ptr<const wf::WorkflowType> type) const {
    const auto fresh = make_run(std::move(type));
    fresh->add(std::make_shared<HistoryProto>(history_), false);
    fresh->advance();
    fresh->finish();
    return fresh->problem() ? fresh->problem()->failure.message() : "";
  }
  // As if the run had been taken out of memory.
  void evict() { kept_ = make_run(); }

  Run& run() { return *kept_; }
  HistoryProto& history() { return history_; }
  // The messages of the last task.
  const std::vector<Message>& sent() const { return sent_; }
  // How local activities that were asked for end, in this order; the others keep running.
  std::function<std::vector<LocalActivityEnd>(const std::vector<LocalActivityTask>&)> local;
  std::vector<std::int64_t> stopped;  // local activities that the kept run wants stopped
  std::string logged;                 // by the workflow, outside of replay

 private:
  std::unique_ptr<Run> make_run() const { return make_run(type_); }
  std::unique_ptr<Run> make_run(std::shared_ptr<const wf::WorkflowType> type) const {
    temporal::replay::RunSettings settings;
    settings.workflow_id = "workflow";
    settings.run_id = "run";
    settings.log = [this](wf::LogLevel, std::string_view text) {
      const_cast<Script*>(this)->logged += std::string(text) + "\n";
    };
    return std::make_unique<Run>(std::move(type), std::move(settings));
  }
  std::string work(Run& run, std::int64_t first, std::int64_t previous,
                   const std::vector<Message>& messages) {
    auto page = std::make_shared<HistoryProto>();
    for (const Event& event : history_.events()) {
      if (event.event_id() >= first) *page->add_events() = event;
    }
    run.begin(previous, messages);
    run.add(std::move(page), /*more=*/false);
    run.advance();
    while (!run.problem()) {
      const auto tasks = run.to_run();
      const auto ends = local ? local(tasks) : std::vector<LocalActivityEnd>();
      if (ends.empty()) break;
      for (const LocalActivityEnd& end : ends) run.end_local(end);
      run.advance();
    }
    for (const std::int64_t seq : run.to_stop()) {
      if (&run == kept_.get()) stopped.push_back(seq);
    }
    std::string text;
    if (run.problem()) return text;
    for (const auto* command : run.commands())
      text += (text.empty() ? "" : ", ") + short_of(*command);
    return text;
  }

  std::shared_ptr<const wf::WorkflowType> type_;
  HistoryProto history_;
  std::int64_t previous_started_ = 0;
  std::vector<Message> sent_;
  std::unique_ptr<Run> kept_;
};

}  // namespace replay_test
