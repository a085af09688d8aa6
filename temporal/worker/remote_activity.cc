#include "temporal/worker/remote_activity.h"

#include <algorithm>

#include "temporal/service/retry.h"

namespace temporal::worker {

using service::Rpc;

namespace {

Duration interval_of(const WorkerOptions::Values& options, Duration timeout) {
  if (timeout <= Duration::zero()) return options.heartbeat_default;
  return std::min(options.heartbeat_most, timeout * 4 / 5);
}

}  // namespace

RemoteActivity::RemoteActivity(Setting& setting, ActivityInfo info)
    : ActivityContext(std::move(info)),
      setting_(setting),
      interval_(interval_of(setting.options, info_.heartbeat)) {}

void RemoteActivity::record(Payloads details) {
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  waiting_ = std::move(details);
  if (!sending_ && !pausing_) send();
}

// With the lock. Details that the codec refuses are not sent.
void RemoteActivity::send() {
  service::Request<Rpc::RecordActivityTaskHeartbeat> request;
  request.set_namespace_(setting_.options.space);
  request.set_identity(setting_.options.identity);
  request.set_task_token(info_.task_token);
  *request.mutable_details() = *std::exchange(waiting_, std::nullopt);
  try {
    encode_payloads(setting_.options.codec.get(), request);
  } catch (const PayloadError& e) {
    setting_.log(wf::LogLevel::Error, "activity " + info_.type + " (" + info_.id + " of workflow " +
                                          info_.workflow_id +
                                          "): a heartbeat is left out: " + e.what());
    return;
  }
  sending_ = true;
  pausing_ = true;
  const auto self = shared_from_this();
  setting_.executor.after(interval_, [self] {
    const std::lock_guard lock(self->mutex_);
    self->pausing_ = false;
    if (self->waiting_ && !self->sending_ && !self->finished_) self->send();
  });
  service::call_with_retry<Rpc::RecordActivityTaskHeartbeat>(
      setting_.service, setting_.executor, std::move(request), service::Retry::normal(),
      [self](const Status& status, const auto& reply) {
        self->sent(status, reply.cancel_requested());
      });
}

void RemoteActivity::sent(const Status& status, bool cancel_requested) {
  std::function<void()> when_sent;
  {
    const std::lock_guard lock(mutex_);
    sending_ = false;
    // Timed out, answered by another, or its workflow has ended.
    if (status.code == Code::NotFound) gone_ = true;
    if (cancel_requested || gone_) asked_ = canceled_ = true;
    if (waiting_ && !gone_ && (when_sent_ || !pausing_)) {
      send();
      if (sending_) return;
    }
    when_sent = std::exchange(when_sent_, nullptr);
  }
  if (when_sent) when_sent();
}

void RemoteActivity::finish(std::function<void()> sent) {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    if (waiting_ && !sending_ && !gone_) send();
    if (sending_) {
      when_sent_ = std::move(sent);
      return;
    }
  }
  sent();
}

}  // namespace temporal::worker
