// Updates: accepted, rejected, several in one task, and brought along by a reset.
#include "temporal/base/version.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/replay/script.h"

namespace replay_test {
namespace {

struct Sum {
  int total = 0;
  bool open = false, ended = false;
  std::string heard;

  wf::Task<int> run() {
    auto end = wf::until([this] { return ended; });
    co_await end;
    co_return total;
  }
  wf::Task<int> add(int more) {
    heard += "+" + std::to_string(more);
    total += more;
    auto gate = wf::until([this] { return open || total > 100; });
    co_await gate;
    co_return total;
  }
  wf::Verdict check(int more) const {
    return more > 0 ? wf::accept() : wf::reject("not more than nothing");
  }
  int set(int all) {
    heard += "=" + std::to_string(all);
    return total = all;
  }
  void let() {
    heard += "!";
    open = true;
  }
  void end() { ended = true; }
  std::string log() const { return heard; }
  static wf::Definition<Sum> definition() {
    return wf::define("Sum", &Sum::run)
        .update("add", &Sum::add, &Sum::check)
        .update("set", &Sum::set)
        .signal("let", &Sum::let)
        .signal("end", &Sum::end)
        .query("log", &Sum::log);
  }
};

struct Late {
  bool returned = false;
  wf::Task<int> ask(int value) {
    auto gate = wf::until([this] { return returned; });
    co_await gate;
    co_return value;
  }
  wf::Task<> run() {
    returned = true;
    co_return;
  }
  static wf::Definition<Late> definition() {
    return wf::define("Late", &Late::run).update("ask", &Late::ask);
  }
};

temporal::api::update::v1::Request request(const std::string& id, const std::string& name,
                                           int value) {
  temporal::api::update::v1::Request request;
  request.mutable_meta()->set_update_id(id);
  request.mutable_input()->set_name(name);
  *request.mutable_input()->mutable_args() = temporal::encode_all(value);
  return request;
}
Message update(const Script& script, const std::string& id, const std::string& name, int value) {
  Message message;
  message.set_id(id + "/request");
  message.set_protocol_instance_id(id);
  message.set_event_id(script.last());
  message.mutable_body()->PackFrom(request(id, name, value));
  return message;
}
std::string failure_in(const Message& message) {
  temporal::api::update::v1::Rejection rejection;
  if (message.body().UnpackTo(&rejection)) return rejection.failure().message();
  temporal::api::update::v1::Response response;
  if (message.body().UnpackTo(&response)) return response.outcome().failure().message();
  return "no failure";
}

TEST(Updates, AcceptedAndAnsweredInOneTask) {
  Script script = Script::of<Sum>();
  EXPECT_EQ(script.task({update(script, "u", "set", 7)}), "u/accept, u/complete");
  EXPECT_EQ(script.log(), "=7");
  script.evict();
  EXPECT_EQ(script.signal("end").task(), "completed 7");
  EXPECT_EQ(script.replay(), "");
}

TEST(Updates, AnsweredInALaterTask) {
  Script script = Script::of<Sum>();
  EXPECT_EQ(script.task({update(script, "u", "add", 7)}), "u/accept");
  EXPECT_EQ(script.signal("let").task(), "u/complete");
  EXPECT_EQ(script.signal("end").task(), "completed 7");
  EXPECT_EQ(script.replay(), "");
}

// SDKs have sent nothing of what came after the workflow's end.
TEST(Updates, AnsweredAfterTheEndMayBeLeftOutInOldHistoriesOfOthers) {
  Script script = Script::of<Late>();
  EXPECT_EQ(script.task({update(script, "u", "ask", 7)}), "u/accept, u/complete, completed ");
  EXPECT_EQ(script.replay(), "");
  auto& events = *script.history().mutable_events();
  ASSERT_EQ(events.size(), 7);
  events.DeleteSubrange(5, 1);
  events[5].set_event_id(6);
  EXPECT_EQ(script.replay(), "");
  auto& metadata =
      *events[3].mutable_workflow_task_completed_event_attributes()->mutable_sdk_metadata();
  metadata.set_sdk_name(temporal::kSdkName);
  EXPECT_NE(script.replay().find("asks for WorkflowExecutionUpdateCompleted"), std::string::npos);
  metadata.set_sdk_name("temporal-python");
  EXPECT_EQ(script.replay(), "");
  metadata.add_core_used_flags(3);
  EXPECT_NE(script.replay().find("asks for WorkflowExecutionUpdateCompleted"), std::string::npos);
}

TEST(Updates, TwoInOneTaskInTheOrderOfTheMessages) {
  Script script = Script::of<Sum>();
  EXPECT_EQ(script.task({update(script, "b", "add", 50), update(script, "a", "add", 60)}),
            "b/accept, a/accept, a/complete, b/complete");
  EXPECT_EQ(script.log(), "+50+60");
  script.evict();
  EXPECT_EQ(script.signal("end").task(), "completed 110");
  EXPECT_EQ(script.replay(), "");
}

TEST(Updates, RejectedOnesLeaveNoTrace) {
  Script script = Script::of<Sum>();
  EXPECT_EQ(script.task({update(script, "u", "add", -1)}), "");
  ASSERT_EQ(script.sent().size(), 1u);
  EXPECT_EQ(script.sent()[0].id(), "u/reject");
  EXPECT_EQ(failure_in(script.sent()[0]), "not more than nothing");
  EXPECT_EQ(script.task({update(script, "v", "unknown", 1)}), "");
  ASSERT_EQ(script.sent().size(), 1u);
  EXPECT_NE(failure_in(script.sent()[0]).find("unknown update 'unknown'"), std::string::npos);
  EXPECT_EQ(script.log(), "");
  EXPECT_EQ(script.signal("end").task(), "completed 0");
  EXPECT_EQ(script.replay(), "");
}

TEST(Updates, ArgumentsThatCannotBeReadAreTheSendersFailure) {
  Script script = Script::of<Sum>();
  Message message = update(script, "u", "set", 1);
  auto broken = request("u", "set", 1);
  *broken.mutable_input()->mutable_args() = temporal::encode_all(std::string("seven"));
  message.mutable_body()->PackFrom(broken);
  EXPECT_EQ(script.task({message}), "u/accept, u/complete");
  ASSERT_EQ(script.sent().size(), 2u);
  EXPECT_NE(failure_in(script.sent()[1]).find("of the shape of a int, found another"),
            std::string::npos)
      << failure_in(script.sent()[1]);
  EXPECT_EQ(script.signal("end").task(), "completed 0");
  EXPECT_EQ(script.replay(), "");
}

TEST(Updates, MessagesThatAreNoRequestsAreNotUpdates) {
  Script script = Script::of<Sum>();
  Message message = update(script, "u", "set", 1);
  message.mutable_body()->PackFrom(temporal::api::update::v1::Response());
  EXPECT_EQ(script.task({message, Message()}), "");
  EXPECT_TRUE(script.sent().empty());
}

// The request is an event then; its acceptance need not repeat it.
TEST(Updates, AdmittedByAReset) {
  Script script = Script::of<Sum>();
  auto& admitted = *script.add(EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED)
                        .mutable_workflow_execution_update_admitted_event_attributes();
  *admitted.mutable_request() = request("u", "set", 9);
  EXPECT_EQ(script.task(), "u/accept, u/complete");
  EXPECT_EQ(script.log(), "=9");
  for (auto& event : *script.history().mutable_events()) {
    if (event.has_workflow_execution_update_accepted_event_attributes()) {
      event.mutable_workflow_execution_update_accepted_event_attributes()->clear_accepted_request();
    }
  }
  script.evict();
  EXPECT_EQ(script.signal("end").task(), "completed 9");
  EXPECT_EQ(script.replay(), "");
}

// The code that accepted it is gone.
TEST(Updates, AcceptedOneWithoutItsHandlerIsNondeterminism) {
  Script script = Script::of<Sum>();
  EXPECT_EQ(script.task({update(script, "u", "set", 1)}), "u/accept, u/complete");
  struct Other {
    wf::Task<> run() {
      auto never = wf::until([] { return false; });
      co_await never;
    }
    static wf::Definition<Other> definition() { return wf::define("Sum", &Other::run); }
  };
  EXPECT_NE(script.replay_with<Other>().find("[TMPRL1100]"), std::string::npos);
}

// Where it stands in the history, on replay as before.
TEST(Updates, AdmittedByAResetKeepTheirPlace) {
  Script script = Script::of<Sum>();
  EXPECT_EQ(script.task(), "");
  const auto admit = [&](const std::string& id, int value) {
    *script.add(EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED)
         .mutable_workflow_execution_update_admitted_event_attributes()
         ->mutable_request() = request(id, "set", value);
  };
  script.signal("let");
  admit("u", 1);
  script.signal("let");
  admit("v", 2);
  script.lose_task();
  script.signal("let");
  EXPECT_EQ(script.task(), "u/accept, u/complete, v/accept, v/complete");
  EXPECT_EQ(script.log(), "!=1!=2!");
  script.evict();
  EXPECT_EQ(script.signal("end").task(), "completed 2");
  EXPECT_EQ(script.log(), "!=1!=2!");
}

}  // namespace
}  // namespace replay_test
