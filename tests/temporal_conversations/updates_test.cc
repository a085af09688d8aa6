// Conversations about updates and queries.
#include "tests/temporal_conversations/conversation.h"

namespace conversations {
namespace {

using namespace temporal::api::enums::v1;

class UpdateConversation : public Conversation {
 protected:
  // A run whose worker keeps it, with nothing to do; a sticky poll waits.
  void start_kept() {
    start();
    call<Rpc::RespondWorkflowTaskCompleted>(kept(task()));
    wait_sticky();
  }
  void wait_sticky() {
    poll_ = poll("q-sticky");
    pass(300ms);
  }
  Task sticky() {
    Task task;
    finish(*poll_, &task);
    return task;
  }
  Reply<Rpc::RespondWorkflowTaskCompleted> answer(const Task& task, std::vector<Message> messages,
                                                  std::vector<Command> commands = {}) {
    auto request = kept(task, std::move(commands));
    request.set_return_new_workflow_task(true);
    request.mutable_capabilities()->set_discard_speculative_workflow_task_with_events(true);
    for (Message& message : messages) *request.add_messages() = std::move(message);
    Reply<Rpc::RespondWorkflowTaskCompleted> reply;
    call<Rpc::RespondWorkflowTaskCompleted>(request, &reply);
    return reply;
  }
  static Message message_of(const Task& task) {
    EXPECT_EQ(task.messages_size(), 1);
    return task.messages_size() == 0 ? Message() : task.messages(0);
  }
  std::vector<Command> both(const std::string& id) {
    return {protocol_message(id + "/accept"), protocol_message(id + "/complete")};
  }
  void poll_update(const std::string& id, UpdateWorkflowExecutionLifecycleStage stage) {
    Request<Rpc::PollWorkflowExecutionUpdate> request;
    request.set_namespace_("default");
    request.mutable_update_ref()->mutable_workflow_execution()->set_workflow_id("w");
    request.mutable_update_ref()->set_update_id(id);
    request.mutable_wait_policy()->set_lifecycle_stage(stage);
    call<Rpc::PollWorkflowExecutionUpdate>(request);
  }
  Request<Rpc::UpdateWorkflowExecution> update_request(const std::string& id) {
    Request<Rpc::UpdateWorkflowExecution> request;
    request.set_namespace_("default");
    request.mutable_workflow_execution()->set_workflow_id("w");
    request.mutable_request()->mutable_meta()->set_update_id(id);
    request.mutable_request()->mutable_input()->set_name("change");
    request.mutable_wait_policy()->set_lifecycle_stage(
        UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED);
    return request;
  }
  std::shared_ptr<Pending<Rpc::PollWorkflowTaskQueue>> poll_;
};

TEST_F(UpdateConversation, UpdateCompletes) {
  start_kept();
  const auto one = update("u");
  const Task task = sticky();
  show();
  describe();
  answer(task, {accept(message_of(task)), respond(message_of(task))}, both("u"));
  finish(*one);
  show();
  poll_update("u", UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED);
  poll_update("v", UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED);
  finish(*update("u"));
  terminate();
  poll_update("u", UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED);
  finish(*update("u"));
  finish(*update("v"));
}

TEST_F(UpdateConversation, UpdateIsRejected) {
  start_kept();
  const auto one = update("u");
  const Task task = sticky();
  answer(task, {reject(message_of(task))});
  finish(*one);
  show();
  poll_update("u", UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED);
  wait_sticky();
  signal("s");
  const Task next = sticky();
  answer(next, {});
  show();
}

TEST_F(UpdateConversation, UpdateIsRejectedWithATimer) {
  start_kept();
  const auto one = update("u");
  const Task task = sticky();
  answer(task, {reject(message_of(task))}, {start_timer("t", 100s)});
  finish(*one);
  show();
}

TEST_F(UpdateConversation, UpdateIsAcceptedAndCompletesLater) {
  start_kept();
  const auto one = update("u");
  Request<Rpc::UpdateWorkflowExecution> accepted = update_request("u");
  accepted.mutable_wait_policy()->set_lifecycle_stage(
      UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED);
  const auto other = begin<Rpc::UpdateWorkflowExecution>(accepted);
  const Task task = sticky();
  answer(task, {accept(message_of(task))}, {protocol_message("u/accept"), start_timer("t", 1s)});
  finish(*other);
  wait_sticky();
  const Task next = sticky();
  answer(next, {respond(message_of(task))}, {protocol_message("u/complete")});
  finish(*one);
  show();
}

TEST_F(UpdateConversation, UpdateOnTheFirstTask) {
  start();
  const auto one = update("u");
  const Task first = task();
  answer(first, {accept(message_of(first)), respond(message_of(first))}, both("u"));
  finish(*one);
  show();
}

TEST_F(UpdateConversation, UpdateIsRejectedOnTheFirstTask) {
  start();
  const auto one = update("u");
  const Task first = task();
  answer(first, {reject(message_of(first))});
  finish(*one);
  show();
}

TEST_F(UpdateConversation, UpdateWithoutASticky) {
  start();
  complete(task());
  const auto one = update("u");
  const Task first = task();
  show();
  answer(first, {reject(message_of(first))});
  finish(*one);
  show();
  const auto two = update("v");
  const Task second = task();
  answer(second, {accept(message_of(second)), respond(message_of(second))}, both("v"));
  finish(*two);
  show();
}

TEST_F(UpdateConversation, UpdateDuringATask) {
  start_kept();
  signal("s");
  const Task one = sticky();
  const auto pending = update("u");
  const auto reply = answer(one, {}, {record_marker("m")});
  show();
  const Task next = reply.workflow_task();
  answer(next, {reject(message_of(next))});
  finish(*pending);
  show();
}

TEST_F(UpdateConversation, UpdateDuringATaskThatIsNotHandedOn) {
  start_kept();
  signal("s");
  const Task one = sticky();
  const auto pending = update("u");
  wait_sticky();
  call<Rpc::RespondWorkflowTaskCompleted>(kept(one));
  const Task next = sticky();
  answer(next, {reject(message_of(next))});
  finish(*pending);
  show();
}

TEST_F(UpdateConversation, SignalDuringASpeculativeTask) {
  start_kept();
  const auto pending = update("u");
  const Task one = sticky();
  signal("s");
  show();
  answer(one, {reject(message_of(one))});
  finish(*pending);
  show();
}

TEST_F(UpdateConversation, SignalBeforeASpeculativeTaskStarts) {
  start();
  complete(task());
  const auto pending = update("u");
  signal("s");
  show();
  const Task one = task();
  answer(one, {reject(message_of(one))});
  finish(*pending);
  show();
}

TEST_F(UpdateConversation, SpeculativeTaskFails) {
  start_kept();
  const auto pending = update("u");
  const Task one = sticky();
  fail(one);
  show();
  const Task two = task();
  answer(two, {accept(message_of(two)), respond(message_of(two))}, both("u"));
  finish(*pending);
  show();
}

TEST_F(UpdateConversation, SpeculativeTaskIsNotTaken) {
  start();
  call<Rpc::RespondWorkflowTaskCompleted>(kept(task()));
  const auto pending = update("u");
  until_events(7);
  show();
  const Task two = task();
  answer(two, {reject(message_of(two))});
  finish(*pending);
  show();
}

TEST_F(UpdateConversation, WorkerIgnoresTheUpdate) {
  start_kept();
  const auto pending = update("u");
  answer(sticky(), {});
  finish(*pending);
  show();
}

TEST_F(UpdateConversation, RunCompletesWithTheUpdate) {
  start_kept();
  const auto pending = update("u");
  const Task one = sticky();
  answer(one, {accept(message_of(one))}, {protocol_message("u/accept"), complete_run()});
  finish(*pending);
  show();
}

TEST_F(UpdateConversation, RunIsTerminatedBeforeTheUpdateIsSeen) {
  start_kept();
  const auto pending = update("u");
  terminate();
  finish(*pending);
  show();
}

TEST_F(UpdateConversation, BadMessages) {
  start_kept();
  auto pending = update("u");
  Task one = sticky();
  answer(one, {}, {protocol_message("none")});
  show();
  finish(*pending);
  pending = update("u");
  one = task();
  Message bad = respond(message_of(one));
  answer(one, {bad}, {protocol_message(bad.id())});
  show();
  finish(*pending);
}

TEST_F(UpdateConversation, AcceptanceForNobody) {
  start_kept();
  signal("s");
  const Task one = sticky();
  Message request;
  request.set_id("x/request");
  request.set_protocol_instance_id("x");
  request.set_event_id(6);
  answer(one, {accept(request)}, {protocol_message("x/accept")});
  show();
}

TEST_F(UpdateConversation, BadUpdateRequests) {
  start();
  complete(task());
  auto request = update_request("u");
  request.mutable_request()->mutable_input()->clear_name();
  call<Rpc::UpdateWorkflowExecution>(request);
  request = update_request("u");
  request.clear_request();
  call<Rpc::UpdateWorkflowExecution>(request);
  request = update_request("u");
  request.mutable_request()->clear_input();
  call<Rpc::UpdateWorkflowExecution>(request);
  request = update_request("u");
  request.mutable_workflow_execution()->set_workflow_id("nobody");
  call<Rpc::UpdateWorkflowExecution>(request);
  request = update_request(std::string(1001, 'u'));
  call<Rpc::UpdateWorkflowExecution>(request);
  request = update_request("u");
  request.set_first_execution_run_id("11111111-1111-4111-8111-111111111111");
  call<Rpc::UpdateWorkflowExecution>(request);
  Request<Rpc::PollWorkflowExecutionUpdate> poll;
  poll.set_namespace_("default");
  call<Rpc::PollWorkflowExecutionUpdate>(poll);
}

class QueryConversation : public UpdateConversation {
 protected:
  void answer_directly(const Task& task, QueryResultType type = QUERY_RESULT_TYPE_ANSWERED) {
    Request<Rpc::RespondQueryTaskCompleted> request;
    request.set_namespace_("default");
    request.set_task_token(task.task_token());
    request.set_completed_type(type);
    if (type == QUERY_RESULT_TYPE_ANSWERED) {
      request.mutable_query_result()->add_payloads()->set_data("5");
    } else {
      request.set_error_message("cannot say");
    }
    call<Rpc::RespondQueryTaskCompleted>(request);
  }
};

TEST_F(QueryConversation, QueryWithoutATask) {
  start();
  complete(task());
  auto pending = query();
  Task one = task();
  answer_directly(one);
  finish(*pending);
  pending = query();
  one = task();
  answer_directly(one, QUERY_RESULT_TYPE_FAILED);
  finish(*pending);
  answer_directly(one);
  show();
}

TEST_F(QueryConversation, QueryOnAStickyQueue) {
  start_kept();
  auto pending = query();
  answer_directly(sticky());
  finish(*pending);
}

TEST_F(QueryConversation, QueryWithATask) {
  start_kept();
  signal("s");
  const Task one = sticky();
  auto pending = query();
  auto reply = answer(one, {}, {start_timer("t", 100s)});
  // The query goes on its own: no other task follows.
  const Task two = task();
  answer_directly(two);
  finish(*pending);
  show();
}

TEST_F(QueryConversation, QueryBeforeTheFirstTask) {
  start();
  const auto pending = query();
  const Task one = task();
  Request<Rpc::RespondWorkflowTaskCompleted> request = completed(one, {start_timer("t", 100s)});
  for (const auto& [id, unused] : one.queries()) {
    auto& result = (*request.mutable_query_results())[id];
    result.set_result_type(QUERY_RESULT_TYPE_ANSWERED);
    result.mutable_answer()->add_payloads()->set_data("6");
  }
  note("queries: " + std::to_string(one.queries_size()));
  call<Rpc::RespondWorkflowTaskCompleted>(request);
  finish(*pending);
}

TEST_F(QueryConversation, QueryOfARunThatIsOver) {
  start();
  complete(task(), {fail_run()});
  const auto pending = query();
  const Task one = task();
  answer_directly(one);
  finish(*pending);
  Request<Rpc::QueryWorkflow> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id("w");
  request.mutable_query()->set_query_type("state");
  request.set_query_reject_condition(QUERY_REJECT_CONDITION_NOT_OPEN);
  call<Rpc::QueryWorkflow>(request);
  request.set_query_reject_condition(QUERY_REJECT_CONDITION_NOT_COMPLETED_CLEANLY);
  call<Rpc::QueryWorkflow>(request);
}

TEST_F(QueryConversation, BadQueries) {
  start();
  terminate();
  finish(*query());
  finish(*query("nobody"));
  Request<Rpc::QueryWorkflow> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id("w");
  call<Rpc::QueryWorkflow>(request);
  request.mutable_query();
  call<Rpc::QueryWorkflow>(request);
  request.mutable_execution()->clear_workflow_id();
  call<Rpc::QueryWorkflow>(request);
}

TEST_F(QueryConversation, QueryOfARunWhoseTaskKeepsFailing) {
  start();
  fail(task());
  fail(task());
  fail(task());
  finish(*query());
}

}  // namespace
}  // namespace conversations
