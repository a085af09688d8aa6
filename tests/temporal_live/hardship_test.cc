// What may befall workers and servers while workflows run: see hardship.h.
#include "tests/temporal_live/hardship.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using temporal::testing::DevServer;
using temporal::testing::Hardship;

class Hardships : public temporal::testing::HardshipTest {
 protected:
  // Each signal came once: no call was made again, and none was lost.
  void expect_signals_once(int workflows) {
    EXPECT_EQ(count("WorkflowExecutionSignaled"), workflows * Hardship::kSignals);
  }
  // How many workflow tasks each worker began.
  std::map<std::string, int> tasks_by_worker() const {
    std::map<std::string, int> tasks;
    for (const auto& history : histories()) {
      for (const auto& event : history->events()) {
        if (!event.has_workflow_task_started_event_attributes()) continue;
        ++tasks[event.workflow_task_started_event_attributes().identity()];
      }
    }
    return tasks;
  }
};

TEST_F(Hardships, WorkersThatAreKilledLoseNothing) {
  connect(DevServer::shared());
  if (IsSkipped()) return;
  start_workflows(20, 6s);
  int started = 0;
  for (int kill = 0; kill < 20; ++kill) {
    const auto worker = start_worker("killed-" + std::to_string(++started));
    pause(random_pause(150, 700));
    EXPECT_TRUE(worker->running()) << "it ended by itself";
    worker->kill();
  }
  const auto last = start_worker("last");
  finish_workflows();
  expect_signals_once(20);
  EXPECT_GT(count("WorkflowTaskTimedOut"), 0) << "no kill met a task";
  EXPECT_GT(tasks_by_worker().size(), 5U);
}

TEST_F(Hardships, AWorkerThatIsHaltedIsReplacedAndComesBack) {
  connect(DevServer::shared());
  if (IsSkipped()) return;
  const auto halted = start_worker("halted");
  start_workflows(8, 500ms);
  pause(random_pause(700, 1000));
  halted->signal(SIGSTOP);
  const auto since = std::chrono::steady_clock::now();
  auto other = start_worker("other");
  finish_workflows();
  expect_signals_once(8);
  EXPECT_GT(count("WorkflowTaskTimedOut"), 0) << "the halted worker had nothing to do";
  auto tasks = tasks_by_worker();
  EXPECT_GT(tasks["halted"], 0);
  EXPECT_GT(tasks["other"], 0);
  // Longer than every timeout, so that all it has in its hands is someone else's.
  std::this_thread::sleep_until(since + 4s);
  halted->signal(SIGCONT);
  pause(500ms);
  EXPECT_TRUE(halted->running()) << "late answers, which the service refuses, are no reason to end";
  other->kill();
  start_workflows(4, 100ms);
  finish_workflows();
  halted->signal(SIGTERM);
  EXPECT_EQ(halted->wait(15), 0);
}

TEST_F(Hardships, TwoWorkersShareAQueue) {
  connect(DevServer::shared());
  if (IsSkipped()) return;
  // One of them keeps hardly a run in memory: most of its tasks begin with a replay.
  const auto first = start_worker("first");
  const auto second = start_worker("second", 1);
  start_workflows(20, 1s);
  finish_workflows();
  expect_signals_once(20);
  auto tasks = tasks_by_worker();
  EXPECT_GT(tasks["first"], 0);
  EXPECT_GT(tasks["second"], 0);
}

TEST_F(Hardships, AServerThatIsKilledComesBackWithItsWorkflows) {
  const auto database =
      std::filesystem::temp_directory_path() / ("hardship." + std::to_string(getpid()) + ".db");
  {
    DevServer server(database);
    connect(server);
    if (IsSkipped()) return;
    const auto worker = start_worker("worker");
    start_workflows(10, 2s);
    pause(random_pause(1500, 2500));
    server.restart();
    finish_workflows();
    EXPECT_TRUE(worker->running());
    worker->signal(SIGTERM);
    EXPECT_EQ(worker->wait(15), 0);
    disconnect();
  }
  for (const char* suffix : {"", "-shm", "-wal"})
    std::filesystem::remove(database.string() + suffix);
}

TEST_F(Hardships, WorkersThatAreToldToStopFinishWhatTheyHave) {
  connect(DevServer::shared());
  if (IsSkipped()) return;
  start_workflows(12, 4s);
  auto worker = start_worker("worker-0");
  for (int i = 1; i <= 4; ++i) {
    pause(random_pause(600, 1200));
    auto next = start_worker("worker-" + std::to_string(i));
    pause(300ms);  // it polls
    worker->signal(SIGTERM);
    EXPECT_EQ(worker->wait(15), 0) << "worker " << i - 1;
    worker = std::move(next);
  }
  finish_workflows();
  expect_signals_once(12);
  // No activity was lost: those that did not stumble were tried once.
  for (const auto& history : histories()) {
    std::map<std::int64_t, std::string> types;
    for (const auto& event : history->events()) {
      if (event.has_activity_task_scheduled_event_attributes()) {
        types[event.event_id()] =
            event.activity_task_scheduled_event_attributes().activity_type().name();
      } else if (event.has_activity_task_started_event_attributes()) {
        const auto& started = event.activity_task_started_event_attributes();
        EXPECT_EQ(started.attempt(), types[started.scheduled_event_id()] == "count_up" ? 1 : 3);
      }
    }
  }
}

}  // namespace
