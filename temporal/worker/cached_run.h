// CachedRun: a run in a worker's memory, with the workflow task that is being worked on.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "temporal/base/strand.h"
#include "temporal/replay/run.h"
#include "temporal/service/rpc.h"

namespace temporal::worker {

using WorkflowTaskReply = service::Reply<service::Rpc::PollWorkflowTaskQueue>;

// `busy`, `gone` and `next` belong to the lock of WorkflowTasks; all else to the strand.
class CachedRun {
 public:
  CachedRun(std::string id, Executor& executor)
      : run_id(std::move(id)), strand(std::make_shared<Strand>(executor)) {}

  const std::string run_id;
  const std::shared_ptr<Strand> strand;

  bool busy = false;                   // a task is being worked on
  bool gone = false;                   // no longer in the cache
  std::deque<WorkflowTaskReply> next;  // came while busy

  std::unique_ptr<replay::Run> run;  // null: to be replayed from the start
  WorkflowTaskReply task;            // the one being worked on
  TimePoint task_begun;
  std::uint64_t task_number = 0;         // grows with each task; late callbacks know theirs
  Executor::TimerId heartbeat = 0;       // of the task, while local activities run
  bool answering = false;                // the answer is on its way
  std::atomic<std::uint64_t> stuck = 0;  // the number of the task that the watchdog has answered
  int local_retries = 0;                 // attempts after the first, since the last answer
};

}  // namespace temporal::worker
