// Temporal's feature tests: continue_as_new/, reset/, search_attributes/.
#include <atomic>

#include "temporal/service/retry.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using service::Rpc;
using temporal::testing::WorldTest;
using worker::ActivityContext;

class FeaturesContinueAsNew : public WorldTest {
 protected:
  // The run that followed.
  client::WorkflowHandle next_of(const client::WorkflowHandle& run) {
    const auto history = run.history();
    const auto& last = *(*history)->events().rbegin();
    return client_->workflow(
        run.id(),
        last.workflow_execution_continued_as_new_event_attributes().new_execution_run_id());
  }
};

struct Same {
  wf::Task<std::string> run(std::string text) {
    if (wf::info().continued_run_id.empty()) wf::continue_as_new(&Same::run, text);
    co_return text + " " + decode<std::string>(wf::info().memo.at("note")) + " " +
        wf::info().search_attributes.get<std::string>("Colour") + " " +
        std::to_string(wf::info().task_timeout / 1s);
  }
  static wf::Definition<Same> definition() { return wf::define("Same", &Same::run); }
};

TEST_F(FeaturesContinueAsNew, ContinueAsSame) {
  start_worker([](worker::Worker& worker) { worker.add<Same>(); });
  const auto run = start_with(start_options()
                                  .memo("note", std::string("kept"))
                                  .search_attributes(SearchAttributes().keyword("Colour", "green"))
                                  .task_timeout(7s),
                              &Same::run, "input");
  EXPECT_EQ(run.result<std::string>()->value(), "input kept green 7");
  const auto next = next_of(run);
  EXPECT_NE(next.run_id(), run.run_id());
  const auto described = next.describe();
  EXPECT_EQ(decode<std::string>(described->memo.at("note")), "kept");
  EXPECT_EQ(described->search_attributes.get<std::string>("Colour"), "green");
}

// A message arrives while the task that continues as new is at work: a local activity of that task
// sends it.
constexpr wf::Activity<int(int)> send{"send"};
struct Continuing {
  int signals = 0;
  void signal() { ++signals; }
  std::string where() { return wf::info().run_id; }
  wf::Task<int> run(int round, int got) {
    if (round == 0) {
      auto call = send.start_local(1, wf::LocalActivityOptions().timeout(10s));
      wf::Outcome<int> outcome = co_await call;
      outcome.value();
      wf::continue_as_new(&Continuing::run, 1, signals);
    }
    // For an update that may come late.
    co_await wf::sleep(500ms);
    co_return got * 10 + signals;
  }
  static wf::Definition<Continuing> definition() {
    return wf::define("Continuing", &Continuing::run)
        .signal("signal", &Continuing::signal)
        .update("where", &Continuing::where);
  }
};

TEST_F(FeaturesContinueAsNew, SignalsBlockContinueAsNew) {
  std::atomic<bool> sent = false;
  start_worker([&](worker::Worker& worker) {
    worker.add<Continuing>().add(send, [&](const ActivityContext& context, int) {
      if (!sent.exchange(true)) {
        EXPECT_TRUE(client_->workflow(context.info().workflow_id).signal("signal").ok());
      }
      return 1;
    });
  });
  const auto run = start_with(start_options().task_timeout(5s), &Continuing::run, 0, 0);
  // The run before the continuation has handled it.
  EXPECT_EQ(run.result<int>()->value(), 10);
  EXPECT_NE(events(run).find("WorkflowTaskFailed"), std::string::npos) << events(run);
}

