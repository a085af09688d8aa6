// Random projects with runs and edits between them, on the embedded engine and on a real Temporal
// server: ledger and view are the same after each run.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

#include "serving/run_worker.h"
#include "simulator/edits.h"
#include "simulator/scripted.h"
#include "temporal/base/thread_executor.h"
#include "temporal/client/client.h"
#include "temporal/embedded/embedded_service.h"
#include "temporal/grpc/grpc_service.h"
#include "tests/temporal_live/dev_server.h"
#include "workflows/run.h"

namespace almanac::simulator {
namespace {

namespace client = temporal::client;

constexpr int64_t kProcess = 1;

// What two engines must agree on.
struct Picture {
  std::map<std::pair<std::string, Date>, std::tuple<Hash, Hash, std::string, bool>> cells;
  std::map<std::pair<std::string, Date>, std::string> letters;
  std::map<Memory::Place, Hash> view;
  std::string totals;
  bool operator==(const Picture&) const = default;
};

// A project of its own on one engine, with real time and threads.
class Site {
 public:
  Site(const Schedule& schedule, temporal::service::Service& service, bool shared)
      : stage_(schedule.seed, {}, {}),
        service_(service),
        shared_(shared),
        name_("random" + std::to_string(getpid()) + "_" + std::to_string(++count_)),
        folder_(std::filesystem::temp_directory_path() / ("almanac-" + name_)),
        edits_(schedule.graph.nodes.size()) {
    std::filesystem::create_directories(folder_);
    stage_.graph = schedule.graph;
    stage_.memory.data = schedule.data;
    stage_.alive = {kProcess};
    stage_.ledger_path = (folder_ / "ledger.db").string();
    stage_.ledger = std::move(Ledger::open(stage_.ledger_path, Ledger::Mode::ReadWrite)).value();
  }
  ~Site() {
    stage_.ledger.reset();
    std::filesystem::remove_all(folder_);
  }

  // Failures in a row open a breaker; which cells are tried before depends on the order.
  bool any_failure() const {
    return std::any_of(stage_.graph.nodes.begin(), stage_.graph.nodes.end(),
                       [](const Node& node) { return !node.version.scripts.empty(); });
  }

  void apply(const Step& step) { (void)edits_.apply(step, &stage_.graph, &stage_.memory.data); }

  Picture run(const RunStep& step) {
    temporal::ThreadExecutor executor(2);
    const Project project = stage_.graph.project();
    const Manifest manifest = stage_.graph.manifest();
    Setup setup;
    setup.worker = name_;
    setup.modules = modules_hash(project, manifest, name_);
    setup.now_ms = [] { return int64_t{1}; };
    setup.steady_ms = [] { return int64_t{1}; };
    setup.execute = [this](const CellTask& task, const OnReading&) {
      const std::lock_guard lock(mutex_);
      return perform(stage_, stage_.graph, kProcess, task).outcomes;
    };
    Steps steps(memory_workspace(&stage_, stage_.graph, kProcess, {}, nothing_happens), setup);
    RunWorker::Options options;
    options.queue = queue_of(name_, setup.modules);
    options.threads = 2;
    RunWorker worker(service_, executor, steps, options);
    worker.start();
    Order order;
    order.run = name_ + "-" + std::to_string(++runs_);
    if (step.first >= 0) order.from = date_of(step.first).str();
    if (step.last >= 0) order.to = date_of(step.last).str();
    order.force = step.force;
    order.exact = step.exact;
    order.today = date_of(stage_.graph.days).str();
    order.modules = setup.modules;
    order.shared = shared_;
    order.parallel = any_failure() ? 1 : step.parallel;
    const client::Client engine(service_, executor);
    const auto run = engine.start(&Run::run, client::StartOptions(order.run, options.queue), order);
    RC_ASSERT(run.ok());
    const auto result = run->result<Tally>(client::ResultOptions().within(std::chrono::minutes(2)));
    RC_ASSERT(result.ok());
    Picture picture = look();
    picture.totals = result->ok() ? result->value().totals : result->failure().text();
    worker.drain();
    return picture;
  }

 private:
  Picture look() {
    const std::lock_guard lock(mutex_);
    Picture picture;
    const auto cells = stage_.ledger->cells();
    const auto letters = stage_.ledger->dead_letters();
    for (const CellRecord& cell : *cells) {
      picture.cells[{cell.calculation, cell.date}] = {cell.key, cell.result->hash, cell.category,
                                                      cell.published};
    }
    for (const DeadLetter& letter : *letters) {
      picture.letters[{letter.calculation, letter.date}] = letter.code;
    }
    picture.view = stage_.memory.view;
    return picture;
  }

  static inline int count_ = 0;
  Stage stage_;
  temporal::service::Service& service_;
  const bool shared_;
  const std::string name_;
  const std::filesystem::path folder_;
  Edits edits_;
  std::mutex mutex_;  // of the stage, while cells are computed
  int runs_ = 0;
};

TEST(RandomGraphs, HaveTheSameLedgerAndViewOnBothEngines) {
  auto& server = temporal::testing::DevServer::shared();
  if (!server.missing().empty()) GTEST_SKIP() << server.missing();
  temporal::service::GrpcService remote{temporal::service::ConnectOptions(server.target())};
  temporal::ThreadExecutor executor(2);
  temporal::embedded::EmbeddedService embedded(executor,
                                               temporal::embedded::Options().end_polls(true));
  EXPECT_TRUE(rc::check("same on both engines", [&] {
    const auto seed = *rc::gen::inRange<uint64_t>(1, 1'000'000'000);
    Schedule schedule = random_schedule(seed);
    for (Node& node : schedule.graph.nodes) {
      std::erase_if(node.version.scripts, [](const auto& one) {
        return one.second.kind == Script::Kind::Poison ||
               one.second.kind == Script::Kind::Unstored;  // on which a run of one process ends
      });
    }
    Site here(schedule, embedded, false), there(schedule, remote, true);
    for (const Step& step : schedule.steps) {
      if (step.kind != Step::Kind::Run) {
        here.apply(step);
        there.apply(step);
        continue;
      }
      const Picture ours = here.run(step.run), theirs = there.run(step.run);
      RC_LOG() << "seed " << seed << ": " << ours.totals << " and " << theirs.totals << "\n";
      RC_ASSERT(ours.totals == theirs.totals);
      RC_ASSERT(ours.cells == theirs.cells);
      RC_ASSERT(ours.letters == theirs.letters);
      RC_ASSERT(ours.view == theirs.view);
    }
  }));
}

}  // namespace
}  // namespace almanac::simulator
