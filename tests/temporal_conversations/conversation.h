// Conversation: what clients and workers say to a service, call by call, and what it says back. The
// same conversation is held with the embedded service and with a real server; what the server said
// is kept in <name>.txt, and the embedded service has to say the same.
//
// TEMPORAL_RECORD=1 writes the files anew; that is for a real server.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/temporal/embedded/history_text.h"
#include "tests/temporal/embedded/requests.h"
#include "tests/temporal/support/world.h"
#include "tests/temporal_conversations/transcript.h"

namespace conversations {

using namespace embedded_test;
using namespace std::chrono_literals;

// A call that is under way.
template <Rpc rpc>
struct Pending {
  std::atomic<bool> ended = false;
  Status status;
  Reply<rpc> reply;
  temporal::service::Service::Cancel cancel;
};

class Conversation : public ::testing::Test {
 protected:
  void SetUp() override;
  // Compares the transcript with what the server said.
  void TearDown() override;

  // Ids of workflows and names of queues in requests get the suffix of this conversation.
  template <Rpc rpc>
  std::shared_ptr<Pending<rpc>> begin(Request<rpc> request) {
    add_suffix(request);
    auto pending = std::make_shared<Pending<rpc>>();
    pending->cancel = temporal::service::call<rpc>(world_->service(), std::move(request), 70s,
                                                   [pending](Status status, Reply<rpc> reply) {
                                                     pending->status = std::move(status);
                                                     pending->reply = std::move(reply);
                                                     pending->ended = true;
                                                   });
    return pending;
  }
  // Waits for the answer and writes it down.
  template <Rpc rpc>
  Ended finish(Pending<rpc>& pending, Reply<rpc>* reply = nullptr) {
    EXPECT_TRUE(world_->wait_for([&] { return pending.ended.load(); }))
        << temporal::service::name_of(rpc) << " is not answered";
    if (!pending.ended) return Status{Code::Unavailable, "not answered"};
    if (reply) *reply = pending.reply;
    note(rpc, pending.status, pending.reply);
    return pending.status;
  }
  template <Rpc rpc>
  Ended call(Request<rpc> request, Reply<rpc>* reply = nullptr) {
    return finish(*begin<rpc>(std::move(request)), reply);
  }
  void note(const std::string& line) { transcript_ += line + '\n'; }
  void note(Rpc rpc, const Status& status, const google::protobuf::Message& reply);
  void pass(temporal::Duration duration) { world_->pass(duration); }
  bool wait_for(const std::function<bool()>& condition) { return world_->wait_for(condition); }
  // "w" as the service knows it.
  std::string full(const std::string& name) const { return name + suffix_; }

  // Makes the call of requests.h.
  std::string start(const std::string& id = "w");  // the run id
  Ended signal(const std::string& name, const std::string& id = "w");
  Ended cancel(const std::string& id = "w");
  Ended terminate(const std::string& id = "w");

  std::shared_ptr<Pending<Rpc::PollWorkflowTaskQueue>> poll(const std::string& queue = "q");
  Task task(const std::string& queue = "q");  // waits for it
  std::shared_ptr<Pending<Rpc::PollActivityTaskQueue>> poll_activity(const std::string& queue);
  ActivityTask activity(const std::string& queue = "q");
  // No task comes within a second.
  void no_task(const std::string& queue = "q");
  void no_activity(const std::string& queue = "q");

  Ended complete(const Task& task, std::vector<Command> commands = {});
  Ended fail(const Task& task);
  Ended complete(const ActivityTask& task);
  Ended fail(const ActivityTask& task, const std::string& type = "Error");
  std::shared_ptr<Pending<Rpc::UpdateWorkflowExecution>> update(const std::string& update_id,
                                                                const std::string& id = "w");
  std::shared_ptr<Pending<Rpc::QueryWorkflow>> query(const std::string& id = "w");

  History history(const std::string& id = "w", const std::string& run_id = "");
  // Lets things happen until the history has so many events.
  void until_events(int events, const std::string& id = "w");
  // Writes down the history.
  void show(const std::string& id = "w", const std::string& run_id = "");
  void describe(const std::string& id = "w", const std::string& run_id = "");

 private:
  void add_suffix(google::protobuf::Message& request) const;

  std::unique_ptr<temporal::testing::World> world_;
  std::string suffix_;
  std::string transcript_;
};

}  // namespace conversations
