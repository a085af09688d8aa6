// Conversations about ids, histories and lists.
#include "tests/temporal_conversations/conversation.h"

// What is deprecated still comes.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace conversations {
namespace {

using namespace temporal::api::enums::v1;

class ExecutionConversation : public Conversation {
 protected:
  void list(const std::string& query) {
    Request<Rpc::ListWorkflowExecutions> request;
    request.set_namespace_("default");
    request.set_query(query);
    Reply<Rpc::ListWorkflowExecutions> reply;
    note(query);
    const auto pending = begin<Rpc::ListWorkflowExecutions>(request);
    finish(*pending);
  }
};

TEST_F(ExecutionConversation, IdsThatAreTaken) {
  auto request = start_request();
  request.set_request_id("one");
  call<Rpc::StartWorkflowExecution>(request);
  call<Rpc::StartWorkflowExecution>(request);
  request.set_request_id("two");
  call<Rpc::StartWorkflowExecution>(request);
  request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING);
  call<Rpc::StartWorkflowExecution>(request);
  pass(1500ms);
  request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
  call<Rpc::StartWorkflowExecution>(request);
  request.set_request_id("three");
  pass(1500ms);
  call<Rpc::StartWorkflowExecution>(request);
  pass(1500ms);
  request.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING);
  call<Rpc::StartWorkflowExecution>(request);
  request.clear_workflow_id_conflict_policy();
  call<Rpc::StartWorkflowExecution>(request);
  request.set_request_id("four");
  pass(1500ms);
  call<Rpc::StartWorkflowExecution>(request);
  request.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
  request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING);
  call<Rpc::StartWorkflowExecution>(request);
}

TEST_F(ExecutionConversation, IdsThatAreUsedAgain) {
  start();
  complete(task(), {complete_run()});
  pass(1500ms);
  auto request = start_request();
  request.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY);
  call<Rpc::StartWorkflowExecution>(request);
  request.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
  call<Rpc::StartWorkflowExecution>(request);
  request.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
  call<Rpc::StartWorkflowExecution>(request);
  complete(task(), {complete_run()});
}

