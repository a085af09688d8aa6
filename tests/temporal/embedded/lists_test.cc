// Finding runs.
#include <gtest/gtest.h>

#include "temporal/data/payload.h"
#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

class Lists : public testing::Test {
 protected:
  void SetUp() override {
    auto request = start_request("a");
    auto& fields = *request.mutable_search_attributes()->mutable_indexed_fields();
    fields["Desk"] = temporal::encode(std::string("rates"));
    fields["Lots"] = temporal::encode(7);
    world.start(request);
    world.executor.advance(2s);
    world.start("b");
    world.complete(world.task(), {complete_run()});
    world.executor.advance(2s);
    world.start("c");
  }

  // The ids: open runs first, then the last that has closed; among these the newest.
  std::string list(const std::string& query, int page_size = 0) {
    Request<Rpc::ListWorkflowExecutions> request;
    request.set_namespace_("default");
    request.set_query(query);
    request.set_page_size(page_size);
    std::string ids;
    do {
      Reply<Rpc::ListWorkflowExecutions> reply;
      const Status status = world.call<Rpc::ListWorkflowExecutions>(request, &reply);
      if (!status.ok()) return status.text();
      for (const auto& one : reply.executions()) ids += one.execution().workflow_id();
      request.set_next_page_token(reply.next_page_token());
    } while (!request.next_page_token().empty());
    return ids;
  }

  World world{temporal::embedded::Options()
                  .search_attribute("Desk", temporal::embedded::AttributeType::Keyword)
                  .search_attribute("Lots", temporal::embedded::AttributeType::Int)};
};

TEST_F(Lists, AreFiltered) {
  EXPECT_EQ(list(""), "cba");
  EXPECT_EQ(list("", 1), "cba");
  EXPECT_EQ(list("WorkflowId = 'a'"), "a");
  EXPECT_EQ(list("ExecutionStatus = 'Completed'"), "a");
  EXPECT_EQ(list("ExecutionStatus != 'Completed' AND WorkflowType = 'Work'"), "cb");
  EXPECT_EQ(list("ExecutionStatus IN ('Running', 'Failed') or WorkflowId = 'a'"), "cba");
  EXPECT_EQ(list("NOT (WorkflowId = 'a' OR WorkflowId = \"b\")"), "c");
  EXPECT_EQ(list("WorkflowId STARTS_WITH 'b'"), "b");
  EXPECT_EQ(list("StartTime >= '2023-11-14T22:13:22Z'"), "cb");
  EXPECT_EQ(list("StartTime BETWEEN '2023-11-14T22:13:20Z' AND '2023-11-14T23:13:22+01:00'"), "ba");
  EXPECT_EQ(list("CloseTime IS NULL"), "cb");
  EXPECT_EQ(list("Desk = 'rates' AND Lots > 5"), "a");
  EXPECT_EQ(list("Lots > 7"), "");
}

TEST_F(Lists, SayWhatIsWrongWithAQuery) {
  EXPECT_EQ(list("WorkflowId ="), "InvalidArgument: invalid query: unexpected end");
  EXPECT_EQ(list("WorkflowId = 'a"), "InvalidArgument: invalid query: a quote is not closed");
  EXPECT_EQ(list("StartTime > 'soon'"),
            "InvalidArgument: invalid query: invalid expression: unable to parse datetime 'soon'");
  EXPECT_EQ(list("StartTime > '2023-11-14T24:00:00Z'").substr(0, 15), "InvalidArgument");
  EXPECT_EQ(list("Lots < inf").substr(0, 15), "InvalidArgument");
  EXPECT_EQ(list("ExecutionStatus = 1e300"), "");
  EXPECT_EQ(list("WorkflowId = 'a' ORDER BY StartTime").substr(0, 15), "InvalidArgument");
}

TEST_F(Lists, TakeQueriesOfAnySize) {
  std::string terms = "WorkflowId = 'x'";
  for (int i = 0; i < 5000; ++i) terms += " OR WorkflowId = 'a' AND WorkflowId = 'x'";
  EXPECT_EQ(list(terms + " OR WorkflowId = 'b'"), "b");
  std::string negations;
  for (int i = 0; i < 100'000; ++i) negations += "NOT ";
  EXPECT_EQ(list(negations + "WorkflowId = 'b'"), "b");
  EXPECT_EQ(list(std::string(150, '(') + "WorkflowId = 'b'" + std::string(150, ')')), "b");
  EXPECT_EQ(list(std::string(1'000'000, '(')),
            "InvalidArgument: invalid query: malformed SQL query: max nesting level reached");
}

TEST_F(Lists, AreCounted) {
  Request<Rpc::CountWorkflowExecutions> request;
  request.set_namespace_("default");
  request.set_query("GROUP BY ExecutionStatus");
  Reply<Rpc::CountWorkflowExecutions> reply;
  ASSERT_TRUE(world.call<Rpc::CountWorkflowExecutions>(request, &reply).ok());
  EXPECT_EQ(reply.count(), 3);
  ASSERT_EQ(reply.groups_size(), 2);
  EXPECT_EQ(reply.groups(1).group_values(0).data(), "\"Completed\"");
  EXPECT_EQ(reply.groups(0).count(), 2);
}

}  // namespace
