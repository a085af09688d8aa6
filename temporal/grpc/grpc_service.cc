#include "temporal/grpc/grpc_service.h"

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_set>

#include "temporal/api/workflowservice/v1/service.grpc.pb.h"
#include "temporal/base/check.h"
#include "temporal/base/version.h"
#include "temporal/grpc/errors.h"

namespace temporal::service {
namespace {

using Stub = api::workflowservice::v1::WorkflowService::Stub;

// The server keeps the deadline, too, to within a rounding of both clocks. Where it is the first to
// end the call, it resets the stream, and gRPC takes that for a cancellation.
constexpr std::chrono::milliseconds kDeadlineRounding{10};

std::shared_ptr<grpc::ChannelCredentials> credentials_of(const ConnectOptions::Values& options) {
  if (!options.tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = options.root_certificates;
  ssl.pem_cert_chain = options.certificate;
  ssl.pem_private_key = options.key;
  return grpc::SslCredentials(ssl);
}

std::shared_ptr<grpc::Channel> connect(const ConnectOptions::Values& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(128 << 20);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 15'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // as many as it takes
  // The failure of a query comes in the trailers.
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 8 << 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);  // how long connecting may take
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);                // service/retry.h decides
  // Connections are this object's own: two services never share a broken one.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (!options.server_name.empty()) arguments.SetSslTargetNameOverride(options.server_name);
  return grpc::CreateCustomChannel(options.target, credentials_of(options), arguments);
}

}  // namespace

class GrpcService::Channel {
 public:
  explicit Channel(ConnectOptions::Values options)
      : options_(std::move(options)),
        problem_(problem_of(options_)),
        stub_(problem_ ? nullptr : std::make_unique<Stub>(connect(options_))),
        thread_([this] { serve(); }) {}

  ~Channel() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
      for (Call* call : open_) call->give_up();
      if (open_.empty()) queue_.Shutdown();
    }
    thread_.join();
  }

  Cancel start(Rpc rpc, const google::protobuf::Message& request, google::protobuf::Message& reply,
               std::chrono::milliseconds timeout, Done done) {
    switch (rpc) {
#define TEMPORAL_RPC(name)                                                               \
  case Rpc::name:                                                                        \
    return start_typed<Reply<Rpc::name>>(                                                \
        rpc, &Stub::PrepareAsync##name, static_cast<const Request<Rpc::name>&>(request), \
        static_cast<Reply<Rpc::name>&>(reply), timeout, std::move(done));
      TEMPORAL_RPCS(TEMPORAL_RPC)
#undef TEMPORAL_RPC
    }
    TEMPORAL_CHECK(false, "every call is in the table");
    return {};
  }

 private:
  struct Call {
    virtual ~Call() = default;
    void give_up() {
      given_up = true;
      context.TryCancel();
    }
    Rpc rpc{};
    std::string space;
    grpc::ClientContext context;
    grpc::Status status;
    std::chrono::steady_clock::time_point deadline;
    std::atomic<bool> given_up = false;
    std::optional<Status> refused;     // it was not sent, and why
    std::optional<grpc::Alarm> alarm;  // to say so
    Done done;
    std::shared_ptr<Call> self;  // until it has ended
  };
  template <class Reply>
  struct TypedCall final : Call {
    std::unique_ptr<grpc::ClientAsyncResponseReader<Reply>> reader;
  };

  template <class Reply, class Request>
  Cancel start_typed(Rpc rpc,
                     std::unique_ptr<grpc::ClientAsyncResponseReader<Reply>> (Stub::*prepare)(
                         grpc::ClientContext*, const Request&, grpc::CompletionQueue*),
                     const Request& request, Reply& reply, std::chrono::milliseconds timeout,
                     Done done) {
    auto call = std::make_shared<TypedCall<Reply>>();
    call->rpc = rpc;
    call->space = service::namespace_of(request);
    call->done = std::move(done);
    call->self = call;
    call->refused = problem_;
    if (!is_header_value(call->space)) {
      call->refused = {Code::InvalidArgument, std::string(service::name_of(rpc)) +
                                                  ": namespace \"" + call->space +
                                                  "\": names are printable ASCII"};
    }
    {
      const std::lock_guard lock(mutex_);
      open_.insert(call.get());
      if (closing_) call->give_up();
    }
    if (call->refused) {
      call->alarm.emplace().Set(&queue_, gpr_now(GPR_CLOCK_MONOTONIC), call.get());
      return [] {};
    }
    add_headers(*call);
    call->context.set_deadline(std::chrono::system_clock::now() + timeout);
    call->deadline = std::chrono::steady_clock::now() + timeout;
    call->reader = (stub_.get()->*prepare)(&call->context, request, &queue_);
    call->reader->StartCall();
    call->reader->Finish(&reply, &call->status, call.get());
    return [weak = std::weak_ptr<Call>(call)] {
      if (const auto open = weak.lock()) open->give_up();
    };
  }

  void add_headers(Call& call) const {
    grpc::ClientContext& context = call.context;
    context.AddMetadata("client-name", kSdkName);
    context.AddMetadata("client-version", kSdkVersion);
    // Otherwise the service shows a run that has a next one as continued as new, however it ended.
    context.AddMetadata("supported-features", "follows-next-run-id");
    for (const auto& [name, value] : options_.headers) context.AddMetadata(name, value);
    if (!options_.api_key.empty()) {
      context.AddMetadata("authorization", "Bearer " + options_.api_key);
    }
    if (!call.space.empty()) context.AddMetadata("temporal-namespace", call.space);
  }

  void serve() {
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
      auto* call = static_cast<Call*>(tag);
      call->done(status_of(*call));
      call->done = nullptr;
      const std::lock_guard lock(mutex_);
      open_.erase(call);
      const auto last = std::move(call->self);
      if (closing_ && open_.empty()) queue_.Shutdown();
    }
  }

  Status status_of(const Call& call) const {
    if (call.refused) return *call.refused;
    if (call.status.ok()) return {};
    Status status{static_cast<Code>(call.status.error_code()), call.status.error_message(),
                  call.status.error_details()};
    if (status.code == Code::Cancelled && !call.given_up &&
        std::chrono::steady_clock::now() + kDeadlineRounding >= call.deadline) {
      status = {Code::DeadlineExceeded, "Deadline Exceeded"};
    }
    return explain(std::move(status), options_, service::name_of(call.rpc), call.space);
  }

  const ConnectOptions::Values options_;
  const std::optional<Status> problem_;  // why there is no stub
  const std::unique_ptr<Stub> stub_;
  grpc::CompletionQueue queue_;
  std::mutex mutex_;
  std::unordered_set<Call*> open_;
  bool closing_ = false;
  std::thread thread_;  // last: it uses all of the above
};

GrpcService::GrpcService(const ConnectOptions& options)
    : channel_(std::make_unique<Channel>(options.values())) {}
GrpcService::~GrpcService() = default;

Service::Cancel GrpcService::call(Rpc rpc, const google::protobuf::Message& request,
                                  google::protobuf::Message& reply,
                                  std::chrono::milliseconds timeout, Done done) {
  return channel_->start(rpc, request, reply, timeout, std::move(done));
}

}  // namespace temporal::service
