// Conversations about runs that begin with the first events of another one.
#include "tests/temporal_conversations/conversation.h"

// What is deprecated still comes.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace conversations {
namespace {

using namespace temporal::api::enums::v1;

class ResetConversation : public Conversation {
 protected:
  Ended reset(const std::string& run_id, std::int64_t finish) {
    Request<Rpc::ResetWorkflowExecution> request;
    request.set_namespace_("default");
    request.mutable_workflow_execution()->set_workflow_id("w");
    request.mutable_workflow_execution()->set_run_id(run_id);
    request.set_reason("again");
    request.set_request_id("reset-" + std::to_string(finish));
    request.set_workflow_task_finish_event_id(finish);
    return call<Rpc::ResetWorkflowExecution>(request);
  }
};

TEST_F(ResetConversation, ResetToAFinishedTask) {
  const std::string run = start();
  complete(task(), {schedule_activity("a"), start_timer("t", 100s)});
  signal("s");
  complete(activity());
  complete(task(), {record_marker("m")});
  signal("u");
  const Task open = task();
  signal("v");
  show();
  reset(run, 12);
  complete(open);
  show("w", run);
  show();
  describe();
  describe("w", run);
  reset(run, 12);
  const Task next = task();
  complete(next, {complete_run()});
  show();
}

TEST_F(ResetConversation, ResetToTheFirstTask) {
  const std::string run = start();
  complete(task(), {schedule_activity("a")});
  complete(activity());
  complete(task(), {complete_run()});
  reset(run, 4);
  show();
  complete(task(), {schedule_activity("a")});
  activity();
  show();
  reset(run, 3);
  show();
  reset(run, 2);
  reset(run, 1);
  reset(run, 0);
  reset(run, 5);
  reset(run, 6);
  reset(run, 100);
}

TEST_F(ResetConversation, ResetAppliesUpdatesAgain) {
  const std::string run = start();
  complete(task());
  const auto pending = update("u");
  const Task one = task();
  auto request = completed(one, {protocol_message("u/accept"), protocol_message("u/complete")});
  *request.add_messages() = accept(one.messages_size() ? one.messages(0) : Message());
  *request.add_messages() = respond(one.messages_size() ? one.messages(0) : Message());
  call<Rpc::RespondWorkflowTaskCompleted>(request);
  finish(*pending);
  show();
  reset(run, 4);
  show();
  const Task next = task();
  Message sent;
  sent.set_id("u/request");
  sent.set_protocol_instance_id("u");
  sent.set_event_id(6);
  request = completed(next, {protocol_message("u/accept"), protocol_message("u/complete")});
  *request.add_messages() = accept(sent);
  *request.add_messages() = respond(sent);
  call<Rpc::RespondWorkflowTaskCompleted>(request);
  show();
}

TEST_F(ResetConversation, ResetRunHasItsWholeTime) {
  auto request = start_request();
  request.mutable_workflow_execution_timeout()->set_seconds(3);
  Reply<Rpc::StartWorkflowExecution> reply;
  call<Rpc::StartWorkflowExecution>(request, &reply);
  complete(task(), {complete_run()});
  pass(3500ms);
  reset(reply.run_id(), 4);
  pass(1100ms);
  complete(task(), {continue_as_new()});
  complete(task(), {start_timer("t", 100s)});
  pass(1s);
  show();
  pass(3s);
  until_events(6);
  show();
}

TEST_F(ResetConversation, AttributesOfAResetRun) {
  auto request = start_request();
  set_attribute(*request.mutable_search_attributes(), "Size", "Int", "5");
  set_attribute(*request.mutable_search_attributes(), "Colour", "Keyword", "\"red\"");
  auto& fields = *request.mutable_memo()->mutable_fields();
  for (const char* name : {"a", "b", "c", "d"}) {
    fields[name].set_data("\"1\"");
    (*fields[name].mutable_metadata())["encoding"] = "json/plain";
  }
  Reply<Rpc::StartWorkflowExecution> reply;
  call<Rpc::StartWorkflowExecution>(request, &reply);
  Command modify;
  modify.set_command_type(COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES);
  auto& memo = *modify.mutable_modify_workflow_properties_command_attributes()
                    ->mutable_upserted_memo()
                    ->mutable_fields();
  const auto set = [&](const char* name, const char* encoding, const char* data) {
    memo[name].set_data(data);
    (*memo[name].mutable_metadata())["encoding"] = encoding;
  };
  set("a", "binary/null", "");
  set("b", "json/plain", "null");
  set("c", "json/plain", "[]");
  set("d", "json/plain", "");
  Command upsert = upsert_attribute("Size", "Int", "null");
  complete(task(), {modify, upsert, upsert_attribute("Colour", "Keyword", "[]")});
  describe();
  signal("s");
  complete(task(), {complete_run()});
  reset(reply.run_id(), 10);
  show();
  describe();
}

}  // namespace
}  // namespace conversations
