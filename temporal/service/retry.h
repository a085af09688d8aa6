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

// For one call and its repetitions.
class Retry {
 public:
  // Everything but polls: from 100 ms, growing by 1.7, to 5 s; 10 attempts and 10 s in all.
  static Retry normal() { return {Duration(std::chrono::milliseconds(100)), 5, 10}; }
  // Polls, and what must arrive: from 200 ms to 10 s, without end.
  static Retry endless() { return {Duration(std::chrono::milliseconds(200)), 10, 0}; }

  // The pause before the next attempt, or nothing where the status is to stand. `jitter` is a
  // random number; the pause varies by a fifth.
  std::optional<Duration> next(const Status& status, Duration spent, std::uint64_t jitter);

 private:
  Retry(Duration initial, int cap_s, int attempts)
      : pause_(initial), cap_(std::chrono::seconds(cap_s)), attempts_(attempts) {}
  Duration pause_, cap_;
  int attempts_;  // 0: without end
  int made_ = 1;
};

// The typed call of service.h, repeated. `done` as there, with the last status. `seed` is for the
// jitter.
template <Rpc rpc>
class Retrying : public std::enable_shared_from_this<Retrying<rpc>> {
 public:
  using Done = std::function<void(Status, Reply<rpc>)>;
  Retrying(Service& service, Executor& executor, Request<rpc> request, Retry retry,
           std::chrono::milliseconds timeout, std::uint64_t seed, Done done)
      : service_(service),
        executor_(executor),
        request_(std::move(request)),
        retry_(retry),
        timeout_(timeout),
        jitter_(seed),
        done_(std::move(done)),
        started_(executor.now()) {}

  void start() {
    reply_.Clear();
    service_.call(
        rpc, request_, reply_, timeout_,
        [self = this->shared_from_this()](Status status) { self->ended(std::move(status)); });
  }

 private:
  void ended(Status status) {
    if (!status.ok()) {
      const auto pause = retry_.next(status, executor_.now() - started_, next_random(jitter_));
      if (pause) {
        executor_.after(*pause, [self = this->shared_from_this()] { self->start(); });
        return;
      }
    }
    std::exchange(done_, nullptr)(std::move(status), std::move(reply_));
  }

  Service& service_;
  Executor& executor_;
  Request<rpc> request_;
  Reply<rpc> reply_;
  Retry retry_;
  std::chrono::milliseconds timeout_;
  std::uint64_t jitter_;
  Done done_;
  TimePoint started_;
};

template <Rpc rpc>
void call_with_retry(Service& service, Executor& executor, Request<rpc> request, Retry retry,
                     std::function<void(Status, Reply<rpc>)> done, std::uint64_t seed = 1,
                     std::chrono::milliseconds timeout = kCallTimeout) {
  std::make_shared<Retrying<rpc>>(service, executor, std::move(request), retry, timeout, seed,
                                  std::move(done))
      ->start();
}

}  // namespace temporal::service
