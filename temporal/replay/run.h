// Run: a workflow run as its worker keeps it. History in, commands out; no I/O, no clock, no
// thread.
//
//   1. begin() a workflow task, add() its history; advance() works through all that has arrived: it
//      replays what has been done, and does what is new.
//   2. Local activities that are asked for are to_run(); what they end with goes into end_local(),
//      and advance() goes on.
//   3. commands(), messages() and ended() are the answer to the task; query() asks the state.
//
// Destroying it (eviction) destroys the workflow and all that it awaits, and asks for nothing. Used
// by one thread at a time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "temporal/api/enums/v1/failed_cause.pb.h"
#include "temporal/replay/commands.h"
#include "temporal/replay/end.h"
#include "temporal/replay/history.h"
#include "temporal/replay/local_activity.h"
#include "temporal/replay/patch.h"
#include "temporal/replay/routine.h"
#include "temporal/replay/update.h"
#include "temporal/workflow/info.h"
#include "temporal/workflow/timer.h"

namespace temporal::replay {

// Why the workflow task cannot be completed.
struct Problem {
  api::enums::v1::WorkflowTaskFailedCause cause;
  Failure failure;
};

struct RunSettings {
  std::string space = "default";  // the namespace
  std::string workflow_id, run_id;
  // Which ids, made by the SDK where the author gave none, must be as in the history.
  bool ignore_auto_ids = false;
  // Takes what the workflow logs while it is not replaying.
  std::function<void(wf::LogLevel, std::string_view)> log = nullptr;
};

class Run final : private wf::Context {
 public:
  Run(std::shared_ptr<const wf::WorkflowType> type, RunSettings settings);
  ~Run() override;
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // A task that is to be done, not only replayed: `previous_started` and `messages` are the poll's.
  void begin(std::int64_t previous_started, const std::vector<Message>& messages);
  // Adds a page of history; `more` says that others come.
  void add(std::shared_ptr<const HistoryProto> page, bool more);
  // The history ends here and is not the history of a task: what is left of it must match, too.
  void finish();
  void advance();
  // Whether what came last was the start of the task that is to be done, and has been worked on.
  bool live() const { return live_; }

  // Null: all is well. Otherwise the run cannot go on and is to be destroyed.
  const Problem* problem() const { return problem_ ? &*problem_ : nullptr; }

  // Local activities that have not been given yet; and those that should stop.
  std::vector<LocalActivityTask> to_run();
  std::vector<std::int64_t> to_stop();
  bool waits_for_local() const;
  bool waits_for_history() const { return history_.more(); }
  bool waits_for(std::int64_t seq) const { return locals_.contains(seq); }
  // Taken up by the next advance().
  void end_local(LocalActivityEnd end) { arrived_.push_back(std::move(end)); }

  std::vector<const CommandProto*> commands() const { return commands_.to_send(); }
  // The commands are on their way; they are kept, without what they carry, to meet their events.
  void sent() { commands_.sent(); }
  std::vector<Message> take_messages() { return std::exchange(messages_, {}); }
  // The workflow has ended, as far as this worker knows.
  bool ended() const { return ended_; }
  // The history, whole as it has come, ends with the run's end.
  bool closed() const { return closed_; }
  Outcome<Payloads> query(const std::string& name, const Payloads& input);

  // The service forgot a task in which nothing was done.
  void rewind(std::int64_t event_id);
  std::int64_t next_event_id() const { return history_.next_event_id(); }
  const wf::Info& info() const override { return info_; }

 private:
  // replay/activation.cc: the work of one cut
  void activate(const History::Cut& cut);
  void look_ahead(const std::vector<const Event*>& ahead);
  void loop();
  bool fulfil_condition();
  bool resolve_next_local();
  std::int64_t seq_of(const LocalActivityEnd& end) const;
  void resolve(const LocalActivityEnd& end);
  void send_end();

  // replay/matching.cc: what an event means
  void match(const Event& event);
  void match_command(const Event& event);
  void check_flags(const Event& completed);
  void apply(const Event& event);

  // replay/start.cc: the first event
  void start(const Event& event);

  // replay/handlers.cc: what runs in it
  void signal(const std::string& name, const Payloads& input);
  void request_admitted();
  void deliver_updates(std::int64_t before);
  void update(UpdateRequest request);
  std::optional<Failure> reason_against(const std::string& update, const Payloads& input);
  void add_handler(std::string name, Routine::Start start, Routine::Ended ended);
  void main_ended(Payloads result, const std::exception_ptr& error);
  void handler_failed(const std::exception_ptr& error);
  void code_failed(const std::exception_ptr& error);
  void end_with(End end);
  void fail(api::enums::v1::WorkflowTaskFailedCause cause, Failure failure);
  void nondeterministic(const std::string& what);

