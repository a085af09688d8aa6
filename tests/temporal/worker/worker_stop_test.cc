// A worker may stop, and go, before the service has answered the question that it began with.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "temporal/base/thread_executor.h"
#include "temporal/worker/worker.h"
#include "temporal/workflow/workflow.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using service::Rpc;

// Keeps the question for the namespace, and answers nothing but it, when it is told to.
class SlowService final : public service::Service {
 public:
  explicit SlowService(Executor& executor) : executor_(executor) {}
  Cancel call(Rpc rpc, const google::protobuf::Message&, google::protobuf::Message&,
              std::chrono::milliseconds, Done done) override {
    if (rpc == Rpc::DescribeNamespace) {
      const std::lock_guard lock(mutex_);
      question_ = std::move(done);
    } else {
      ++others;
      executor_.post([done = std::move(done)] { done({Code::Cancelled, "none"}); });
    }
    return [] {};
  }
  void answer(const Status& status) {
    const std::lock_guard lock(mutex_);
    question_(status);
  }
  std::atomic<int> others = 0;

 private:
  Executor& executor_;
  std::mutex mutex_;
  Done question_;
};

TEST(WorkerStop, BeforeTheServiceHasAnswered) {
  for (const Status& status : {Status{}, Status{Code::NotFound, "no such namespace"}}) {
    ThreadExecutor executor(2), activities(2);
    SlowService service(executor);
    std::atomic<int> lines = 0;
    auto worker = std::make_unique<worker::Worker>(
        service, executor, activities,
        worker::WorkerOptions("q").log([&](wf::LogLevel, std::string_view) { ++lines; }));
    worker->add(wf::Activity<int(int)>("none"), [](int x) { return x; });
    worker->start();
    worker->stop();
    worker = nullptr;
    EXPECT_EQ(service.others, 1) << "that it stops";
    service.answer(status);
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(service.others, 1) << "a worker that has gone polls";
    EXPECT_EQ(lines, 0) << "a worker that has gone speaks";
  }
}

}  // namespace
