// Poller: keeps a number of polls waiting at the service, each with a slot for what it may bring.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "temporal/service/retry.h"
#include "temporal/worker/slots.h"

namespace temporal::worker {

// Shared with its polls. Thread safe.
template <service::Rpc rpc>
class Poller : public std::enable_shared_from_this<Poller<rpc>> {
 public:
  using Reply = service::Reply<rpc>;
  // Takes a task, and the slot that goes with it; on the service's thread, so it must not block.
  using Take = std::function<void(Reply)>;
  // Hears of polls that brought nothing and of those that failed.
  using Heard = std::function<void(const Status&, bool task)>;

  Poller(service::Service& service, Executor& executor, service::Request<rpc> request, int most,
         Slots& slots, Take take, Heard heard, std::uint64_t seed)
      : service_(service),
        executor_(executor),
        request_(std::move(request)),
        most_(most),
        slots_(slots),
        take_(std::move(take)),
        heard_(std::move(heard)),
        jitter_(seed) {}

  // Starts what polls there may be.
  void pump() {
    while (true) {
      std::uint64_t id = 0;
      {
        const std::lock_guard lock(mutex_);
        if (stopped_ || waiting_ >= most_ || !slots_.take()) return;
        ++waiting_;
        id = ++last_;
        cancels_[id] = nullptr;
      }
      auto cancel =
          service::call<rpc>(service_, request_, service::kPollTimeout,
                             [self = this->shared_from_this(), id](Status status, Reply reply) {
                               self->ended(id, std::move(status), std::move(reply));
                             });
      {
        const std::lock_guard lock(mutex_);
        const auto found = cancels_.find(id);
        if (found == cancels_.end()) continue;
        if (id > given_up_) {
          found->second = std::move(cancel);
          continue;
        }
      }
      cancel();  // it was given up while it was being made
    }
  }

  // No new polls.
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  // Gives up those that wait.
  void cancel() {
    std::map<std::uint64_t, service::Service::Cancel> cancels;
    {
      const std::lock_guard lock(mutex_);
      given_up_ = last_;
      cancels = cancels_;
    }
    for (const auto& [id, cancel] : cancels) {
      if (cancel) cancel();
    }
  }
  // Polls that have not ended.
  int waiting() const {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(cancels_.size());
  }

 private:
  void ended(std::uint64_t id, Status status, Reply reply) {
    const bool task = status.ok() && !reply.task_token().empty();
    std::optional<Duration> pause;
    {
      const std::lock_guard lock(mutex_);
      cancels_.erase(id);
      if (status.ok()) {
        retry_ = service::Retry::endless();
      } else {
        // A missing namespace may appear, a wrong certificate be mended: polling goes on, slowly.
        pause = retry_.next(status, Duration::zero(), next_random(jitter_));
        if (!pause) pause = std::chrono::seconds(10);
      }
      if (!pause) --waiting_;
    }
    if (heard_) heard_(status, task);
    if (task) {
      take_(std::move(reply));
    } else {
      slots_.release();
    }
    if (!pause) {
      pump();
      return;
    }
    executor_.after(*pause, [self = this->shared_from_this()] {
      {
        const std::lock_guard lock(self->mutex_);
        --self->waiting_;
      }
      self->pump();
    });
  }

  service::Service& service_;
  Executor& executor_;
  const service::Request<rpc> request_;
  const int most_;
  Slots& slots_;
  const Take take_;
  const Heard heard_;

  mutable std::mutex mutex_;
  int waiting_ = 0;  // polls, and pauses after those that failed
  bool stopped_ = false;
  std::uint64_t last_ = 0;
  std::uint64_t given_up_ = 0;  // polls up to this one
  std::map<std::uint64_t, service::Service::Cancel> cancels_;
  service::Retry retry_ = service::Retry::endless();
  std::uint64_t jitter_;
};

}  // namespace temporal::worker
