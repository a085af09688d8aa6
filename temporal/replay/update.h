// An update: a request that came as a message, accepted or rejected, and answered.
//
// Requests and answers are messages of the update protocol; what becomes an event is a command that
// names its message. A rejection is a message alone and leaves no trace in the history.
#pragma once

#include <string>
#include <vector>

#include "temporal/api/protocol/v1/message.pb.h"
#include "temporal/api/update/v1/message.pb.h"
#include "temporal/replay/commands.h"
#include "temporal/replay/machine.h"

namespace temporal::replay {

using Message = api::protocol::v1::Message;

struct UpdateRequest {
  std::string instance;    // of the protocol; the key of the update
  std::string message_id;  // of the request
  std::int64_t after = 0;  // the event after which it is to be handled
  api::update::v1::Request request;
};
// Of a message that came with a workflow task; nothing where it is not a request.
std::optional<UpdateRequest> update_request(const Message& message);

class UpdateMachine final : public MachineOf<Silent> {
 public:
  // Messages to send are added to `messages`, where commands are recorded.
  UpdateMachine(Commands& commands, std::vector<Message>& messages, UpdateRequest request);

  const UpdateRequest& request() const { return request_; }
  void accept();
  void reject(const Failure& why);
  void complete(const Outcome<Payloads>& outcome);

  std::string recorded(const Event& event) override;
  bool on(const Event&) override { return false; }
  std::string name() const override;

 private:
  enum class State;
  enum class Input;
  friend struct UpdateTable;
  void advance(Input input);
  void send(const google::protobuf::Message& body, const char* suffix, EventType event);

  Commands& commands_;
  std::vector<Message>& messages_;
  UpdateRequest request_;
  State state_;
};

}  // namespace temporal::replay
