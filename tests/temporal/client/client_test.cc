// What a client sends, and what it makes of the answers, call by call.
#include "temporal/client/client.h"

#include <gtest/gtest.h>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/base/virtual_executor.h"
#include "temporal/data/duration.h"
#include "temporal/service/query_failed.h"
#include "tests/temporal/service/scripted_service.h"

namespace temporal::client {
namespace {

using service::Reply;
using service::Request;
using service::Rpc;
using std::chrono::milliseconds;
using std::chrono::seconds;
using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

// Every byte of data, one further.
class Shifting final : public PayloadCodec {
 public:
  Payload encode(const Payload& payload) const override { return shifted(payload, 1); }
  Payload decode(const Payload& payload) const override { return shifted(payload, -1); }

 private:
  static Payload shifted(Payload payload, int by) {
    for (char& c : *payload.mutable_data()) c = static_cast<char>(c + by);
    return payload;
  }
};

class ClientTest : public testing::Test {
 protected:
  ClientOptions options() {
    return ClientOptions().space("reports").identity("me").seed(11).wait(
        [this](const std::function<bool()>& done) {
          while (!done() && (executor_.step() || executor_.jump())) {
          }
        });
  }
  static Reply<Rpc::StartWorkflowExecution> started(const std::string& run) {
    Reply<Rpc::StartWorkflowExecution> reply;
    reply.set_run_id(run);
    reply.set_started(true);
    return reply;
  }
  template <class Fill>
  static Reply<Rpc::GetWorkflowExecutionHistory> closed(EventType type, const Fill& fill) {
    Reply<Rpc::GetWorkflowExecutionHistory> reply;
    auto& event = *reply.mutable_history()->add_events();
    event.set_event_type(type);
    fill(event);
    return reply;
  }
  static Reply<Rpc::GetWorkflowExecutionHistory> completed(int result,
                                                           const std::string& next = {}) {
    return closed(EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, [&](auto& event) {
      auto& attributes = *event.mutable_workflow_execution_completed_event_attributes();
      *attributes.mutable_result() = encode_all(result);
      attributes.set_new_execution_run_id(next);
    });
  }
  // The ids of the workflows that are found, one after the other.
  static std::string listed(const Client& client, const std::string& query) {
    std::string ids;
    const auto add = [&](const WorkflowDescription& one) {
      ids += one.id;
      return true;
    };
    EXPECT_TRUE(client.list(query, add).ok());
    return ids;
  }
  template <Rpc rpc>
  const Request<rpc>& sent(std::size_t index) {
    return service_.log().at(index).as<rpc>();
  }

