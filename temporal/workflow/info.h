// What a workflow may know, ask and say: all of it is the same on replay.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>

#include "temporal/base/executor.h"
#include "temporal/data/failure.h"
#include "temporal/data/retry_policy.h"
#include "temporal/data/search_attributes.h"
#include "temporal/workflow/activity.h"
#include "temporal/workflow/definition.h"

namespace temporal::wf {

struct Info {
  std::string workflow_type, workflow_id, run_id, space /* the namespace */, task_queue;
  std::string first_run_id, original_run_id, continued_run_id;
  int attempt = 1;
  TimePoint start;
  Duration execution_timeout{}, run_timeout{}, task_timeout{};
  std::string cron;
  std::optional<RetryPolicy> retry;
  std::optional<WorkflowRef> parent, root;
  std::map<std::string, Payload> memo;
  SearchAttributes search_attributes;
  std::optional<Failure> last_failure;  // of the run before, where there is one
  Payloads last_result;                 // of the last run that completed, for cron
  // As of the workflow task that is being worked on.
  std::int64_t history_length = 0;  // events
  std::int64_t history_bytes = 0;
  bool continue_as_new_suggested = false;
  bool cancel_requested = false;
};

const Info& info();
TimePoint now();
// False: what is done now is done for the first time.
bool replaying();
// True while the run is taken out of memory: destructors of locals run, and ask for nothing.
bool evicting();
// No handler of a signal or an update is at work; until(handlers_finished) before returning.
bool handlers_finished();

// Random numbers, from the run's id: uniform over all values of the type, usable with <random>.
class Random {
 public:
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()() { return Context::current().random(); }
};
std::string uuid();

// A change of the code while runs are open: true where this run has not passed here with the old
// code. `deprecate_patch` says that no run is left that has the old code.
bool patched(std::string_view id, std::source_location where = std::source_location::current());
void deprecate_patch(std::string_view id,
                     std::source_location where = std::source_location::current());

void upsert(const SearchAttributes& update,
            std::source_location where = std::source_location::current());
void upsert_memo(const std::string& key, const Payload& value,
                 std::source_location where = std::source_location::current());

// Ends this run and starts the next of the same workflow. What is not set stays as it is.
class ContinueAsNewOptions {
 public:
  struct Values {
    std::string queue;
    Duration run_timeout{}, task_timeout{};
    std::optional<SearchAttributes> attributes;
  };

  ContinueAsNewOptions() = default;
  ContinueAsNewOptions& queue(std::string name) { return set(values_.queue, std::move(name)); }
  ContinueAsNewOptions& run_timeout(Duration d) { return set(values_.run_timeout, d); }
  ContinueAsNewOptions& task_timeout(Duration d) { return set(values_.task_timeout, d); }
  ContinueAsNewOptions& search_attributes(SearchAttributes attributes) {
    return set(values_.attributes, std::move(attributes));
  }
  const Values& values() const { return values_; }

 private:
  template <class Field, class Value>
  ContinueAsNewOptions& set(Field& field, Value&& value) {
    field = std::forward<Value>(value);
    return *this;
  }
  Values values_;
};

// On its way out of a workflow's run(). No std::exception, so that nobody takes it for an error.
class ContinueAsNew {
 public:
  ContinueAsNew(std::string type, Payloads input, ContinueAsNewOptions options)
      : type(std::move(type)), input(std::move(input)), options(std::move(options)) {}

  std::string type;
  Payloads input;
  ContinueAsNewOptions options;
};

// Only in run() itself, not in a handler: wf::continue_as_new(&W::run, next_input);
template <class W, class R, class... Args>
[[noreturn]] void continue_as_new(const ContinueAsNewOptions& options, Task<R> (W::*run)(Args...),
                                  const std::type_identity_t<Args>&... args) {
  throw ContinueAsNew(definition_of<W>().name_of_run(run), encode_all(args...), options);
}
template <class W, class R, class... Args>
[[noreturn]] void continue_as_new(Task<R> (W::*run)(Args...),
                                  const std::type_identity_t<Args>&... args) {
  continue_as_new(ContinueAsNewOptions(), run, args...);
}

// Goes to the worker's log, except on replay, with the run's name.
void log(LogLevel level, std::string_view message);

}  // namespace temporal::wf
