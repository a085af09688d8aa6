// Conversations about runs whose history gets too long.
#include "tests/temporal_conversations/conversation.h"

namespace conversations {
namespace {

class LimitConversation : public Conversation {
 protected:
  // Of no interest: not written down.
  Task quiet_task() {
    const auto pending = poll();
    wait_for([&] { return pending->ended.load(); });
    return pending->reply;
  }
  // Works on a task, with so many markers, and schedules the next one.
  void mark(int markers) {
    const auto done = begin<Rpc::RespondWorkflowTaskCompleted>(
        completed(quiet_task(), std::vector<Command>(markers, record_marker("m"))));
    wait_for([&] { return done->ended.load(); });
    const auto signaled = begin<Rpc::SignalWorkflowExecution>(signal_request("s", "w"));
    wait_for([&] { return signaled->ended.load(); });
  }
  void show_end() {
    describe();
    auto last = history_request("w", "");
    last.set_history_event_filter_type(
        temporal::api::enums::v1::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
    call<Rpc::GetWorkflowExecutionHistory>(last);
  }
};

TEST_F(LimitConversation, TaskThatReachesTheLimitOfTheHistory) {
  start();
  for (int i = 0; i < 10; ++i) mark(5000);
  mark(1154);  // the next task is scheduled as the event 51,200
  describe();
  no_task();
  show_end();
}

TEST_F(LimitConversation, CompletionThatReachesTheLimitOfTheHistory) {
  start();
  for (int i = 0; i < 10; ++i) mark(5000);
  auto request = completed(quiet_task(), std::vector<Command>(5000, record_marker("m")));
  request.set_force_create_new_workflow_task(true);
  request.set_return_new_workflow_task(true);
  call<Rpc::RespondWorkflowTaskCompleted>(request);
  show_end();
}

}  // namespace
}  // namespace conversations
