// ActivityTasks: runs the activities that come from the service, and answers.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "temporal/worker/setting.h"
#include "temporal/worker/slots.h"

namespace temporal::worker {

class RemoteActivity;

// Shared with the activities at work. Thread safe.
class ActivityTasks : public std::enable_shared_from_this<ActivityTasks> {
 public:
  using Task = service::Reply<service::Rpc::PollActivityTaskQueue>;

  explicit ActivityTasks(Setting& setting)
      : setting_(setting), slots_(setting.options.activity_slots) {}

  Slots& slots() { return slots_; }
  // The slot is given back when the task is answered.
  void take(Task task);
  // Tells those at work to end, and those that begin from now on.
  void cancel_all();

 private:
  void run(const std::shared_ptr<RemoteActivity>& activity, const Task& task);
  void answer(const std::shared_ptr<RemoteActivity>& activity, const Task& task,
              Outcome<Payloads> outcome);
  void answered(const std::shared_ptr<RemoteActivity>& activity, const Status& status);

  Setting& setting_;
  Slots slots_;
  std::mutex mutex_;
  bool canceled_ = false;
  std::map<std::string, std::shared_ptr<RemoteActivity>> at_work_;  // by task token
};

}  // namespace temporal::worker
