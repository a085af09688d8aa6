// WorkerTest: a worker whose tasks a test makes up, event by event, and whose answers it reads.
#pragma once

#include <gtest/gtest.h>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"
#include "temporal/worker/worker.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/worker/desk.h"

namespace temporal::worker {
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace api::enums::v1;        // NOLINT(google-build-using-namespace)
using service::Rpc;
using WorkflowTask = service::Reply<Rpc::PollWorkflowTaskQueue>;
using ActivityTask = service::Reply<Rpc::PollActivityTaskQueue>;

inline constexpr wf::Activity<std::string(int)> work{"work"};

struct Patient {
  static std::function<void()> on_poke;
  static std::weak_ptr<int> alive;
  std::shared_ptr<int> own = std::make_shared<int>(1);

  wf::Task<> run() {
    alive = own;
    auto call = work.start(1, wf::ActivityOptions().timeout(1s));
    wf::Outcome<std::string> outcome = co_await call;
  }
  void poke() {
    if (on_poke) on_poke();
  }
  std::string secret() const { return "secret"; }
  static wf::Definition<Patient> definition() {
    return wf::define("Patient", &Patient::run)
        .signal("poke", &Patient::poke)
        .query("secret", &Patient::secret);
  }
};
inline std::function<void()> Patient::on_poke;
inline std::weak_ptr<int> Patient::alive;

struct Near {
  wf::Task<> run() {
    auto call = work.start_local(1, wf::LocalActivityOptions().timeout(1s));
    wf::Outcome<std::string> outcome = co_await call;
    Patient::on_poke();
  }
  static wf::Definition<Near> definition() { return wf::define("Near", &Near::run); }
};

struct Hasty {
  wf::Task<> run() {
    auto call =
        work.start_local(1, wf::LocalActivityOptions().timeout(1s).on_cancel(wf::OnCancel::Wait));
    call.cancel();
    wf::Outcome<std::string> outcome = co_await call;
  }
  static wf::Definition<Hasty> definition() { return wf::define("Hasty", &Hasty::run); }
};

// Asks for an activity whose name no service takes.
struct Babbling {
  wf::Task<> run() {
    auto call = wf::Activity<int(int)>("M\xfcller").start(1, wf::ActivityOptions().timeout(1s));
    wf::Outcome<int> outcome = co_await call;
  }
  static wf::Definition<Babbling> definition() { return wf::define("Babbling", &Babbling::run); }
};

// Makes all payloads larger than the service takes.
class Growing final : public PayloadCodec {
 public:
  Payload encode(const Payload& payload) const override {
    Payload out = payload;
    out.mutable_data()->append(3 << 20, ' ');
    return out;
  }
  Payload decode(const Payload& payload) const override { return payload; }
};

// Turns everything round, the texts of failures, too.
class Turning final : public PayloadCodec {
 public:
  Payload encode(const Payload& payload) const override {
    Payload out = payload;
    out.set_data({payload.data().rbegin(), payload.data().rend()});
    return out;
  }
  Payload decode(const Payload& payload) const override { return encode(payload); }
  bool encodes_failures() const override { return true; }
};

// Refuses to encode what contains a word.
class Picky final : public PayloadCodec {
 public:
  explicit Picky(std::string word) : word_(std::move(word)) {}
  Payload encode(const Payload& payload) const override {
    if (payload.data().find(word_) != std::string::npos) throw PayloadError("no key");
    return payload;
  }
  Payload decode(const Payload& payload) const override { return payload; }

