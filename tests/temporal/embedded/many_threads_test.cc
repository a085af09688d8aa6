// The engine under threads, on a clock that runs.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "temporal/base/executor.h"
#include "tests/temporal/embedded/commands.h"
#include "tests/temporal/embedded/world.h"

namespace {

using namespace embedded_test;

class Threads final : public temporal::Executor {
 public:
  explicit Threads(int count) {
    for (int i = 0; i < count; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Threads() override {
    {
      std::lock_guard lock(mutex_);
      open_ = false;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  temporal::TimePoint now() const override { return std::chrono::system_clock::now(); }
  void post(Task task) override { after({}, std::move(task)); }
  TimerId after(temporal::Duration delay, Task task) override {
    std::lock_guard lock(mutex_);
    const TimerId id = ++last_;
    tasks_[{std::chrono::steady_clock::now() + delay, id}] = std::move(task);
    changed_.notify_one();
    return id;
  }
  void cancel(TimerId timer) override {
    std::lock_guard lock(mutex_);
    std::erase_if(tasks_, [&](const auto& task) { return task.first.second == timer; });
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (open_) {
      if (tasks_.empty()) {
        changed_.wait(lock);
      } else if (const auto due = tasks_.begin()->first.first;
                 due > std::chrono::steady_clock::now()) {
        changed_.wait_until(lock, due);
      } else {
        const Task task = std::move(tasks_.begin()->second);
        tasks_.erase(tasks_.begin());
        lock.unlock();
        task();
        lock.lock();
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<std::chrono::steady_clock::time_point, TimerId>, Task> tasks_;
  TimerId last_ = 0;
  bool open_ = true;
  std::vector<std::thread> threads_;
};

template <Rpc rpc>
std::pair<Status, Reply<rpc>> wait_for(temporal::service::Service& service, Request<rpc> request) {
  std::promise<std::pair<Status, Reply<rpc>>> ended;
  temporal::service::call<rpc>(service, std::move(request), 20s,
                               [&](Status status, Reply<rpc> reply) {
                                 ended.set_value({std::move(status), std::move(reply)});
                               });
  return ended.get_future().get();
}

// Each run has a timer, then an activity, then is complete.
TEST(ManyThreads, RunManyWorkflows) {
  constexpr int kRuns = 60;
  Threads threads(4);
  temporal::embedded::EmbeddedService service(threads);
  std::atomic<int> completed = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([&] {
      Request<Rpc::PollWorkflowTaskQueue> poll;
      poll.set_namespace_("default");
      poll.mutable_task_queue()->set_name("q");
      while (completed < kRuns) {
        const Task task = wait_for<Rpc::PollWorkflowTaskQueue>(service, poll).second;
        if (task.task_token().empty()) continue;
        const auto events = task.history().events_size();
        std::vector<Command> commands;
        if (events < 5) commands = {start_timer("t", 0s)};
        if (events > 5 && events < 11) commands = {schedule_activity("a")};
        if (events > 11) commands = {complete_run()};
        const bool ends = events > 11;
        auto reply = wait_for<Rpc::RespondWorkflowTaskCompleted>(
            service, embedded_test::completed(task, std::move(commands)));
        EXPECT_TRUE(reply.first.ok()) << reply.first.text();
        if (ends && ++completed == kRuns) {
          for (int j = 0; j < 8; ++j) {  // the other workers wait for a task
            wait_for<Rpc::StartWorkflowExecution>(service,
                                                  start_request("end" + std::to_string(j)));
          }
        }
      }
    });
  }
  std::thread activities([&] {
    Request<Rpc::PollActivityTaskQueue> poll;
    poll.set_namespace_("default");
    poll.mutable_task_queue()->set_name("q");
    for (int i = 0; i < kRuns; ++i) {
      Request<Rpc::RespondActivityTaskCompleted> done;
      done.set_task_token(wait_for<Rpc::PollActivityTaskQueue>(service, poll).second.task_token());
      EXPECT_TRUE(wait_for<Rpc::RespondActivityTaskCompleted>(service, done).first.ok());
    }
  });
  for (int i = 0; i < kRuns; ++i) {
    const auto start =
        wait_for<Rpc::StartWorkflowExecution>(service, start_request("w" + std::to_string(i)));
    EXPECT_TRUE(start.first.ok());
  }
  for (std::thread& worker : workers) worker.join();
  activities.join();
  EXPECT_GE(completed, kRuns);
}

}  // namespace
