// Histories in pages, of which more comes while they are read.
#include <gtest/gtest.h>

#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

Request<Rpc::GetWorkflowExecutionHistory> request() {
  Request<Rpc::GetWorkflowExecutionHistory> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id("w");
  return request;
}

TEST(ReadingHistories, InPages) {
  World world;
  world.start();
  for (int i = 0; i < 5; ++i) world.signal("s");
  auto page = request();
  page.set_maximum_page_size(2);
  std::vector<int> sizes;
  do {
    Reply<Rpc::GetWorkflowExecutionHistory> reply;
    ASSERT_TRUE(world.call<Rpc::GetWorkflowExecutionHistory>(page, &reply).ok());
    sizes.push_back(reply.history().events_size());
    page.set_next_page_token(reply.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_EQ(sizes, (std::vector<int>{3, 2, 2, 0}))
      << "pages hold whole batches, and after a full one there may be nothing";
}

TEST(ReadingHistories, WithTokensThatAreNone) {
  World world;
  world.start();
  world.signal("s");
  auto page = request();
  page.set_maximum_page_size(1);
  Reply<Rpc::GetWorkflowExecutionHistory> reply;
  ASSERT_TRUE(world.call<Rpc::GetWorkflowExecutionHistory>(page, &reply).ok());
  const std::string token = reply.next_page_token();
  const std::string bounds = "1:31:4";  // the next event, and the end
  const auto at = token.find(bounds);
  ASSERT_NE(at, std::string::npos) << token;
  for (const char* other : {"1:37:1000000", "1:01:4", "2:-11:4", "1:41:3", "1:31:9"}) {
    page.set_next_page_token(std::string(token).replace(at, bounds.size(), other));
    EXPECT_EQ(world.call<Rpc::GetWorkflowExecutionHistory>(page).text(),
              "InvalidArgument: Invalid NextPageToken.")
        << other;
  }
}

TEST(ReadingHistories, WaitingForMore) {
  World world;
  world.start();
  auto wait = request();
  wait.set_wait_new_event(true);
  Reply<Rpc::GetWorkflowExecutionHistory> reply;
  ASSERT_TRUE(world.call<Rpc::GetWorkflowExecutionHistory>(wait, &reply).ok());
  EXPECT_EQ(reply.history().events_size(), 2);
  wait.set_next_page_token(reply.next_page_token());
  auto more = world.begin<Rpc::GetWorkflowExecutionHistory>(wait);
  EXPECT_FALSE(more->status);
  world.signal("s");
  ASSERT_TRUE(more->status);
  EXPECT_EQ(text_of(more->reply.history()), "3 WorkflowExecutionSignaled signal_name=s\n");
  wait.set_next_page_token(more->reply.next_page_token());
  more = world.begin<Rpc::GetWorkflowExecutionHistory>(wait);
  world.executor.advance(20s);
  ASSERT_TRUE(more->status);
  EXPECT_EQ(more->reply.history().events_size(), 0) << "nothing has come: to be asked again";
  EXPECT_NE(more->reply.next_page_token(), "");
  world.terminate();
  more = world.begin<Rpc::GetWorkflowExecutionHistory>(wait);
  ASSERT_TRUE(more->status);
  EXPECT_EQ(more->reply.next_page_token(), "");
}

TEST(ReadingHistories, WaitingForTheEnd) {
  World world;
  world.start();
  auto wait = request();
  wait.set_wait_new_event(true);
  wait.set_history_event_filter_type(
      temporal::api::enums::v1::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
  auto end = world.begin<Rpc::GetWorkflowExecutionHistory>(wait);
  world.signal("s");
  EXPECT_FALSE(end->status);
  world.complete(world.task(), {complete_run()});
  ASSERT_TRUE(end->status);
  EXPECT_EQ(text_of(end->reply.history()), "6 WorkflowExecutionCompleted\n");
  EXPECT_EQ(end->reply.next_page_token(), "");
}

TEST(ReadingHistories, OfATaskThatIsTooBigForOneAnswer) {
  World world;
  world.start();
  world.fail(world.task());
  for (int i = 0; i < 300; ++i) world.signal("s");
  world.fail(world.task());
  const Task task = world.task();  // transient: its events are in no history
  ASSERT_NE(task.next_page_token(), "");
  auto rest = request();
  rest.set_next_page_token(task.next_page_token());
  Reply<Rpc::GetWorkflowExecutionHistory> reply;
  ASSERT_TRUE(world.call<Rpc::GetWorkflowExecutionHistory>(rest, &reply).ok());
  EXPECT_EQ(reply.next_page_token(), "");
  History all = task.history();
  all.MergeFrom(reply.history());
  EXPECT_EQ(all.events(all.events_size() - 1).event_id(), task.started_event_id());
  for (int i = 0; i < all.events_size(); ++i) ASSERT_EQ(all.events(i).event_id(), i + 1);
}

TEST(ReadingHistories, AForeignTokenIsNone) {
  World world;
  world.start();
  auto page = request();
  page.set_next_page_token("7:history");
  page.mutable_execution()->set_run_id("11111111-1111-4111-8111-111111111111");
  EXPECT_EQ(world.call<Rpc::GetWorkflowExecutionHistory>(page).code, Code::InvalidArgument);
  page.set_next_page_token("x");
  EXPECT_EQ(world.call<Rpc::GetWorkflowExecutionHistory>(page).text(),
            "InvalidArgument: Invalid NextPageToken.");
}

}  // namespace
