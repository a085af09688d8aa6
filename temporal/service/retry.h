// Calls that are tried again where that can help, with the pauses that Temporal's SDKs have agreed
// on (sdk-core, client/src/retry.rs).
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "temporal/base/executor.h"
#include "temporal/base/random.h"
#include "temporal/service/service.h"

namespace temporal::service {

// For one call and its repetitions. Not repeated: what would end the same way again (a mistake in
// the request, something missing or refused, a message that is too large, a method that the service
// does not have), what was cancelled, and a deadline unless the call is a poll. After
// ResourceExhausted the pauses are from 1 s to 10 s.
class Retry {
 public:
  // Everything but polls: from 100 ms, growing by 1.7, to 5 s; 10 attempts and 10 s in all.
  static Retry normal() { return {Duration(std::chrono::milliseconds(100)), 5, 10}; }
  // Polls, and what must arrive: from 200 ms to 10 s, without end.
  static Retry endless() { return {Duration(std::chrono::milliseconds(200)), 10, 0}; }
  // Waiting for a workflow: the same, until the service has been away for 10 minutes.
  static Retry patient() {
    Retry retry = endless();
    retry.longest_ = std::chrono::minutes(10);
    return retry;
  }
  // Not at all.
  static Retry once() { return {Duration(std::chrono::milliseconds(100)), 5, 1}; }

  // The pause before the next attempt, or nothing where the status is to stand: it cannot help, or
  // the attempts or the time are used up. `spent`: since the first attempt began. `jitter` is a
  // random number; the pause varies by a fifth.
  std::optional<Duration> next(const Status& status, Duration spent, std::uint64_t jitter);

  // The time that all attempts of a normal call may take.
  static constexpr Duration kLongest = std::chrono::seconds(10);

 private:
  Retry(Duration initial, int cap_s, int attempts)
      : pause_(initial),
        cap_(std::chrono::seconds(cap_s)),
        longest_(attempts == 0 ? Duration::max() : kLongest),
        attempts_(attempts) {}
  Duration pause_, cap_;
  Duration throttled_ = std::chrono::seconds(1);
  Duration longest_;  // that all attempts may take
  int attempts_;      // 0: without end
  int made_ = 1;
};

// The typed call of service.h, repeated. `done` as there, with the last status. `seed` is for the
// jitter. An attempt that waited for longer than all may take was a long poll at a service that is
// well: the count starts anew. The executor must run until `done` has been called. Thread safe.
template <Rpc rpc>
class Retrying : public std::enable_shared_from_this<Retrying<rpc>> {
 public:
  using Done = std::function<void(Status, Reply<rpc>)>;
  Retrying(Service& service, Executor& executor, Request<rpc> request, Retry retry,
           std::chrono::milliseconds timeout, std::uint64_t seed, Done done)
      : service_(service),
        executor_(executor),
        request_(std::move(request)),
        fresh_(retry),
        retry_(retry),
        timeout_(timeout),
        jitter_(seed),
        done_(std::move(done)),
        begun_(executor.now()) {}

  void start() {
    reply_.Clear();
    attempt_begun_ = executor_.now();
    int attempt = 0;
    {
      const std::lock_guard lock(mutex_);
      attempt = ++attempt_;
    }
    auto cancel = service_.call(
        rpc, request_, reply_, timeout_,
        [self = this->shared_from_this()](Status status) { self->ended(std::move(status)); });
    std::unique_lock lock(mutex_);
    if (attempt != attempt_ || !done_) return;  // it has ended in the meantime
    cancel_ = std::move(cancel);
    if (!given_up_) return;
    cancel = cancel_;
    lock.unlock();
    cancel();
  }

  // As Service::Cancel; a pause between two attempts ends at once.
  void give_up() {
    Service::Cancel cancel;
    Executor::TimerId pause = 0;
    {
      const std::lock_guard lock(mutex_);
      given_up_ = true;
      cancel = cancel_;
      pause = std::exchange(pause_, 0);
    }
    if (cancel) cancel();
    if (pause == 0) return;
    executor_.cancel(pause);
    executor_.post([self = this->shared_from_this()] { self->finish(given_up()); });
  }

 private:
  static Status given_up() {
    return {Code::Cancelled, std::string(name_of(rpc)) + " was given up"};
  }
  void ended(Status status) {
    const TimePoint now = executor_.now();
    if (timeout_ > Retry::kLongest && now - attempt_begun_ > Retry::kLongest) {
      retry_ = fresh_;
      begun_ = attempt_begun_ = now;
    }
    std::unique_lock lock(mutex_);
    const auto pause =
        status.ok() ? std::nullopt : retry_.next(status, now - begun_, next_random(jitter_));
    // What would have been tried again says nothing of the call.
    if (pause && given_up_) status = given_up();
    if (pause && !given_up_) {
      cancel_ = nullptr;
      pause_ = executor_.after(*pause, [self = this->shared_from_this()] { self->again(); });
      return;
    }
    lock.unlock();
    finish(std::move(status));
  }
  void again() {
    {
      const std::lock_guard lock(mutex_);
      pause_ = 0;
      if (given_up_) return;
    }
    start();
  }
  void finish(Status status) {
    Done done;
    Service::Cancel cancel;  // may hold what holds this
    {
      const std::lock_guard lock(mutex_);
      done = std::exchange(done_, nullptr);
      cancel = std::exchange(cancel_, nullptr);
    }
    if (done) done(std::move(status), std::move(reply_));
  }

  Service& service_;
  Executor& executor_;
  const Request<rpc> request_;
  Reply<rpc> reply_;
  const Retry fresh_;
  Retry retry_;
  const std::chrono::milliseconds timeout_;
  std::uint64_t jitter_;
  std::mutex mutex_;
  Done done_;
  Service::Cancel cancel_;       // of the attempt under way
  Executor::TimerId pause_ = 0;  // before the next attempt
  int attempt_ = 0;
  bool given_up_ = false;
  TimePoint begun_, attempt_begun_;
};

// What it returns gives the call up (Service::Cancel).
template <Rpc rpc>
Service::Cancel call_with_retry(Service& service, Executor& executor, Request<rpc> request,
                                Retry retry, std::function<void(Status, Reply<rpc>)> done,
                                std::uint64_t seed = 1,
                                std::chrono::milliseconds timeout = kCallTimeout) {
  auto call = std::make_shared<Retrying<rpc>>(service, executor, std::move(request), retry, timeout,
                                              seed, std::move(done));
  call->start();
  return [weak = std::weak_ptr(call)] {
    if (const auto open = weak.lock()) open->give_up();
  };
}

}  // namespace temporal::service
