// RemoteActivity: the context of an activity that the service knows of: heartbeats.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "temporal/worker/setting.h"

namespace temporal::worker {

// Heartbeats go out at once, and then no sooner than 0.8 of the heartbeat timeout later, the latest
// details with each. What the service answers may cancel the activity.
class RemoteActivity final : public ActivityContext,
                             public std::enable_shared_from_this<RemoteActivity> {
 public:
  RemoteActivity(Setting& setting, ActivityInfo info);

  // By the worker; the service knows nothing of it.
  void cancel() { canceled_ = true; }
  // The service has asked it to stop.
  bool asked() const { return asked_; }
  bool later() const { return later_; }
  // Sends what is waiting to be sent, calls `sent` after that, and sends no more.
  void finish(std::function<void()> sent);
  // The service no longer wants an answer.
  bool gone() const { return gone_; }

 private:
  void record(Payloads details) override;
  void send();
  void sent(const Status& status, bool cancel_requested);

  Setting& setting_;
  const Duration interval_;
  std::mutex mutex_;
  std::optional<Payloads> waiting_;
  bool sending_ = false;  // a heartbeat is under way
  bool pausing_ = false;  // the next may not be sent yet
  bool finished_ = false;
  std::atomic<bool> asked_ = false;
  std::atomic<bool> gone_ = false;
  std::function<void()> when_sent_;
};

}  // namespace temporal::worker
