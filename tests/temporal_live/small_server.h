// SmallServer: a WorkflowService in this process that answers a few calls and remembers their
// headers, for tests of what lies between client and server.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "temporal/api/workflowservice/v1/service.grpc.pb.h"

namespace temporal::testing {

class SmallServer final : public api::workflowservice::v1::WorkflowService::Service {
 public:
  explicit SmallServer(const std::shared_ptr<grpc::ServerCredentials>& credentials,
                       const std::string& address = "127.0.0.1:0") {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, credentials, &port_);
    builder.SetMaxSendMessageSize(-1);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~SmallServer() override { server_->Shutdown(std::chrono::system_clock::now()); }

  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }
  // Of the last call.
  std::string header(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = headers_.find(name);
    return found == headers_.end() ? "" : found->second;
  }
  // The bytes that GetSystemInfo's answer has.
  void answer_with(std::size_t bytes) { bytes_ = bytes; }
  // What DescribeNamespace ends with.
  void refuse(grpc::Status status) { refusal_ = std::move(status); }
  // Polls are ended by the server, so long before their deadline.
  void reset_polls_before_deadline(std::chrono::milliseconds before) { reset_before_ = before; }

  grpc::Status GetSystemInfo(grpc::ServerContext* context,
                             const api::workflowservice::v1::GetSystemInfoRequest*,
                             api::workflowservice::v1::GetSystemInfoResponse* reply) override {
    remember(*context);
    reply->set_server_version(std::string(bytes_, 'v'));
    return grpc::Status::OK;
  }
  grpc::Status DescribeNamespace(grpc::ServerContext* context,
                                 const api::workflowservice::v1::DescribeNamespaceRequest*,
                                 api::workflowservice::v1::DescribeNamespaceResponse*) override {
    remember(*context);
    return refusal_;
  }
  // Polls are not answered: they last until the client, or their deadline, gives them up.
  grpc::Status PollActivityTaskQueue(
      grpc::ServerContext* context, const api::workflowservice::v1::PollActivityTaskQueueRequest*,
      api::workflowservice::v1::PollActivityTaskQueueResponse*) override {
    ++polls_;
    while (!context->IsCancelled()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      if (!reset_before_) continue;
      if (std::chrono::system_clock::now() + *reset_before_ > context->deadline()) {
        context->TryCancel();
      }
    }
    return grpc::Status::CANCELLED;
  }
  int polls() const { return polls_; }

 private:
  void remember(const grpc::ServerContext& context) {
    const std::lock_guard lock(mutex_);
    headers_.clear();
    for (const auto& [name, value] : context.client_metadata()) {
      headers_.emplace(std::string(name.data(), name.size()),
                       std::string(value.data(), value.size()));
    }
  }

  int port_ = 0;
  std::size_t bytes_ = 5;
  grpc::Status refusal_;
  std::atomic<int> polls_ = 0;
  std::optional<std::chrono::milliseconds> reset_before_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> headers_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace temporal::testing
