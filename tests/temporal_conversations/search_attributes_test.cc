// Conversations about search attributes that are not registered, or have values of another type.
#include "tests/temporal_conversations/conversation.h"

namespace conversations {
namespace {

class AttributeConversation : public Conversation {
 protected:
  void start_with(const std::string& name, const std::string& type, const std::string& data) {
    auto request = start_request("w" + std::to_string(++count_));
    set_attribute(*request.mutable_search_attributes(), name, type, data);
    note(name + " = " + data.substr(0, 40));
    call<Rpc::StartWorkflowExecution>(request);
  }
  void find(const std::string& query) {
    Request<Rpc::ListWorkflowExecutions> request;
    request.set_namespace_("default");
    request.set_query("WorkflowId = '" + full("w") + "' AND (" + query + ")");
    const auto pending = begin<Rpc::ListWorkflowExecutions>(request);
    wait_for([&] { return pending->ended.load(); });
    note(query + " -> " + pending->status.text() + ' ' +
         std::to_string(pending->reply.executions_size()));
  }
  int count_ = 0;
};

TEST_F(AttributeConversation, BadAttributesOfStarts) {
  start_with("Nope", "Keyword", "\"x\"");
  start_with("", "Keyword", "\"x\"");
  for (const char* name : {"WorkflowId", "CloseTime", "ParentRunId", "BuildIds", "BatcherUser",
                           "TemporalChangeVersion", "TemporalSchedulePaused",
                           "TemporalNamespaceDivision", "BinaryChecksums", "ScheduleId",
                           "CustomKeywordField", "TemporalPauseInfo", "ExecutionDuration"}) {
    start_with(name, "", "\"x\"");
  }
  start_with("TemporalSchedulePaused", "", "true");
  start_with("Colour", "Keyword", '"' + std::string(2047, 'x') + '"');
  Request<Rpc::SignalWithStartWorkflowExecution> request;
  request.set_namespace_("default");
  request.set_workflow_id("v");
  request.mutable_workflow_type()->set_name("Work");
  request.mutable_task_queue()->set_name("q");
  request.set_signal_name("s");
  set_attribute(*request.mutable_search_attributes(), "Nope", "Int", "5");
  call<Rpc::SignalWithStartWorkflowExecution>(request);
}

TEST_F(AttributeConversation, AttributesOfOtherTypes) {
  const auto each = [this](const char* name, std::initializer_list<const char*> values) {
    for (const char* value : values) start_with(name, "", value);
  };
  each("Size", {"5", "\"5\"", "\"x\"", "1.5", "5.0", "true", "[5]", "[5,6]", "[\"x\"]", "null",
                "99999999999999999999"});
  each("Colour", {"\"red\"", "5", "true", "[\"red\"]", "[\"red\",\"blue\"]", "[5]", "null"});
  each("Price", {"5", "1.5", "\"1.5\"", "true"});
  each("Open", {"true", "\"true\"", "1", "[true]"});
  each("At", {"\"2020-01-01T00:00:00Z\"", "\"2020-01-01T01:02:03.456+02:00\"", "\"soon\"", "5",
              "\"2020-01-01\""});
  each("Note", {"\"a word\"", "5"});
  each("Tags", {"[\"a\",\"b\"]", "\"a\"", "[5]", "5", "[]", "[\"a\",5]"});
  describe("w1");
  show("w1");
  start_with("Size", "Keyword", "5");
  start_with("Size", "Keyword", "\"x\"");
  start_with("Colour", "Int", "\"red\"");
  start_with("Colour", "Nonsense", "\"red\"");
}

TEST_F(AttributeConversation, BadAttributesOfCommands) {
  const auto refused = [this](const Command& command) {
    const std::string id = "w" + std::to_string(++count_);
    start(id);
    complete(task(), {command});
    show(id);
    terminate(id);
  };
  refused(upsert_attribute("Nope", "Int", "5"));
  refused(upsert_attribute("WorkflowId", "Keyword", "\"x\""));
  refused(upsert_attribute("Size", "Int", "\"x\""));
  refused(upsert_attribute("Size", "Keyword", "\"x\""));
  refused(upsert_attribute("Colour", "Keyword", '"' + std::string(2047, 'x') + '"'));
  refused(upsert_attribute("TemporalChangeVersion", "KeywordList", "[\"a-1\"]"));
  refused(upsert_attribute("Nope", "Int", "null"));
  Command child = start_child("c");
  set_attribute(*child.mutable_start_child_workflow_execution_command_attributes()
                     ->mutable_search_attributes(),
                "Nope", "Int", "5");
  refused(child);
  auto& fields = *child.mutable_start_child_workflow_execution_command_attributes()
                      ->mutable_search_attributes();
  fields.clear_indexed_fields();
  set_attribute(fields, "Size", "Int", "\"x\"");
  refused(child);
  fields.clear_indexed_fields();
  set_attribute(fields, "Colour", "Keyword", '"' + std::string(2047, 'x') + '"');
  refused(child);
  Command next = continue_as_new();
  auto& attributes = *next.mutable_continue_as_new_workflow_execution_command_attributes()
                          ->mutable_search_attributes();
  set_attribute(attributes, "Size", "Int", "\"x\"");
  refused(next);
  attributes.clear_indexed_fields();
  set_attribute(attributes, "Nope", "Int", "5");
  refused(next);
}

TEST_F(AttributeConversation, AttributesInQueries) {
  auto request = start_request();
  auto& attributes = *request.mutable_search_attributes();
  set_attribute(attributes, "Colour", "Keyword", "\"red\"");
  set_attribute(attributes, "Size", "Int", "5");
  set_attribute(attributes, "Price", "Double", "1.5");
  set_attribute(attributes, "Open", "Bool", "true");
  set_attribute(attributes, "At", "Datetime", "\"2020-01-01T00:00:00Z\"");
  set_attribute(attributes, "Note", "Text", "\"two words\"");
  set_attribute(attributes, "Tags", "KeywordList", "[\"a\",\"b\"]");
  call<Rpc::StartWorkflowExecution>(request);
  const auto found = [this] {
    Request<Rpc::CountWorkflowExecutions> count;
    count.set_namespace_("default");
    count.set_query("WorkflowId = '" + full("w") + "'");
    const auto pending = begin<Rpc::CountWorkflowExecutions>(count);
    wait_for([&] { return pending->ended.load(); });
    return pending->reply.count() == 1;
  };
  for (int i = 0; i < 100 && !found(); ++i) pass(100ms);
  for (const char* query : {"WorkflowTyp = 'Work'",
                            "NOT Nope = 'x'",
                            "Nope IS NULL",
                            "Colour = 'x' OR Nope = 1",
                            "CustomKeywordField = 'x'",
                            "VisibilityTimestamp > '2020-01-01T00:00:00Z'",
                            "Size = 'x'",
                            "Size != 'x'",
                            "Size < 'x'",
                            "Size > 'x'",
                            "Size = '5'",
                            "Size < '6'",
                            "Size = 5.0",
                            "Size < 5.5",
                            "HistoryLength < 'x'",
                            "HistoryLength > 'x'",
                            "HistoryLength != 'x'",
                            "Colour = 5",
                            "Colour != 5",
                            "Colour < 's'",
                            "Colour > 's'",
                            "Colour > 5",
                            "Colour BETWEEN 'r' AND 's'",
                            "Price = 1.5",
                            "Price > 1",
                            "Price > 'a'",
                            "Open = true",
                            "Open = false",
                            "Open = 'true'",
                            "Open != true",
                            "Open BETWEEN true AND false",
                            "At > '2019-01-01T00:00:00Z'",

                            "At > 'soon'",
                            "At > 5",
                            "Note = 'words'",
                            "Note != 'words'",
                            "Note = 'two'",
                            "Note = 'word'",
                            "Note > 'a'",
                            "Note STARTS_WITH 'two'",
                            "Note IN ('two')",
                            "Note BETWEEN 'a' AND 'z'",
                            "Note IS NOT NULL",
                            "Tags = 'a'",
                            "Tags != 'a'",
                            "Tags != 'c'",
                            "Tags IN ('c', 'b')",
                            "Tags NOT IN ('c', 'b')",
                            "Tags > 'a'",
                            "Tags STARTS_WITH 'a'",
                            "Tags BETWEEN 'a' AND 'z'",
                            "Size STARTS_WITH '5'",
                            "BuildIds = 'x'",
                            "BatcherUser IS NULL",
                            "TemporalNamespaceDivision IS NULL",
                            "ExecutionDuration > 5",
                            "StateTransitionCount > 0",
                            "ParentRunId IS NULL",
                            "ExecutionStatus = 1",
                            "ExecutionStatus = 9",
                            "StartTime > 5",
                            "`Colour` = 'red'",
                            "Colour LIKE 'r'",
                            "Colour = Size",
                            "Colour = NULL",

                            "At < '2020-01-01T00:00:01Z'",
                            "At BETWEEN '2019-01-01T00:00:00Z' AND '2021-01-01T00:00:00Z'",
                            "ExecutionDuration > '1s'",
                            "ExecutionDuration > 'x'",
                            "HistorySizeBytes > 0",
                            "Size <> 5"}) {
    find(query);
  }
  Request<Rpc::CountWorkflowExecutions> count;
  count.set_namespace_("default");
  count.set_query("Nope = 1");
  call<Rpc::CountWorkflowExecutions>(count);
}

}  // namespace
}  // namespace conversations