  // replay/run.cc: wf::Context
  bool wants_input() const override { return commands_.recording; }
  wf::Ref<wf::Call> start_activity(std::string_view, Payloads, const wf::ActivityOptions&,
                                   std::source_location) override;
  wf::Ref<wf::Call> start_local_activity(std::string_view, Payloads,
                                         const wf::LocalActivityOptions&,
                                         std::source_location) override;
  wf::Ref<wf::Call> start_timer(Duration, const wf::Scope&, std::string_view,
                                std::source_location) override;
  wf::Ref<wf::ChildCall> start_child(std::string_view, Payloads, const wf::ChildOptions&,
                                     std::source_location) override;
  wf::Ref<wf::Call> signal_external(const wf::WorkflowRef&, std::string_view, Payloads,
                                    const wf::Scope&, std::source_location) override;
  wf::Ref<wf::Call> cancel_external(const wf::WorkflowRef&, std::source_location) override;
  bool patched(std::string_view id, bool deprecated, std::source_location) override;
  void upsert(const SearchAttributes&, std::source_location) override;
  void upsert_memo(const std::string&, const Payload&, std::source_location) override;
  TimePoint now() const override { return now_; }
  std::uint64_t random() override;
  bool replaying() const override { return replaying_; }
  bool evicting() const override { return evicting_; }
  bool handlers_finished() const override;
  void log(wf::LogLevel level, std::string_view message) override;
  const std::shared_ptr<wf::ScopeState>& scope() const override { return scope_; }
  void ready(wf::Job& job) override { ready_.push(job); }
  void add(wf::Condition& condition) override { conditions_.push(condition); }

  // While it lives the workflow's code may only look: what it asks for throws std::logic_error.
  class ReadOnly {
   public:
    ReadOnly(Run& run, const char* who, std::string_view name = {}) : run_(run) {
      run_.reader_ = who;
      run_.reader_name_ = name;
    }
    ~ReadOnly() { run_.reader_ = nullptr; }
    ReadOnly(const ReadOnly&) = delete;
    ReadOnly& operator=(const ReadOnly&) = delete;

   private:
    Run& run_;
  };
  void acts(const char* verb, std::string_view what) const;
  void seed(const std::string& run_id);
  wf::Scope scope_or_own(const std::optional<wf::Scope>& scope) const;
  void pause(LocalActivityMachine& machine, const LocalActivityEnd& end);

  std::shared_ptr<const wf::WorkflowType> type_;
  RunSettings settings_;
  History history_;
  std::optional<Problem> problem_;

  // The task that is being worked on.
  std::int64_t previous_started_ = 0;
  bool to_do_ = false;  // there is a task to answer
  bool live_ = false;   // the last cut is to be done, not only replayed
  bool replaying_ = true;
  std::vector<UpdateRequest> requests_;      // of updates that are to be delivered in this cut
  std::vector<Message> messages_;            // to send
  std::deque<LocalActivityEnd> arrived_;     // as the worker says
  std::deque<LocalActivityEnd> local_ends_;  // as the markers ahead say

  // The state of the run.
  wf::Info info_;
  TimePoint now_{};
  std::uint64_t random_ = 0;
  std::uint64_t child_ids_ = 0;
  int next_activity_ = 1, next_local_ = 1, next_timer_ = 1;
  bool ours_ = false;               // this library has worked on the run
  bool end_goes_last_ = false;      // a task's commands are all sent, and that which ends it last
  bool in_commands_ = false;        // between a WorkflowTaskCompleted and its commands' last event
  bool skip_patch_upsert_ = false;  // the upsert of a patch marker that was passed over
  std::int64_t completed_event_ = 0;
  std::map<std::string, UpdateRequest> admitted_;
  Commands commands_;
  Patches patches_;
  std::optional<End> end_;
  bool ended_ = false, closed_ = false, evicting_ = false;

  // Local activities that have not ended, by sequence number.
  struct Local {
    wf::Ref<LocalActivityMachine> machine;
    bool running = false;  // the worker has it
  };
  std::map<std::int64_t, Local> locals_;
  // A pause before another attempt of a local activity.
  class Pause;
  std::vector<std::unique_ptr<Pause>> pauses_;

  const char* reader_ = nullptr;  // who may only look; null: nobody
  std::string_view reader_name_;

  // What runs. Destroyed first.
  std::shared_ptr<wf::ScopeState> scope_;
  List<wf::Condition> conditions_;
  List<wf::Job> ready_;
  std::shared_ptr<void> workflow_;
  std::vector<std::unique_ptr<Routine>> handlers_;
  std::unique_ptr<Routine> main_;
};

}  // namespace temporal::replay