TEST_F(FeaturesContinueAsNew, UpdatesDoNotBlockContinueAsNew) {
  std::mutex mutex;
  std::optional<Status> status;
  service::Reply<Rpc::UpdateWorkflowExecution> reply;
  std::atomic<bool> sent = false;
  start_worker([&](worker::Worker& worker) {
    worker.add<Continuing>().add(send, [&](const ActivityContext& context, int) {
      if (sent.exchange(true)) return 1;
      service::Request<Rpc::UpdateWorkflowExecution> request;
      request.set_namespace_("default");
      request.mutable_workflow_execution()->set_workflow_id(context.info().workflow_id);
      request.mutable_request()->mutable_meta()->set_update_id("one");
      request.mutable_request()->mutable_input()->set_name("where");
      request.mutable_wait_policy()->set_lifecycle_stage(
          api::enums::v1::UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED);
      service::call_with_retry<Rpc::UpdateWorkflowExecution>(
          world_->service(), world_->executor(), std::move(request), service::Retry::endless(),
          [&](Status end, auto answer) {
            const std::lock_guard lock(mutex);
            status = std::move(end);
            reply = std::move(answer);
          });
      world_->pass(200ms);  // it has been admitted
      return 1;
    });
  });
  const auto run = start_with(start_options().task_timeout(5s), &Continuing::run, 0, 0);
  EXPECT_TRUE(run.result<int>()->ok());
  ASSERT_TRUE(world_->wait_for([&] {
    const std::lock_guard lock(mutex);
    return status.has_value();
  }));
  ASSERT_TRUE(status->ok()) << status->text();
  EXPECT_EQ(decode<std::string>(reply.outcome().success().payloads(0)), next_of(run).run_id())
      << events(run) << events(next_of(run));
}

struct Steps {
  wf::Task<std::vector<std::string>> run() {
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
      co_await wf::sleep(10ms);
      ids.push_back(wf::uuid());
    }
    co_return ids;
  }
  static wf::Definition<Steps> definition() { return wf::define("Steps", &Steps::run); }
};

// What was before the reset is as it was; what is behind it is random anew.
TEST_F(FeaturesContinueAsNew, Reset) {
  start_worker([](worker::Worker& worker) { worker.add<Steps>(); });
  const auto run = start(&Steps::run);
  const auto before = run.result<std::vector<std::string>>()->value();
  const auto history = run.history();
  std::int64_t second_task = 0;
  int tasks = 0;
  for (const auto& event : (*history)->events()) {
    if (event.has_workflow_task_completed_event_attributes() && ++tasks == 3) {
      second_task = event.event_id();
    }
  }
  const auto next = run.reset(second_task, client::ResetOptions().reason("try again"));
  ASSERT_TRUE(next.ok()) << next.status().text();
  const auto after = next->result<std::vector<std::string>>()->value();
  ASSERT_EQ(after.size(), 3U);
  EXPECT_EQ(after[0], before[0]);
  EXPECT_NE(after[2], before[2]);
  EXPECT_EQ(temporal::testing::check_replays(*next->history(), wf::definition_of<Steps>().type()),
            "")
      << events(*next);
}

struct Upserting {
  wf::Task<std::string> run() {
    const std::string begin = wf::info().search_attributes.get<std::string>("Colour") +
                              std::to_string(wf::info().search_attributes.get<int>("Size"));
    wf::upsert(wf::SearchAttributes().integer("Size", 123));
    co_await wf::sleep(10ms);
    const int set = wf::info().search_attributes.get<int>("Size");
    wf::upsert(wf::SearchAttributes().unset("Size").keyword("Colour", "durable code"));
    co_await wf::sleep(10ms);
    const bool left = wf::info().search_attributes.contains("Size");
    co_return begin + " " + std::to_string(set) + (left ? " left" : " gone");
  }
  static wf::Definition<Upserting> definition() { return wf::define("Upserting", &Upserting::run); }
};

TEST_F(FeaturesContinueAsNew, SearchAttributesSetAndUpsert) {
  start_worker([](worker::Worker& worker) { worker.add<Upserting>(); });
  const auto run = start_with(start_options().search_attributes(
                                  SearchAttributes().keyword("Colour", "blue").integer("Size", 1)),
                              &Upserting::run);
  EXPECT_EQ(run.result<std::string>()->value(), "blue1 123 gone");
  const auto description = run.describe();
  EXPECT_EQ(description->search_attributes.get<std::string>("Colour"), "durable code");
  EXPECT_FALSE(description->search_attributes.contains("Size"));
}

}  // namespace
