// ActivityHandle: an activity that is completed from outside of its worker, by whoever knows its
// task token (worker::ActivityInfo::task_token) or its id.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "temporal/client/values.h"

namespace temporal::client {

class Caller;

// What the service says to a heartbeat.
struct Heard {
  bool cancel_requested = false;  // the workflow asks it to stop
  bool paused = false;            // somebody has paused it: stop, it will be started again
  bool reset = false;             // somebody wants it to start anew: stop, as above
};

// Cheap to copy. All calls block; thread safe. NotFound: the activity or its workflow is over, or
// has been started again since the token was given out.
class ActivityHandle {
 public:
  // By token where that is not empty, and by ids otherwise.
  struct Target {
    std::string task_token;
    std::string workflow_id, run_id, activity_id;
  };
  ActivityHandle(std::shared_ptr<Caller> caller, Target target)
      : caller_(std::move(caller)), target_(std::move(target)) {}

  Status complete() const { return send_result(encode_all(nullptr)); }
  template <class T>
  Status complete(const T& result) const {
    return send_result(detail::input_of(result));
  }
  // Its retry policy applies, as if the worker had said so; a failure that is canceled ends it as
  // report_canceled() does.
  Status fail(const Failure& failure) const;
  template <class... Args>
  Result<Heard> heartbeat(const Args&... details) const {
    return send_heartbeat(detail::input_of(details...));
  }
  // It has stopped, as the workflow asked.
  template <class... Args>
  Status report_canceled(const Args&... details) const {
    return send_canceled(detail::input_of(details...));
  }

 private:
  Status send_result(Result<Payloads> result) const;
  Status send_canceled(Result<Payloads> details) const;
  Result<Heard> send_heartbeat(Result<Payloads> details) const;

  std::shared_ptr<Caller> caller_;
  Target target_;
};

}  // namespace temporal::client