  VirtualExecutor executor_{TimePoint(seconds(1'700'000'000))};
  service::ScriptedService service_{executor_};
  Client client_{service_, executor_, options()};
  WorkflowHandle handle_ = client_.workflow("w", "r");
};

TEST_F(ClientTest, AStartThatIsTriedAgainIsTheSameRequest) {
  service_.fail_times(2, Code::Unavailable).answer(started("run-1"));
  const auto run = client_.start("Type", StartOptions("w", "queue"), 1, std::string("two"));
  ASSERT_TRUE(run.ok()) << run.status().text();
  EXPECT_EQ(run->run_id(), "run-1");
  ASSERT_EQ(service_.log().size(), 3U);
  const auto& request = sent<Rpc::StartWorkflowExecution>(0);
  EXPECT_EQ(request.namespace_(), "reports");
  EXPECT_EQ(request.identity(), "me");
  EXPECT_EQ(request.workflow_id(), "w");
  EXPECT_EQ(request.workflow_type().name(), "Type");
  EXPECT_EQ(request.task_queue().name(), "queue");
  EXPECT_EQ(request.request_id().size(), 36U);
  EXPECT_EQ(decode_argument<std::string>(request.input(), 1, 2), "two");
  for (int i = 1; i < 3; ++i) {
    EXPECT_EQ(sent<Rpc::StartWorkflowExecution>(i).SerializeAsString(),
              request.SerializeAsString());
  }
}

TEST_F(ClientTest, TheSeedDecidesTheIds) {
  Client again(service_, executor_, options()), other(service_, executor_, options().seed(12));
  service_.answer(started("1")).answer(started("2")).answer(started("3"));
  ASSERT_TRUE(client_.start("Type", StartOptions("", "queue")).ok());
  ASSERT_TRUE(again.start("Type", StartOptions("", "queue")).ok());
  ASSERT_TRUE(other.start("Type", StartOptions("", "queue")).ok());
  const auto id = [&](int i) { return sent<Rpc::StartWorkflowExecution>(i).workflow_id(); };
  EXPECT_EQ(id(0), id(1));
  EXPECT_NE(id(0), id(2));
}

TEST_F(ClientTest, AHandleFromStartInsistsOnItsChain) {
  service_.answer(started("run-1"))
      .answer(Reply<Rpc::SignalWorkflowExecution>())
      .answer(Reply<Rpc::RequestCancelWorkflowExecution>())
      .answer(Reply<Rpc::TerminateWorkflowExecution>());
  const auto run = client_.start("Type", StartOptions("w", "queue"));
  EXPECT_TRUE(run->signal("s", 1).ok());
  EXPECT_TRUE(run->cancel("why").ok());
  EXPECT_TRUE(run->terminate("why").ok());
  EXPECT_EQ(sent<Rpc::SignalWorkflowExecution>(1).workflow_execution().run_id(), "");
  const auto& cancel = sent<Rpc::RequestCancelWorkflowExecution>(2);
  EXPECT_EQ(cancel.workflow_execution().run_id(), "");
  EXPECT_EQ(cancel.first_execution_run_id(), "run-1");
  EXPECT_EQ(cancel.reason(), "why");
  EXPECT_EQ(sent<Rpc::TerminateWorkflowExecution>(3).first_execution_run_id(), "run-1");
}

TEST_F(ClientTest, AHandleOfARunIsForThatRun) {
  service_.answer(Reply<Rpc::SignalWorkflowExecution>());
  EXPECT_TRUE(handle_.signal("s").ok());
  EXPECT_EQ(sent<Rpc::SignalWorkflowExecution>(0).workflow_execution().run_id(), "r");
}

TEST_F(ClientTest, ResultsAreWaitedForThroughEmptyAnswersOutagesAndRuns) {
  Reply<Rpc::GetWorkflowExecutionHistory> nothing_yet;
  nothing_yet.set_next_page_token("token");
  service_.answer(nothing_yet, seconds(20))
      .fail_times(50, Code::Unavailable)
      .silence()
      .answer(completed(1, "r2"), seconds(5))
      .answer(nothing_yet, seconds(20))
      .answer(completed(2));
  const auto result = handle_.result<int>();
  ASSERT_TRUE(result.ok()) << result.status().text();
  EXPECT_EQ(result->value(), 2);
  ASSERT_EQ(service_.answers_left(), 0U);
  const auto& first = sent<Rpc::GetWorkflowExecutionHistory>(0);
  EXPECT_TRUE(first.wait_new_event());
  EXPECT_EQ(first.history_event_filter_type(), HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
  EXPECT_EQ(first.execution().run_id(), "r");
  EXPECT_EQ(sent<Rpc::GetWorkflowExecutionHistory>(1).next_page_token(), "token");
  EXPECT_EQ(service_.log()[0].timeout, service::kPollTimeout);
  const auto& second_run = sent<Rpc::GetWorkflowExecutionHistory>(53);
  EXPECT_EQ(second_run.execution().run_id(), "r2");
  EXPECT_EQ(second_run.next_page_token(), "");
}

TEST_F(ClientTest, WaitingWithinATimeGivesTheCallUp) {
  service_.silence();
  const TimePoint begun = executor_.now();
  const auto late = handle_.result<int>(ResultOptions().within(seconds(3)));
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.status().code, Code::DeadlineExceeded);
  EXPECT_EQ(executor_.now() - begun, seconds(3));
  EXPECT_TRUE(service_.log()[0].cancelled);
}

TEST_F(ClientTest, EveryEndIsAnOutcome) {
  service_.answer(closed(EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, [](auto& event) {
    *event.mutable_workflow_execution_failed_event_attributes()->mutable_failure() =
        Failure("no", "No").proto();
  }));
  EXPECT_EQ(handle_.result<int>()->failure().type(), "No");
  service_.answer(closed(EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED, [](auto& event) {
    *event.mutable_workflow_execution_canceled_event_attributes()->mutable_details() =
        encode_all(7);
  }));
  const auto canceled = handle_.result<int>();
  EXPECT_EQ(canceled->failure().kind(), FailureKind::Canceled);
  EXPECT_EQ(canceled->failure().detail<int>(), 7);
  service_.answer(closed(EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED, [](auto& event) {
    event.mutable_workflow_execution_terminated_event_attributes()->set_reason("enough");
  }));
  const auto terminated = handle_.result<int>();
  EXPECT_EQ(terminated->failure().kind(), FailureKind::Terminated);
  EXPECT_EQ(terminated->failure().message(), "the workflow was terminated: enough");
  service_.answer(closed(EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT, [](auto&) {}));
  EXPECT_EQ(handle_.result<int>()->failure().kind(), FailureKind::Timeout);
}

TEST_F(ClientTest, UpdatesAreAskedForAgainUntilTheyAreAccepted) {
  Reply<Rpc::UpdateWorkflowExecution> admitted, accepted;
  admitted.set_stage(UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED);
  accepted.set_stage(UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED);
  accepted.mutable_update_ref()->mutable_workflow_execution()->set_run_id("r9");
  service_.answer(admitted, seconds(20)).silence().answer(accepted);
  auto update = handle_.start_update("u", 1);
  ASSERT_TRUE(update.ok()) << update.status().text();
  const auto& first = sent<Rpc::UpdateWorkflowExecution>(0);
  EXPECT_EQ(first.wait_policy().lifecycle_stage(),
            UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED);
  EXPECT_EQ(first.request().meta().update_id(), update->id());
  for (int i = 1; i < 3; ++i) {
    EXPECT_EQ(sent<Rpc::UpdateWorkflowExecution>(i).request().meta().update_id(), update->id());
  }

  Reply<Rpc::PollWorkflowExecutionUpdate> nothing_yet, answered;
  *answered.mutable_outcome()->mutable_success() = encode_all(5);
  service_.answer(nothing_yet, seconds(20)).fail_times(3, Code::Unavailable).answer(answered);
  EXPECT_EQ(update->result<int>()->value(), 5);
  EXPECT_EQ(sent<Rpc::PollWorkflowExecutionUpdate>(3).update_ref().workflow_execution().run_id(),
            "r9");
  const std::size_t calls = service_.log().size();
  EXPECT_EQ(update->result<int>()->value(), 5);  // it is known now
  EXPECT_EQ(service_.log().size(), calls);
}

TEST_F(ClientTest, UpdatesOfAServiceThatCannotBeReachedEnd) {
  service_.fail_times(20, Code::Unavailable, "down");
  const auto update = handle_.update<int>("u", 1);
  ASSERT_FALSE(update.ok());
  EXPECT_EQ(update.status().code, Code::Unavailable);
}

TEST_F(ClientTest, HistoriesAndListsArePagedThrough) {
  Reply<Rpc::GetWorkflowExecutionHistory> first, second;
  first.mutable_history()->add_events()->set_event_id(1);
  first.set_next_page_token("more");
  second.mutable_history()->add_events()->set_event_id(2);
  service_.answer(first).answer(second);
  const auto history = handle_.history();
  ASSERT_TRUE(history.ok());
  ASSERT_EQ((*history)->events_size(), 2);
  EXPECT_EQ((*history)->events(1).event_id(), 2);
  EXPECT_EQ(sent<Rpc::GetWorkflowExecutionHistory>(1).next_page_token(), "more");

  Reply<Rpc::ListWorkflowExecutions> page, last;
  page.add_executions()->mutable_execution()->set_workflow_id("a");
  page.set_next_page_token("on");
  last.add_executions()->mutable_execution()->set_workflow_id("b");
  service_.answer(page).answer(last);
  EXPECT_EQ(listed(client_, "WorkflowType = 'T'"), "ab");
  EXPECT_EQ(sent<Rpc::ListWorkflowExecutions>(3).query(), "WorkflowType = 'T'");
}

TEST_F(ClientTest, TheCodecSeesWhatGoesAndComes) {
  const Client secret(service_, executor_, options().codec(std::make_shared<Shifting>()));
  service_.answer(started("r"));
  const auto run = secret.start("Type", StartOptions("w", "q").memo("m", 1), 12);
  ASSERT_TRUE(run.ok());
  const auto& request = sent<Rpc::StartWorkflowExecution>(0);
  EXPECT_EQ(request.input().payloads(0).data(), "23");
  EXPECT_EQ(request.memo().fields().at("m").data(), "2");
  service_.answer(completed(45));
  EXPECT_EQ(run->result<int>()->value(), 34);
}

TEST_F(ClientTest, QueriesThatFailAreOutcomesAndMistakesInThemAreNot) {
  service_.fail(service::query_failed("there is none", Failure("there is none", "Lost").proto()));
  const auto failed = handle_.query<int>("q");
  ASSERT_TRUE(failed.ok());
  EXPECT_EQ(failed->failure().text(), "Lost: there is none");
  service_.fail(service::query_failed("of an old SDK", {}));
  EXPECT_EQ(handle_.query<int>("q")->failure().message(), "of an old SDK");
  service_.fail(Code::InvalidArgument, "WorkflowId is too long");
  EXPECT_EQ(handle_.query<int>("q").status().code, Code::InvalidArgument);
  service_.fail(Code::NotFound, "no such workflow");
  EXPECT_EQ(handle_.query<int>("q").status().code, Code::NotFound);
}

TEST_F(ClientTest, OneValueThatCannotBeDecodedHidesNoWorkflow) {
  class Lost final : public PayloadCodec {
   public:
    Payload encode(const Payload& payload) const override { return payload; }
    Payload decode(const Payload&) const override { throw PayloadError("no key"); }
  };
  const Client secret(service_, executor_, options().codec(std::make_shared<Lost>()));
  Reply<Rpc::ListWorkflowExecutions> page;
  auto& info = *page.add_executions();
  info.mutable_execution()->set_workflow_id("a");
  (*info.mutable_memo()->mutable_fields())["m"] = encode(1);
  service_.answer(page);
  EXPECT_EQ(listed(secret, ""), "a");
  service_.answer(Reply<Rpc::QueryWorkflow>());
  EXPECT_TRUE(secret.workflow("w").query<void>("q").ok());
  Reply<Rpc::QueryWorkflow> one;
  *one.mutable_query_result() = encode_all(1);
  service_.answer(one);
  EXPECT_EQ(secret.workflow("w").query<int>("q").status().code, Code::DataLoss);
}

TEST_F(ClientTest, AWaitEndsWhenTheServiceHasBeenAwayForLong) {
  service_.fail_times(1000, Code::Unavailable, "refused");
  const TimePoint begun = executor_.now();
  EXPECT_EQ(handle_.result<int>().status().code, Code::Unavailable);
  EXPECT_GE(executor_.now() - begun, std::chrono::minutes(10));
  EXPECT_LE(executor_.now() - begun, std::chrono::minutes(11));
}

TEST_F(ClientTest, AnUpdateThatIsTooLateAtOnceIsNotAskedForAgain) {
  service_.fail_times(10, Code::DeadlineExceeded, "early");
  EXPECT_EQ(handle_.start_update("u").status().code, Code::DeadlineExceeded);
  EXPECT_EQ(service_.log().size(), 1U);
}

TEST_F(ClientTest, NegativeTimeoutsAreTheServicesToRefuse) {
  service_.answer(started("r"));
  ASSERT_TRUE(client_.start("Type", StartOptions("w", "q").run_timeout(-seconds(1))).ok());
  EXPECT_EQ(sent<Rpc::StartWorkflowExecution>(0).workflow_run_timeout().seconds(), -1);
  EXPECT_FALSE(sent<Rpc::StartWorkflowExecution>(0).has_workflow_execution_timeout());
}

TEST_F(ClientTest, AnIdThatWasMadeIsSaidWhenTheStartFails) {
  service_.silence();
  const auto run = client_.start("Type", StartOptions("", "q"));
  EXPECT_NE(run.status().message.find(sent<Rpc::StartWorkflowExecution>(0).workflow_id()),
            std::string::npos)
      << run.status().message;
}

TEST_F(ClientTest, ActivitiesAreToldByTokenAndById) {
  service_.answer(Reply<Rpc::RespondActivityTaskCompleted>())
      .answer(Reply<Rpc::RespondActivityTaskFailed>())
      .answer(Reply<Rpc::RespondActivityTaskCanceled>())
      .answer(Reply<Rpc::RespondActivityTaskCompletedById>())
      .answer(Reply<Rpc::RespondActivityTaskFailedById>())
      .answer(Reply<Rpc::RespondActivityTaskCanceledById>());
  const auto by_token = client_.activity("token");
  EXPECT_TRUE(by_token.complete(3).ok());
  EXPECT_TRUE(by_token.fail(Failure("no")).ok());
  EXPECT_TRUE(by_token.report_canceled(4).ok());
  const auto by_id = client_.activity("w", "r", "a");
  EXPECT_TRUE(by_id.complete().ok());
  EXPECT_TRUE(by_id.fail(Failure("no")).ok());
  EXPECT_TRUE(by_id.fail(Failure::canceled().details(5)).ok());
  EXPECT_EQ(sent<Rpc::RespondActivityTaskCompleted>(0).task_token(), "token");
  EXPECT_EQ(decode_result<int>(sent<Rpc::RespondActivityTaskCompleted>(0).result()), 3);
  EXPECT_EQ(decode_result<int>(sent<Rpc::RespondActivityTaskCanceled>(2).details()), 4);
  EXPECT_EQ(sent<Rpc::RespondActivityTaskFailedById>(4).activity_id(), "a");
  EXPECT_EQ(decode_result<int>(sent<Rpc::RespondActivityTaskCanceledById>(5).details()), 5);

  Reply<Rpc::RecordActivityTaskHeartbeat> reply;
  reply.set_cancel_requested(true);
  service_.answer(reply);
  EXPECT_TRUE(by_token.heartbeat(1)->cancel_requested);
  Reply<Rpc::RecordActivityTaskHeartbeatById> paused;
  paused.set_activity_paused(true);
  paused.set_activity_reset(true);
  service_.answer(paused);
  const auto heard = by_id.heartbeat();
  EXPECT_TRUE(heard->paused);
  EXPECT_TRUE(heard->reset);
}

TEST_F(ClientTest, CheckAsksOnce) {
  service_.fail(Code::Unavailable, "down");
  EXPECT_EQ(client_.check().code, Code::Unavailable);
  EXPECT_EQ(service_.log().size(), 1U);
  service_.answer(Reply<Rpc::DescribeNamespace>());
  EXPECT_TRUE(client_.check().ok());
  EXPECT_EQ(sent<Rpc::DescribeNamespace>(1).namespace_(), "reports");
}

TEST_F(ClientTest, PollersOfLongAgoAreGone) {
  Reply<Rpc::DescribeTaskQueue> reply;
  reply.mutable_stats()->set_approximate_backlog_count(3);
  for (const auto& [identity, ago] : {std::pair{"here", seconds(60)}, {"gone", seconds(90)}}) {
    auto& poller = *reply.add_pollers();
    poller.set_identity(identity);
    *poller.mutable_last_access_time() = to_proto(executor_.now() - ago);
  }
  service_.answer(reply);
  const auto described = client_.describe_queue("q", TaskKind::Activity);
  EXPECT_EQ(described->pollers, std::set<std::string>{"here"});
  EXPECT_EQ(described->waiting, 3);
  EXPECT_EQ(sent<Rpc::DescribeTaskQueue>(0).task_queue().name(), "q");
  EXPECT_EQ(sent<Rpc::DescribeTaskQueue>(0).task_queue_type(), TASK_QUEUE_TYPE_ACTIVITY);
  service_.fail(Code::NotFound, "nowhere");
  EXPECT_EQ(client_.describe_queue("q", TaskKind::Workflow).status().code, Code::NotFound);
}

TEST_F(ClientTest, AnExecutorThatCameToRestEndsTheCall) {
  const Client resting(service_, executor_, options().wait([](const auto&) {}));
  service_.answer(started("r"));
  const auto run = resting.start("Type", StartOptions("w", "q"));
  ASSERT_FALSE(run.ok());
  EXPECT_NE(run.status().message.find("nothing left to do"), std::string::npos);
  executor_.advance(seconds(1));  // the late answer meets nobody
}

TEST_F(ClientTest, WhatJsonCannotHoldIsNotSent) {
  const auto refused = client_.start("Type", StartOptions("w", "q"), std::string("\xff"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code, Code::InvalidArgument);
  for (const Status& refused :
       {handle_.signal("\xff"), client_.workflow("\xfc").cancel(), handle_.terminate("\xff")}) {
    EXPECT_EQ(refused.code, Code::InvalidArgument);
    EXPECT_NE(refused.message.find("is not UTF-8"), std::string::npos) << refused.message;
  }
  EXPECT_TRUE(service_.log().empty());
}

}  // namespace
}  // namespace temporal::client
