#include "temporal/grpc/grpc_service.h"

#include <grpcpp/grpcpp.h>

#include <mutex>
#include <thread>
#include <unordered_set>

#include "temporal/api/workflowservice/v1/service.grpc.pb.h"

namespace temporal::service {
namespace {

using Stub = api::workflowservice::v1::WorkflowService::Stub;
constexpr char kClientVersion[] = "0.1.0";

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
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);  // service/retry.h decides
  // Connections are this object's own: two services never share a broken one.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (!options.server_name.empty()) arguments.SetSslTargetNameOverride(options.server_name);
  return grpc::CreateCustomChannel(options.target, credentials_of(options), arguments);
}

}  // namespace

class GrpcService::Channel {
 public:
  explicit Channel(ConnectOptions::Values options)
      : options_(std::move(options)), stub_(connect(options_)), thread_([this] { serve(); }) {}

  ~Channel() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
      for (Call* call : open_) call->context.TryCancel();
      if (open_.empty()) queue_.Shutdown();
    }
    thread_.join();
  }

  Cancel start(Rpc rpc, const google::protobuf::Message& request, google::protobuf::Message& reply,
               std::chrono::milliseconds timeout, Done done) {
    switch (rpc) {
#define TEMPORAL_RPC(name)                                                          \
  case Rpc::name:                                                                   \
    return start_typed<Reply<Rpc::name>>(                                           \
        &Stub::PrepareAsync##name, static_cast<const Request<Rpc::name>&>(request), \
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
    grpc::ClientContext context;
    grpc::Status status;
    Done done;
    std::shared_ptr<Call> self;  // until it has ended
  };
  template <class Reply>
  struct TypedCall final : Call {
    std::unique_ptr<grpc::ClientAsyncResponseReader<Reply>> reader;
  };

  template <class Reply, class Request>
  Cancel start_typed(std::unique_ptr<grpc::ClientAsyncResponseReader<Reply>> (Stub::*prepare)(
                         grpc::ClientContext*, const Request&, grpc::CompletionQueue*),
                     const Request& request, Reply& reply, std::chrono::milliseconds timeout,
                     Done done) {
    auto call = std::make_shared<TypedCall<Reply>>();
    call->done = std::move(done);
    call->self = call;
    call->context.set_deadline(std::chrono::system_clock::now() + timeout);
    call->context.AddMetadata("client-name", "temporal-cpp");
    call->context.AddMetadata("client-version", kClientVersion);
    for (const auto& [name, value] : options_.headers) call->context.AddMetadata(name, value);
    if (!options_.api_key.empty()) {
      call->context.AddMetadata("authorization", "Bearer " + options_.api_key);
    }
    if (const std::string& space = namespace_of(request); !space.empty()) {
      call->context.AddMetadata("temporal-namespace", space);
    }
    {
      const std::lock_guard lock(mutex_);
      open_.insert(call.get());
      if (closing_) call->context.TryCancel();
    }
    call->reader = (stub_.*prepare)(&call->context, request, &queue_);
    call->reader->StartCall();
    call->reader->Finish(&reply, &call->status, call.get());
    return [weak = std::weak_ptr<Call>(call)] {
      if (const auto open = weak.lock()) open->context.TryCancel();
    };
  }

  template <class Request>
  static const std::string& namespace_of(const Request& request) {
    static const std::string none;
    if constexpr (requires { request.namespace_(); }) {
      return request.namespace_();
    } else {
      return none;
    }
  }

  void serve() {
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
      auto* call = static_cast<Call*>(tag);
      call->done(status_of(call->status));
      call->done = nullptr;
      const std::lock_guard lock(mutex_);
      open_.erase(call);
      const auto last = std::move(call->self);
      if (closing_ && open_.empty()) queue_.Shutdown();
    }
  }

  Status status_of(const grpc::Status& status) const {
    std::string message = status.error_message();
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
      message = "the Temporal service at " + options_.target + " cannot be reached: " + message +
                "; check the address, that the service runs, and that both or neither use TLS";
    } else if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED ||
               status.error_code() == grpc::StatusCode::PERMISSION_DENIED) {
      message = "the Temporal service at " + options_.target + " refuses: " + message +
                "; check the API key or the client's certificate, and the namespace";
    }
    return {static_cast<Code>(status.error_code()), std::move(message)};
  }

  const ConnectOptions::Values options_;
  Stub stub_;
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
