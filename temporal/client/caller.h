// Caller: makes calls and waits for their answers; what a client and its handles share.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "temporal/client/client_options.h"
#include "temporal/service/retry.h"

namespace temporal::client {

// The service answers long polls, empty, after 20 to 30 s.
inline constexpr std::chrono::milliseconds kLongPoll = service::kPollTimeout;

// How long one call may take, how it is repeated, and until when all of that is waited for.
struct Patience {
  std::chrono::milliseconds timeout = service::kCallTimeout;
  service::Retry retry = service::Retry::normal();
  std::optional<TimePoint> until;
};

// Thread safe. Service and executor outlive it.
class Caller {
 public:
  Caller(service::Service& service, Executor& executor, ClientOptions::Values options);

  const ClientOptions::Values& options() const { return options_; }
  std::string uuid();
  TimePoint now() const { return executor_.now(); }
  // The end of a time that begins now; Duration::max() has none.
  std::optional<TimePoint> in(Duration within) const;
  Duration left(std::optional<TimePoint> until) const;

  // DataLoss where the codec cannot.
  std::optional<Status> decode(google::protobuf::Message& message) const;

  // Fills in namespace and identity, encodes, calls with retries, waits, decodes. Not on a thread
  // that the executor or the service needs to answer.
  template <service::Rpc rpc>
  Result<service::Reply<rpc>> call(service::Request<rpc> request, const Patience& patience = {}) {
    if constexpr (requires { request.set_namespace_(std::string()); }) {
      if (request.namespace_().empty()) request.set_namespace_(options_.space);
    }
    if constexpr (requires { request.set_identity(std::string()); }) {
      request.set_identity(options_.identity);
    }
    if (auto problem = encode(request)) return *problem;
    struct Answer : Waiting {
      service::Reply<rpc> reply;
    };
    auto answer = std::make_shared<Answer>();
    const auto cancel = service::call_with_retry<rpc>(
        service_, executor_, std::move(request), patience.retry,
        [answer](Status status, service::Reply<rpc> reply) {
          const std::lock_guard lock(answer->mutex);
          answer->reply = std::move(reply);
          answer->status = std::move(status);
          answer->ended.notify_all();
        },
        random(), patience.timeout);
    if (Status status = wait(rpc, answer, cancel, patience.until); !status.ok()) return status;
    if constexpr (rpc == service::Rpc::ListWorkflowExecutions ||
                  rpc == service::Rpc::DescribeWorkflowExecution ||
                  rpc == service::Rpc::GetWorkflowExecutionHistory) {
      // One value that cannot be read must not hide all others.
      decode_what_can_be(options_.codec.get(), answer->reply);
    } else if (auto problem = decode(answer->reply)) {
      return *problem;
    }
    return std::move(answer->reply);
  }
  // The same, of a call whose answer says nothing.
  template <service::Rpc rpc>
  Status tell(service::Request<rpc> request) {
    const auto reply = call<rpc>(std::move(request));
    return reply ? Status{} : reply.status();
  }

 private:
  struct Waiting {
    std::mutex mutex;
    std::condition_variable ended;
    std::optional<Status> status;  // once it has ended
  };
  Status wait(service::Rpc rpc, const std::shared_ptr<Waiting>& waiting,
              const service::Service::Cancel& cancel, std::optional<TimePoint> until);
  std::optional<Status> encode(google::protobuf::Message& message) const;
  std::uint64_t random();

  service::Service& service_;
  Executor& executor_;
  ClientOptions::Values options_;
  std::mutex mutex_;
  std::uint64_t random_;
};

}  // namespace temporal::client
