// Context: what a workflow's code can ask of the run it belongs to. replay/ implements it; authors
// use the functions and handles of the other headers of this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>

#include "temporal/base/executor.h"
#include "temporal/data/failure.h"
#include "temporal/workflow/future.h"

namespace temporal {
class SearchAttributes;
}

namespace temporal::wf {

class Scope;
class ScopeState;
class ActivityOptions;
class LocalActivityOptions;
class ChildOptions;
class ContinueAsNewOptions;
class Condition;
struct Info;
enum class LogLevel { Debug, Info, Warn, Error };

// A call to the world outside: settles with payloads or a failure.
class Call : public Future {
 public:
  // Only when done().
  const Outcome<Payloads>& outcome() const { return outcome_; }

 protected:
  Call() : outcome_(Payloads()) {}
  void settle(Outcome<Payloads> outcome) {
    outcome_ = std::move(outcome);
    Future::settle();
  }

 private:
  Outcome<Payloads> outcome_;
};

// A child: settles when it closes, `started` when it has started or could not.
class ChildCall : public Call {
 public:
  virtual Call& started() = 0;
  virtual const std::string& workflow_id() const = 0;
  virtual const std::string& run_id() const = 0;  // empty until started
};

struct WorkflowRef {
  std::string workflow_id;
  std::string run_id;       // empty: the current run
  bool child_only = false;  // the workflow must be a child of this one
};

class Context {
 public:
  // Of the run whose code is running on this thread; throws std::logic_error where there is none.
  static Context& current();
  static Context* current_or_null();

  virtual ~Context() = default;

  // Commands. `input` may be empty where wants_input() is false.
  virtual bool wants_input() const = 0;
  virtual Ref<Call> start_activity(std::string_view type, Payloads input,
                                   const ActivityOptions& options, std::source_location where) = 0;
  virtual Ref<Call> start_local_activity(std::string_view type, Payloads input,
                                         const LocalActivityOptions& options,
                                         std::source_location where) = 0;
  virtual Ref<Call> start_timer(Duration duration, const Scope& scope, std::string_view summary,
                                std::source_location where) = 0;
  virtual Ref<ChildCall> start_child(std::string_view type, Payloads input,
                                     const ChildOptions& options, std::source_location where) = 0;
  virtual Ref<Call> signal_external(const WorkflowRef& target, std::string_view signal,
                                    Payloads input, const Scope& scope,
                                    std::source_location where) = 0;
  virtual Ref<Call> cancel_external(const WorkflowRef& target, std::source_location where) = 0;
  virtual bool patched(std::string_view id, bool deprecated, std::source_location where) = 0;
  virtual void upsert(const SearchAttributes& update, std::source_location where) = 0;
  virtual void upsert_memo(const std::string& key, const Payload& value,
                           std::source_location where) = 0;

  // Values that are the same on replay.
  virtual TimePoint now() const = 0;
  virtual std::uint64_t random() = 0;
  virtual const Info& info() const = 0;
  virtual bool replaying() const = 0;
  virtual bool evicting() const = 0;
  virtual bool handlers_finished() const = 0;
  virtual void log(LogLevel level, std::string_view message) = 0;

  // Scheduling.
  virtual const std::shared_ptr<ScopeState>& scope() const = 0;
  virtual void ready(Job& job) = 0;
  virtual void add(Condition& condition) = 0;

 protected:
  // Makes a context the current one of this thread for as long as it lives.
  class Current {
   public:
    explicit Current(Context& context);
    ~Current();
    Current(const Current&) = delete;
    Current& operator=(const Current&) = delete;

   private:
    Context* before_;
  };
};

}  // namespace temporal::wf
