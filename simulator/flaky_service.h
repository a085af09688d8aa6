// FlakyService: the engine as one simulated process reaches it. Each answer to a task, each
// heartbeat and each task that comes is a point; calls are lost, late, doubled, or done and not
// confirmed. When the process is gone, nothing of it reaches the engine and nothing comes back.
// Thread rule: one thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "simulator/fault.h"
#include "simulator/gate.h"
#include "temporal/service/service.h"

namespace almanac::simulator {

// Tasks that came once and come once more, to whoever polls next; by call and queue.
using SecondTasks = std::map<std::string, std::deque<std::unique_ptr<google::protobuf::Message>>>;

class FlakyService final : public temporal::service::Service {
 public:
  using Point = std::function<std::optional<Fault>(Place, const std::string& what)>;
  // Answers come through the gate. All that is given outlives it.
  FlakyService(temporal::service::Service& real, temporal::VirtualExecutor& executor, Gate& gate,
               SecondTasks* second, Point point);
  ~FlakyService() override;

  Cancel call(temporal::service::Rpc rpc, const google::protobuf::Message& request,
              google::protobuf::Message& reply, std::chrono::milliseconds timeout,
              Done done) override;
  void close();

 private:
  using Message = google::protobuf::Message;
  struct Call {
    temporal::service::Rpc rpc;
    std::string queue;
    std::unique_ptr<Message> request, answer;
    Message* reply;
    Done done;
    std::chrono::milliseconds timeout{};
    bool unconfirmed = false;
    Cancel cancel;
  };
  using CallPtr = std::shared_ptr<Call>;

  void send(const CallPtr& call);
  void send_copy(const CallPtr& call);
  void end(const CallPtr& call, temporal::Status status, bool seen = false);
  std::string name_of(const Call& call) const;

  temporal::service::Service& real_;
  temporal::VirtualExecutor& executor_;
  Gate& gate_;
  SecondTasks* second_;
  Point point_;
  // Shared with what is under way at the engine; null when the process is gone.
  std::shared_ptr<FlakyService*> self_;
  std::map<Call*, CallPtr> open_;
};

}  // namespace almanac::simulator