TEST_F(ExecutionConversation, SignalWithStart) {
  Request<Rpc::SignalWithStartWorkflowExecution> request;
  request.set_namespace_("default");
  request.set_workflow_id("w");
  request.mutable_workflow_type()->set_name("Work");
  request.mutable_task_queue()->set_name("q");
  request.set_identity("client");
  request.set_signal_name("s");
  request.mutable_signal_input()->add_payloads()->set_data("1");
  request.set_request_id("r");
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  request.set_request_id("r2");
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  request.set_request_id("r2");
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  show();
  complete(task(), {complete_run()});
  pass(1500ms);
  request.set_workflow_id_reuse_policy(WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  request.set_request_id("r3");
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  request.clear_workflow_id_reuse_policy();
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  show();
  request.clear_signal_name();
  call<Rpc::SignalWithStartWorkflowExecution>(request);
}

TEST_F(ExecutionConversation, RefusedSignalWithStartStartsNothing) {
  Request<Rpc::SignalWithStartWorkflowExecution> request;
  request.set_namespace_("default");
  request.set_workflow_id("w");
  request.mutable_workflow_type()->set_name("Work");
  request.mutable_task_queue()->set_name("q");
  request.set_signal_name(std::string(1001, 's'));
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  request.set_signal_name("s");
  request.mutable_signal_input()->add_payloads()->set_data(std::string((2 << 20) + 1, 'x'));
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  describe();
  start();
  pass(1500ms);
  request.set_workflow_id_conflict_policy(WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
  call<Rpc::SignalWithStartWorkflowExecution>(request);
  describe();
}

TEST_F(ExecutionConversation, FirstRunIdMeansTheCurrentRun) {
  const std::string first = start();
  pass(1500ms);
  complete(task(), {continue_as_new()});
  until_events(2);
  Request<Rpc::RequestCancelWorkflowExecution> cancel = cancel_request("w");
  cancel.mutable_workflow_execution()->set_run_id(first);
  cancel.set_first_execution_run_id(first);
  call<Rpc::RequestCancelWorkflowExecution>(cancel);
  show();
  Request<Rpc::TerminateWorkflowExecution> end = terminate_request("w");
  end.mutable_workflow_execution()->set_run_id(first);
  end.set_first_execution_run_id(first);
  call<Rpc::TerminateWorkflowExecution>(end);
  show();
  call<Rpc::TerminateWorkflowExecution>(end);
  call<Rpc::RequestCancelWorkflowExecution>(cancel);
  end.set_first_execution_run_id("11111111-1111-4111-8111-111111111111");
  call<Rpc::TerminateWorkflowExecution>(end);
  cancel.set_first_execution_run_id("11111111-1111-4111-8111-111111111111");
  call<Rpc::RequestCancelWorkflowExecution>(cancel);
}

TEST_F(ExecutionConversation, BadStarts) {
  const auto changed = [this](const auto& change) {
    auto request = start_request();
    change(request);
    call<Rpc::StartWorkflowExecution>(request);
  };
  changed([](auto& r) { r.clear_workflow_id(); });
  changed([](auto& r) { r.clear_workflow_type(); });
  changed([](auto& r) { r.clear_task_queue(); });
  changed([](auto& r) { r.set_workflow_id(std::string(1001, 'w')); });
  changed([](auto& r) { r.mutable_workflow_type()->set_name(std::string(1001, 'w')); });
  changed([](auto& r) { r.set_namespace_("nowhere"); });
  changed([](auto& r) { r.clear_namespace_(); });
  changed([](auto& r) { r.mutable_workflow_execution_timeout()->set_seconds(-1); });
  changed([](auto& r) { r.mutable_workflow_run_timeout()->set_seconds(-1); });
  changed([](auto& r) { r.mutable_workflow_task_timeout()->set_seconds(-1); });
  changed([](auto& r) { r.mutable_retry_policy()->set_backoff_coefficient(0.5); });
  changed([](auto& r) { r.mutable_retry_policy()->set_maximum_attempts(-1); });
  changed([](auto& r) { r.mutable_retry_policy()->mutable_initial_interval()->set_seconds(-1); });
  changed([](auto& r) {
    r.mutable_retry_policy()->mutable_initial_interval()->set_seconds(5);
    r.mutable_retry_policy()->mutable_maximum_interval()->set_seconds(1);
  });
  changed([](auto& r) { r.set_cron_schedule("nonsense"); });
  changed([](auto& r) {
    r.set_cron_schedule("* * * * *");
    r.mutable_workflow_start_delay()->set_seconds(1);
  });
  changed([](auto& r) { r.set_cron_schedule("@every 5"); });
  changed([](auto& r) { r.set_cron_schedule("@every"); });
  changed([](auto& r) { r.mutable_workflow_start_delay()->set_seconds(-1); });
  changed([](auto& r) { r.set_request_id(std::string(1001, 'r')); });
  changed([](auto& r) {
    r.mutable_input()->add_payloads()->set_data(std::string((2 << 20) + 1, 'x'));
  });
  changed([](auto& r) {
    (*r.mutable_memo()->mutable_fields())["m"].set_data(std::string((2 << 20) + 1, 'x'));
  });
}

TEST_F(ExecutionConversation, RunsThatAreNotThere) {
  signal("s", "nobody");
  cancel("nobody");
  terminate("nobody");
  describe("nobody");
  describe("nobody", "11111111-1111-4111-8111-111111111111");
  describe("nobody", "1");
  describe("");
  Request<Rpc::GetWorkflowExecutionHistory> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id("nobody");
  call<Rpc::GetWorkflowExecutionHistory>(request);
  request.mutable_execution()->set_run_id("1");
  call<Rpc::GetWorkflowExecutionHistory>(request);
  request.mutable_execution()->set_run_id("11111111-1111-4111-8111-111111111111");
  call<Rpc::GetWorkflowExecutionHistory>(request);
  Request<Rpc::SignalWorkflowExecution> bad;
  bad.set_namespace_("default");
  bad.mutable_workflow_execution()->set_workflow_id("w");
  call<Rpc::SignalWorkflowExecution>(bad);
  start();
  bad.set_signal_name("s");
  bad.mutable_workflow_execution()->set_run_id("11111111-1111-4111-8111-111111111111");
  call<Rpc::SignalWorkflowExecution>(bad);
  Request<Rpc::TerminateWorkflowExecution> other;
  other.set_namespace_("default");
  other.mutable_workflow_execution()->set_workflow_id("w");
  other.set_first_execution_run_id("11111111-1111-4111-8111-111111111111");
  call<Rpc::TerminateWorkflowExecution>(other);
  Request<Rpc::RequestCancelWorkflowExecution> cancel;
  cancel.set_namespace_("default");
  cancel.mutable_workflow_execution()->set_workflow_id("w");
  cancel.set_first_execution_run_id("11111111-1111-4111-8111-111111111111");
  call<Rpc::RequestCancelWorkflowExecution>(cancel);
}

TEST_F(ExecutionConversation, CancellationsAndTerminations) {
  start();
  cancel();
  cancel();
  Request<Rpc::RequestCancelWorkflowExecution> again;
  again.set_namespace_("default");
  again.mutable_workflow_execution()->set_workflow_id("w");
  again.set_request_id("r");
  call<Rpc::RequestCancelWorkflowExecution>(again);
  show();
  describe();
  const Task one = task();
  Request<Rpc::TerminateWorkflowExecution> end;
  end.set_namespace_("default");
  end.mutable_workflow_execution()->set_workflow_id("w");
  end.mutable_details()->add_payloads()->set_data("1");
  call<Rpc::TerminateWorkflowExecution>(end);
  show();
  complete(one);
  fail(one);
}

TEST_F(ExecutionConversation, HistoriesInPages) {
  start();
  signal("a");
  signal("b");
  const Task one = task();
  Request<Rpc::GetWorkflowExecutionHistory> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id("w");
  request.set_maximum_page_size(2);
  Reply<Rpc::GetWorkflowExecutionHistory> reply;
  do {
    call<Rpc::GetWorkflowExecutionHistory>(request, &reply);
    request.set_next_page_token(reply.next_page_token());
  } while (!request.next_page_token().empty());
  request.clear_next_page_token();
  request.clear_maximum_page_size();
  request.set_wait_new_event(true);
  call<Rpc::GetWorkflowExecutionHistory>(request, &reply);
  request.set_next_page_token(reply.next_page_token());
  auto pending = begin<Rpc::GetWorkflowExecutionHistory>(request);
  pass(300ms);
  complete(one, {start_timer("t", 100s)});
  finish(*pending, &reply);
  Request<Rpc::GetWorkflowExecutionHistory> last;
  last.set_namespace_("default");
  last.mutable_execution()->set_workflow_id("w");
  last.set_wait_new_event(true);
  last.set_history_event_filter_type(HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
  const auto end = begin<Rpc::GetWorkflowExecutionHistory>(last);
  pass(300ms);
  request.set_next_page_token(reply.next_page_token());
  pending = begin<Rpc::GetWorkflowExecutionHistory>(request);
  pass(300ms);
  terminate();
  finish(*pending);
  finish(*end);
  last.set_wait_new_event(false);
  call<Rpc::GetWorkflowExecutionHistory>(last);
  last.set_next_page_token("nonsense");
  call<Rpc::GetWorkflowExecutionHistory>(last);
}

TEST_F(ExecutionConversation, CloseEventFollowsTheChain) {
  start();
  const Task one = task();
  Request<Rpc::GetWorkflowExecutionHistory> last;
  last.set_namespace_("default");
  last.mutable_execution()->set_workflow_id("w");
  last.set_wait_new_event(true);
  last.set_history_event_filter_type(HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
  const auto end = begin<Rpc::GetWorkflowExecutionHistory>(last);
  pass(1500ms);
  complete(one, {continue_as_new()});
  finish(*end);
  last.set_wait_new_event(false);
  call<Rpc::GetWorkflowExecutionHistory>(last);
}

TEST_F(ExecutionConversation, BadLists) {
  list("ExecutionStatus = 'Nonsense'");
  list("StartTime > 'yesterday'");
  list("WorkflowId = 'x' ORDER BY StartTime");
  list("WorkflowId STARTS_WITH 5");
  list("WorkflowId > 'x~'");
  list("Size = 'x'");
  list("WorkflowId = 'x' GROUP BY WorkflowType");
}

TEST_F(ExecutionConversation, Namespaces) {
  Request<Rpc::DescribeNamespace> request;
  call<Rpc::DescribeNamespace>(request);
  request.set_namespace_("nowhere");
  call<Rpc::DescribeNamespace>(request);
  Request<Rpc::RegisterNamespace> space;
  call<Rpc::RegisterNamespace>(space);
  space.set_namespace_("default");
  call<Rpc::RegisterNamespace>(space);
  space.mutable_workflow_execution_retention_period()->set_seconds(86400);
  call<Rpc::RegisterNamespace>(space);
}

}  // namespace
}  // namespace conversations
