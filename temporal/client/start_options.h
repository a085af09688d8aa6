// StartOptions: how a workflow is started.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "temporal/data/retry_policy.h"
#include "temporal/data/search_attributes.h"

namespace temporal::client {

// What is done where a workflow of the same id is closed, and where one is running. Not set, it is
// the service's default: AllowDuplicate, Fail.
enum class IdReuse { AllowDuplicate, AllowDuplicateFailedOnly, RejectDuplicate };
enum class IdConflict { Fail, UseExisting, TerminateExisting };

class StartOptions {
 public:
  struct Values {
    std::string id, queue, cron, request_id;
    Duration execution_timeout{}, run_timeout{}, task_timeout{}, delay{};
    std::optional<RetryPolicy> retry;
    std::optional<IdReuse> id_reuse;
    std::optional<IdConflict> id_conflict;
    std::map<std::string, Payload> memo;
    SearchAttributes attributes;
  };

  // The id names the workflow in the namespace; only one of it runs at a time. A uuid if empty:
  // then a start that is asked for again, for want of an answer, may be a second workflow.
  StartOptions(std::string id, std::string queue) {
    values_.id = std::move(id);
    values_.queue = std::move(queue);
  }
  // Of the whole chain of runs (retries, cron, continued as new). Zero, as for the next: no limit.
  StartOptions& execution_timeout(Duration d) { return set(values_.execution_timeout, d); }
  // Of one run.
  StartOptions& run_timeout(Duration d) { return set(values_.run_timeout, d); }
  // Of one workflow task; zero is the service's default, 10 s.
  StartOptions& task_timeout(Duration d) { return set(values_.task_timeout, d); }
  // Before the first task.
  StartOptions& delay(Duration d) { return set(values_.delay, d); }
  StartOptions& retry(RetryPolicy policy) { return set(values_.retry, std::move(policy)); }
  StartOptions& cron(std::string schedule) { return set(values_.cron, std::move(schedule)); }
  StartOptions& id_reuse(IdReuse policy) { return set(values_.id_reuse, policy); }
  StartOptions& id_conflict(IdConflict policy) { return set(values_.id_conflict, policy); }
  StartOptions& search_attributes(SearchAttributes a) {
    return set(values_.attributes, std::move(a));
  }
  // Throws PayloadError where JSON cannot hold the value.
  template <class T>
  StartOptions& memo(const std::string& key, const T& value) {
    values_.memo[key] = encode(value);
    return *this;
  }
  // The same request twice starts once. Made if not set.
  StartOptions& request_id(std::string id) { return set(values_.request_id, std::move(id)); }
  const Values& values() const { return values_; }

 private:
  template <class Field, class Value>
  StartOptions& set(Field& field, Value&& value) {
    field = std::forward<Value>(value);
    return *this;
  }
  Values values_;
};

}  // namespace temporal::client
