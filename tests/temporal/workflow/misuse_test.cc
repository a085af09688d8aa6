// Mistakes in the use of the library: each is an exception that says what is wrong, where it is
// made.
#include <gtest/gtest.h>

#include "temporal/base/virtual_executor.h"
#include "temporal/client/client.h"
#include "temporal/embedded/embedded_service.h"
#include "temporal/worker/worker.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/replay/script.h"

namespace replay_test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
namespace client = temporal::client;
namespace worker = temporal::worker;

template <class F>
std::string mistake(const F& f) {
  try {
    f();
  } catch (const std::logic_error& e) {
    return e.what();
  }
  return "";
}

struct Lost {
  wf::Task<int> run(int n) { co_return n; }
  wf::Task<int> other(int n) { co_return n; }
  void signal() {}
  static wf::Definition<Lost> definition() { return wf::define("Lost", &Lost::run); }
};
constexpr wf::Activity<int(int)> none{"none"};
int zero(int) {
  return 0;
}

class Misuse : public ::testing::Test {
 protected:
  worker::WorkerOptions options(const std::string& queue = "q") {
    return worker::WorkerOptions(queue).log([](auto, auto) {});
  }
  void stop(worker::Worker& worker) {
    bool stopped = false;
    worker.begin_stop([&] { stopped = true; });
    while (!stopped && (time_.step() || time_.jump())) {
    }
  }
  temporal::VirtualExecutor time_{temporal::TimePoint(1700000000s)};
  temporal::embedded::EmbeddedService service_{time_};
  client::Client client_{service_, time_};
};

TEST_F(Misuse, MembersThatAreNotInTheDefinition) {
  const auto options = client::StartOptions("a", "q");
  EXPECT_NE(mistake([&] { (void)client_.start(&Lost::other, options, 1); }).find("workflow Lost"),
            std::string::npos);
  EXPECT_NE(mistake([&] {
              (void)client_.workflow("a").signal(&Lost::signal);
            }).find("not in the workflow's definition()"),
            std::string::npos);
}

TEST_F(Misuse, OfAWorker) {
  worker::Worker nothing(service_, time_, time_, options());
  EXPECT_NE(mistake([&] { nothing.start(); }).find("found none; add() them first"),
            std::string::npos);
  worker::Worker nowhere(service_, time_, time_, options(""));
  nowhere.add<Lost>();
  EXPECT_NE(mistake([&] { nowhere.start(); }).find("task queue, found none"), std::string::npos);

  worker::Worker worker(service_, time_, time_, options());
  worker.add<Lost>().add(none, zero);
  EXPECT_NE(mistake([&] { worker.add<Lost>(); }).find("'Lost' is added twice"), std::string::npos);
  EXPECT_NE(mistake([&] { worker.add(none, zero); }).find("'none' is added twice"),
            std::string::npos);
  worker.start();
  EXPECT_NE(mistake([&] { worker.start(); }).find("has been started"), std::string::npos);
  EXPECT_NE(mistake([&] { worker.add(wf::Activity<int(int)>("more"), zero); }).find("add activity"),
            std::string::npos);
  while (time_.step()) {
  }
  EXPECT_EQ(worker.at_work(), 0) << "polls that wait are no work";
  stop(worker);
  EXPECT_NE(mistake([&] { worker.start(); }).find("has been stopped"), std::string::npos);
}

TEST_F(Misuse, WorkflowFunctionsWhereNoWorkflowRuns) {
  EXPECT_NE(mistake([] { (void)wf::now(); }).find("where no workflow runs"), std::string::npos);
}

// What went wrong inside of a workflow, as it tells.
std::string told;
struct Confused {
  wf::Task<int> number() { co_return 7; }
  wf::Task<> run(int how) {
    try {
      if (how == 0) {
        std::vector<wf::Handle<int>> nothing;
        auto first = wf::any(nothing);
        co_await first;
      } else if (how == 1) {
        wf::Task<int> task = number();
        co_await task;
        co_await task;
      } else {
        wf::Task<int> task;
        co_await task;
      }
    } catch (const std::logic_error& e) {
      told = e.what();
    }
  }
  static wf::Definition<Confused> definition() { return wf::define("Confused", &Confused::run); }
};

TEST(MisuseInWorkflows, IsAnException) {
  const char* const expected[] = {"any(): expected something to wait for", "awaited again",
                                  "moved from, or never made"};
  for (int how = 0; how < 3; ++how) {
    told.clear();
    Script script = Script::of<Confused>(how);
    EXPECT_EQ(script.task(), "completed ");
    EXPECT_NE(told.find(expected[how]), std::string::npos) << how << ": " << told;
  }
}

}  // namespace
}  // namespace replay_test
