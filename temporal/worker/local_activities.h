// LocalActivities: runs local activities beside their workflow tasks, with their retries.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "temporal/replay/local_activity.h"
#include "temporal/worker/setting.h"
#include "temporal/worker/slots.h"

namespace temporal::worker {

// Shared with those at work. Thread safe.
class LocalActivities : public std::enable_shared_from_this<LocalActivities> {
 public:
  // Called once per activity, on any thread, unless it was stopped.
  using Ended = std::function<void(replay::LocalActivityEnd)>;

  explicit LocalActivities(Setting& setting)
      : setting_(setting), free_(setting.options.local_slots) {}

  void start(const replay::LocalActivityTask& task, const wf::Info& workflow, Ended ended);
  // Why one is to end: its workflow has canceled it and waits for how it ends, or has canceled it
  // and goes on (then it is not told if it was to be abandoned), or is not in this worker any more.
  enum class Stop { Wait, GoOn, Evict };
  void stop(const std::string& run_id, std::int64_t seq, Stop how);
  void stop_all(const std::string& run_id);
  // Attempts that run; also those that nobody waits for.
  int at_work() const;

 private:
  struct Local;
  using Key = std::pair<std::string, std::int64_t>;

  void attempt(const std::shared_ptr<Local>& local);
  void begin(const std::shared_ptr<Local>& local);
  void run(const std::shared_ptr<Local>& local, ActivityContext& context);
  void ended(const std::shared_ptr<Local>& local, int attempt, Outcome<Payloads> outcome);
  void release();

  Setting& setting_;
  mutable std::mutex mutex_;
  int free_;
  std::deque<std::shared_ptr<Local>> waiting_;  // for a slot
  std::map<Key, std::shared_ptr<Local>> at_work_;
};

}  // namespace temporal::worker