 private:
  std::string word_;
};

class WorkerTest : public ::testing::Test {
 protected:
  WorkerTest() {
    for (const Rpc rpc : {Rpc::DescribeNamespace, Rpc::ShutdownWorker,
                          Rpc::RespondWorkflowTaskCompleted, Rpc::RespondWorkflowTaskFailed,
                          Rpc::RespondQueryTaskCompleted, Rpc::RespondActivityTaskCompleted,
                          Rpc::RespondActivityTaskFailed, Rpc::RecordActivityTaskHeartbeat}) {
      desk_.accept(rpc);
    }
  }
  void TearDown() override {
    Patient::on_poke = nullptr;
    stop();
  }
  WorkerOptions options() {
    return WorkerOptions("q").seed(1).log(
        [this](wf::LogLevel, std::string_view line) { log_ += std::string(line) + "\n"; });
  }
  void start(const WorkerOptions& options, bool activities = true) {
    worker_ = std::make_unique<Worker>(desk_, executor_, activities_, options);
    worker_->add<Patient>().add<Near>().add<Hasty>().add<Babbling>();
    if (activities)
      worker_->add(work, [this](ActivityContext& context, int) {
        return work_ ? work_(context) : std::string("secret");
      });
    worker_->start();
    executor_.drain();
  }
  void stop() {
    if (!worker_) return;
    bool stopped = false;
    worker_->begin_stop([&] { stopped = true; });
    for (int i = 0; i < 100 && !stopped; ++i) {
      executor_.advance(1s);
      activities_.advance(1s);
    }
    EXPECT_TRUE(stopped);
    worker_ = nullptr;
  }
  api::history::v1::HistoryEvent& add(EventType type) {
    auto& event = *history_.add_events();
    event.set_event_id(++last_);
    event.set_event_type(type);
    return event;
  }
  // The first task: started is event 3.
  void begin() {
    auto& started = *add(EVENT_TYPE_WORKFLOW_EXECUTION_STARTED)
                         .mutable_workflow_execution_started_event_attributes();
    started.mutable_workflow_type()->set_name(type_);
    started.mutable_task_queue()->set_name("q");
    started.set_original_execution_run_id("run");
    add(EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
    add(EVENT_TYPE_WORKFLOW_TASK_STARTED);
  }
  // A signal in the place of the second event.
  void poke_first() {
    auto& signal = *history_.mutable_events(1);
    signal.set_event_type(EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED);
    signal.mutable_workflow_execution_signaled_event_attributes()->set_signal_name("poke");
  }
  WorkflowTask task(std::int64_t started, std::int64_t previous) {
    WorkflowTask task;
    task.set_task_token("token" + std::to_string(started));
    task.mutable_workflow_execution()->set_workflow_id("w");
    task.mutable_workflow_execution()->set_run_id("run");
    task.mutable_workflow_type()->set_name(type_);
    task.set_attempt(1);
    task.set_started_event_id(started);
    task.set_previous_started_event_id(previous);
    task.mutable_history()->Swap(&history_);
    return task;
  }
  void give(WorkflowTask task) {
    desk_.answer<Rpc::PollWorkflowTaskQueue>(std::move(task));
    executor_.drain();
  }
  void give_activity() {
    ActivityTask task;
    task.set_task_token("activity");
    task.mutable_activity_type()->set_name("work");
    *task.mutable_input() = encode_all(1);
    task.mutable_heartbeat_timeout()->set_seconds(10);
    desk_.answer<Rpc::PollActivityTaskQueue>(std::move(task));
    executor_.drain();
  }
  // The events from `first` on, as a page of a history.
  void give_page(const std::vector<EventType>& types, const std::string& next) {
    service::Reply<Rpc::GetWorkflowExecutionHistory> page;
    for (const auto type : types) add(type);
    page.mutable_history()->Swap(&history_);
    page.set_next_page_token(next);
    desk_.answer<Rpc::GetWorkflowExecutionHistory>(std::move(page));
  }
  template <Rpc rpc>
  int count() const {
    return static_cast<int>(desk_.made<rpc>().size());
  }

  VirtualExecutor executor_{TimePoint(1'000'000s)}, activities_{TimePoint(1'000'000s)};
  Desk desk_{executor_};
  std::unique_ptr<Worker> worker_;
  std::function<std::string(ActivityContext&)> work_;
  api::history::v1::History history_;
  std::int64_t last_ = 0;
  std::string type_ = "Patient";
  std::string log_;
};

}  // namespace temporal::worker
