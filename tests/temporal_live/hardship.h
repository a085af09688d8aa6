// HardshipTest: workflows that a client drives while a test makes their workers' or their server's
// life hard. At the end each has the result of a calm run, and a history that replays.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "temporal/base/thread_executor.h"
#include "temporal/client/client.h"
#include "temporal/grpc/grpc_service.h"
#include "tests/temporal_live/dev_server.h"
#include "tests/temporal_live/hardship_workflow.h"
#include "tests/temporal_live/worker_process.h"

namespace temporal::testing {

class HardshipTest : public ::testing::Test {
 protected:
  // Skips the test where there is no server.
  void connect(DevServer& server);
  // No more calls; the server may go.
  void disconnect();
  void TearDown() override;

  std::unique_ptr<WorkerProcess> start_worker(const std::string& identity, int cached_runs = 100);
  // Starts workflows, at random moments of `spread`, and sends each what it waits for.
  void start_workflows(int count, std::chrono::milliseconds spread);
  // Waits for the workflows, and checks each of them.
  void finish_workflows(std::chrono::seconds most = std::chrono::seconds(45));
  std::chrono::milliseconds random_pause(int least_ms, int most_ms);
  static void pause(std::chrono::milliseconds d) { std::this_thread::sleep_for(d); }
  // How often the histories of finished workflows have an event, children included.
  int count(const std::string& event) const;
  const std::vector<std::shared_ptr<const replay::HistoryProto>>& histories() const {
    return histories_;
  }

 private:
  struct Driven {
    int number = 0;
    unsigned seed = 0;
    std::string id, problem, result;
    bool ended = false;
  };
  void drive(Driven& driven, std::chrono::milliseconds spread);
  bool all_ended();
  void check(const Driven& driven);
  void check_history(const std::string& id, const std::shared_ptr<wf::WorkflowType>& type);

  unsigned seed_ = 0;
  int last_number_ = 0;
  std::mt19937 random_;
  std::unique_ptr<::testing::ScopedTrace> trace_;
  std::string target_, queue_, log_;
  std::unique_ptr<service::GrpcService> service_;
  ThreadExecutor executor_{2};
  std::unique_ptr<client::Client> client_;
  std::mutex mutex_;  // of `ended`
  std::vector<std::unique_ptr<Driven>> driven_;
  std::vector<std::thread> drivers_;
  std::vector<std::shared_ptr<const replay::HistoryProto>> histories_;
};

}  // namespace temporal::testing
