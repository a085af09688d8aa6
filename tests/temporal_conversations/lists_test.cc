// Conversations about which runs a query finds.
#include "tests/temporal_conversations/conversation.h"

namespace conversations {
namespace {

class ListConversation : public Conversation {
 protected:
  void SetUp() override {
    Conversation::SetUp();
    if (IsSkipped()) return;
    begin_run("a", "red", 1);
    begin_run("b", "green", 5);
    begin_run("ab", "red", 7);
    begin_run("c", "", 0);
    complete(task("q-b"), {fail_run()});
    pass(100ms);  // those that have closed are ordered by the time of that
    complete(task("q-a"), {complete_run()});
    for (int i = 0; i < 100 && found(mine("ExecutionStatus != 'Running'")) < 2; ++i) pass(100ms);
    for (int i = 0; i < 100 && found(mine("")) < 4; ++i) pass(100ms);
  }
  void begin_run(const std::string& id, const std::string& colour, int size) {
    auto request = start_request(id);
    request.mutable_task_queue()->set_name("q-" + id);
    auto& attributes = *request.mutable_search_attributes();
    if (!colour.empty()) set_attribute(attributes, "Colour", "Keyword", '"' + colour + '"');
    if (size != 0) set_attribute(attributes, "Size", "Int", std::to_string(size));
    call<Rpc::StartWorkflowExecution>(request);
    pass(1100ms);  // lists are ordered by the time of the start
  }
  // Only of this conversation.
  std::string mine(const std::string& query) const {
    const std::string all = "WorkflowId IN ('" + full("a") + "', '" + full("b") + "', '" +
                            full("ab") + "', '" + full("c") + "')";
    return query.empty() ? all : all + " AND (" + query + ")";
  }
  int found(const std::string& query) {
    Request<Rpc::ListWorkflowExecutions> request;
    request.set_namespace_("default");
    request.set_query(query);
    const auto pending = begin<Rpc::ListWorkflowExecutions>(request);
    wait_for([&] { return pending->ended.load(); });
    return pending->reply.executions_size();
  }
  void list(const std::string& query) {
    Request<Rpc::ListWorkflowExecutions> request;
    request.set_namespace_("default");
    request.set_query(mine(query));
    const auto pending = begin<Rpc::ListWorkflowExecutions>(request);
    wait_for([&] { return pending->ended.load(); });
    std::string line = query + " ->";
    if (!pending->status.ok()) line += ' ' + pending->status.text();
    for (const auto& run : pending->reply.executions()) line += ' ' + run.execution().workflow_id();
    note(line);
  }
};

TEST_F(ListConversation, RunsAreFoundByWhatTheyAre) {
  list("");
  list("WorkflowId = '" + full("a") + "'");
  list("WorkflowId != '" + full("a") + "'");
  list("WorkflowId STARTS_WITH 'a'");
  list("WorkflowId NOT STARTS_WITH 'a'");
  list("WorkflowId NOT IN ('" + full("a") + "', '" + full("c") + "')");
  list("WorkflowType = 'Work'");
  list("WorkflowType = 'Other'");
  list("TaskQueue = '" + full("q-b") + "'");
  list("ExecutionStatus = 'Running'");
  list("ExecutionStatus = \"Completed\" OR ExecutionStatus = 'Failed'");
  list("ExecutionStatus IN ('Completed', 'Terminated')");
  list("NOT ExecutionStatus = 'Running'");
  list("CloseTime IS NULL");
  list("CloseTime IS NOT NULL");
  list("StartTime > '2020-01-01T00:00:00Z'");
  list("StartTime < '2020-01-01T00:00:00Z'");
  list("StartTime BETWEEN '2020-01-01T00:00:00Z' AND '2040-01-01T00:00:00+02:00'");
}

TEST_F(ListConversation, RunsAreFoundByTheirAttributes) {
  list("Colour = 'red'");
  list("Colour != 'red'");
  list("Colour IN ('green', 'blue')");
  list("Colour STARTS_WITH 'gr'");
  list("Colour IS NULL");
  list("Colour IS NOT NULL");
  list("Size = 5");
  list("Size != 5");
  list("Size > 1");
  list("Size >= 1 AND Size < 7");
  list("Size BETWEEN 2 AND 7");
  list("Size NOT BETWEEN 2 AND 6");
  list("Size IN (1, 7)");
  list("Colour NOT IN ('red', 'blue')");
  list("Colour NOT STARTS_WITH 'r'");
  list("NOT Colour = 'red'");
  list("NOT (Colour = 'red' OR Size = 5)");
  list("NOT Size > 1 OR WorkflowType = 'Work'");
  list("Colour = 'red' AND NOT Size = 1");
  list("Colour = 'green' OR Colour = 'red' AND Size = 7");
  list("(Colour = 'green' OR Colour = 'red') AND Size = 7");
}

TEST_F(ListConversation, ListsHavePagesAndCounts) {
  Request<Rpc::ListWorkflowExecutions> request;
  request.set_namespace_("default");
  request.set_query(mine(""));
  request.set_page_size(2);
  Reply<Rpc::ListWorkflowExecutions> reply;
  do {
    call<Rpc::ListWorkflowExecutions>(request, &reply);
    request.set_next_page_token(reply.next_page_token());
  } while (!request.next_page_token().empty());
  Request<Rpc::CountWorkflowExecutions> count;
  count.set_namespace_("default");
  count.set_query(mine(""));
  call<Rpc::CountWorkflowExecutions>(count);
  count.set_query(mine("") + " GROUP BY ExecutionStatus");
  call<Rpc::CountWorkflowExecutions>(count);
}

}  // namespace
}  // namespace conversations
