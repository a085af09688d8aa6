// Service: Temporal's WorkflowService as client, worker and replayer see it. grpc_service.h speaks
// to a server; embedded/ answers in the process.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "temporal/base/status.h"
#include "temporal/service/rpc.h"

namespace temporal::service {

class Service {
 public:
  using Done = std::function<void(Status)>;
  // Gives the call up: unless it has ended, it soon ends as Cancelled. May be called at any time,
  // from any thread, also after the call and the service have ended.
  using Cancel = std::function<void()>;

  virtual ~Service() = default;

  // Makes one attempt of a call. `request` and `reply` are of the call's types and must live until
  // `done`, which is called exactly once, on any thread, never inside call(). A call that takes
  // longer than `timeout` ends as DeadlineExceeded. Thread safe.
  virtual Cancel call(Rpc rpc, const google::protobuf::Message& request,
                      google::protobuf::Message& reply, std::chrono::milliseconds timeout,
                      Done done) = 0;
};

inline constexpr std::chrono::milliseconds kCallTimeout{10'000};
// A poll is answered, with no task, after about a minute.
inline constexpr std::chrono::milliseconds kPollTimeout{70'000};

// One attempt, typed: keeps request and reply for as long as the call takes.
template <Rpc rpc>
Service::Cancel call(Service& service, Request<rpc> request, std::chrono::milliseconds timeout,
                     std::function<void(Status, Reply<rpc>)> done) {
  struct Both {
    Request<rpc> request;
    Reply<rpc> reply;
  };
  auto both = std::make_shared<Both>();
  both->request = std::move(request);
  return service.call(rpc, both->request, both->reply, timeout,
                      [both, done = std::move(done)](Status status) {
                        done(std::move(status), std::move(both->reply));
                      });
}

}  // namespace temporal::service
