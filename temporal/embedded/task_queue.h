// TaskQueues: tasks that wait for workers and polls that wait for tasks, first come first served.
// Guarded by the engine's lock.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "temporal/api/query/v1/message.pb.h"
#include "temporal/base/executor.h"
#include "temporal/embedded/call.h"

namespace temporal::embedded {

class Engine;
struct Run;

enum class QueueKind { Workflow, Activity };

// A query that a poll takes to a worker.
struct DirectQuery {
  std::string id;
  std::shared_ptr<Run> run;
  api::query::v1::WorkflowQuery query;
  CallPtr call;
  std::string queue;                   // where it waits
  Executor::TimerId sticky_timer = 0;  // until it goes from the sticky queue to the normal one
};

struct QueueTask {
  std::shared_ptr<Run> run;
  std::int64_t scheduled_id = 0;
  int attempt = 0;                     // activities
  std::shared_ptr<DirectQuery> query;  // instead of a workflow task
};

struct TaskQueue {
  std::deque<QueueTask> queries;
  std::deque<QueueTask> tasks;
  std::deque<CallPtr> polls;
  std::optional<TimePoint> last_poll;
  std::map<std::string, TimePoint> pollers;  // by identity: the last poll of each
};

class TaskQueues {
 public:
  using Key = std::tuple<std::string, std::string, QueueKind>;  // namespace, name
  TaskQueue& at(const std::string& namespace_name, const std::string& name, QueueKind kind) {
    return queues_[{namespace_name, name, kind}];
  }
  // Null, where nobody has polled and nothing waits.
  TaskQueue* find(const std::string& namespace_name, const std::string& name, QueueKind kind) {
    const auto found = queues_.find({namespace_name, name, kind});
    return found == queues_.end() ? nullptr : &found->second;
  }
  // Workers that have stopped, by their keys.
  void note_gone(const std::string& worker) { gone_.insert(worker); }
  bool is_gone(const std::string& worker) const { return gone_.contains(worker); }
  // Forgets the queues, now and then, in which nothing waits and which nobody has polled lately:
  // each process of a worker has a sticky queue of its own name.
  void forget_unused(TimePoint now);

 private:
  std::map<Key, TaskQueue> queues_;
  std::set<std::string> gone_;
  TimePoint forgotten_at_;
};

// Gives the task to a poll that waits, or keeps it for the next one.
void offer(Engine& engine, const std::string& queue, QueueKind kind, QueueTask task);
// A sticky queue whose worker is there.
bool has_worker(Engine& engine, const std::string& namespace_name, const std::string& queue);
// Gives the poll of `poller` the first task that is still wanted, or keeps the poll.
Answer take(Engine& engine, const CallPtr& poll, const std::string& namespace_name,
            const std::string& queue, QueueKind kind, const std::string& poller);

}  // namespace temporal::embedded
