// FlakyService: the engine as one simulated process reaches it, or a person. Each answer to a task,
// each heartbeat, each task that comes and each wish of a person is a point; calls are lost, late,
// doubled, or done and not confirmed. When the process is gone, only what it had sent before may
// still reach the engine, and nothing comes back. Thread rule: one thread.
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

// What is on its way between an engine and those who reach it.
struct Network {
  struct Task {
    temporal::TimePoint due;
    std::unique_ptr<google::protobuf::Message> task;
  };
  // That came once and come once more, to whoever polls next; by call and queue.
  std::map<std::string, std::deque<Task>> second;
  int late = 0;  // messages that are on their way for long

  // Whoever polls had the time to take the second tasks; the queues of the dead are not polled.
  bool at_rest(temporal::TimePoint now) const;
};

class FlakyService final : public temporal::service::Service {
 public:
  using Point = std::function<std::optional<Fault>(Place, const std::string& what)>;
  // Answers come through the gate. All that is given outlives it.
  // `way`: the time that it takes to the engine; it ends with the engine.
  FlakyService(temporal::service::Service& real, temporal::Executor& way, Gate& gate,
               Network* network, Point point);
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
  void send_copy(const CallPtr& call, int64_t seconds);
  void send_late(const CallPtr& call, int64_t seconds);
  bool take_second(const CallPtr& call);
  void end(const CallPtr& call, temporal::Status status, bool seen = false);
  std::string name_of(const Call& call) const;

  temporal::service::Service& real_;
  temporal::Executor& way_;
  Gate& gate_;
  Network* const network_;
  Point point_;
  // Shared with what is under way at the engine; null when the process is gone.
  std::shared_ptr<FlakyService*> self_;
  std::map<Call*, CallPtr> open_;
};

}  // namespace almanac::simulator
