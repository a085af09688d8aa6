#include "simulator/process.h"

#include <utility>

#include "serving/run_worker.h"
#include "simulator/scripted.h"
#include "storage/lease_owner.h"
#include "workflows/steps.h"

namespace almanac::simulator {

namespace {

constexpr auto kBeat = std::chrono::seconds(5);
constexpr int kLongestPauseMs = 40;

LeaseOwner owner_of(int64_t number) {
  return {"simulated", "boot", "pids", number, number};
}

}  // namespace

class Process::Heart {
 public:
  Heart(Gate& gate, std::function<void()> beat)
      : gate_(gate), beat_(std::make_shared<std::function<void()>>(std::move(beat))) {
    next(gate_, beat_);
  }
  ~Heart() { *beat_ = nullptr; }

 private:
  using Beat = std::shared_ptr<std::function<void()>>;
  static void next(Gate& gate, const Beat& beat) {
    gate.after(kBeat, [&gate, beat] {
      if (!*beat) return;
      (*beat)();
      next(gate, beat);
    });
  }
  Gate& gate_;
  Beat beat_;
};

Process::Process(Stage& stage, temporal::service::Service* engine, const Options& options)
    : stage_(stage),
      options_(options),
      gate_(stage.executor),
      own_(engine ? nullptr
                  : std::make_unique<temporal::embedded::EmbeddedService>(
                        gate_, temporal::embedded::Options().seed(stage.random.next()))),
      engine_(engine),
      service_(this->engine(), stage.executor, gate_, &stage.second,
               [this](Place place, const std::string& what) { return happens(place, what); }) {
  stage_.alive.insert(options_.number);
  auto workspace = open_workspace();
  modules_ = modules_hash(workspace->project, workspace->manifest, "simulated");
  queue_ = queue_of("simulated", modules_);
  steps_ = std::make_unique<Steps>(std::move(workspace), setup());
  const auto make = [&](const std::string& queue) {
    temporal::worker::WorkerOptions worker(queue);
    worker.identity(options_.identity)
        .seed(stage_.random.next() | 1)
        .cached_runs(options_.cached_runs);
    worker.activity_slots(4).workflow_pollers(2).activity_pollers(1);
    worker.deadlock(temporal::Duration::zero()).grace(std::chrono::hours(1));
    worker.log([](temporal::wf::LogLevel, std::string_view) {});
    auto made = std::make_unique<temporal::worker::Worker>(service_, gate_, turns_, worker);
    add_steps(*made, serving());
    return made;
  };
  worker_ = make(queue_);
  add_workflows(*worker_);
  high_mem_ = make(queue_ + kHighMem);
  worker_->start();
  high_mem_->start();
}

Process::~Process() {
  die();
  bury();
}

std::shared_ptr<Workspace> Process::open_workspace() {
  auto workspace = std::make_shared<Workspace>();
  workspace->project = stage_.graph.project();
  workspace->manifest = stage_.graph.manifest();
  Ledger::Seams seams;
  using Moment = Ledger::Seams::Moment;
  seams.observer = [this](Moment moment, const char* call) {
    return point(moment == Moment::Read    ? Place::Read
                 : moment == Moment::Write ? Place::Write
                                           : Place::Wrote,
                 call);
  };
  seams.self = [number = options_.number] { return owner_of(number); };
  seams.may_be_alive = [alive = &stage_.alive](const LeaseOwner& owner) {
    return alive->contains(owner.pid);
  };
  workspace->open_ledger = [path = stage_.ledger_path, seams] {
    return Ledger::open(path, Ledger::Mode::ReadWrite, seams);
  };
  workspace->ledger = std::move(workspace->open_ledger()).value();
  const Seam seam = [this](Place place, const char* what) { return point(place, what); };
  workspace->store = memory_store(&stage_.memory, seam);
  workspace->published = memory_view(&stage_.memory, seam);
  workspace->open_root_data = [this, seam, project = workspace->project] {
    return memory_data(&stage_.memory, project, seam);
  };
  workspace->root_data = workspace->open_root_data();
  return workspace;
}

Setup Process::setup() {
  Setup setup;
  setup.worker = options_.identity;
  setup.modules = modules_;
  setup.now_ms = setup.steady_ms = [this] { return stage_.now_ms(); };
  setup.execute = [this](const CellTask& task) { return execute(task); };
  return setup;
}

Serving Process::serving() {
  Serving serving;
  serving.steps = steps_.get();
  serving.heart = [this](std::function<void()> beat) {
    return std::make_shared<Heart>(gate_, std::move(beat));
  };
  serving.sleep = [this](int64_t ms) { wait(std::chrono::milliseconds(ms), /*locked=*/false); };
  serving.stopping = [this] { return dead_; };
  return serving;
}

std::vector<CellOutcome> Process::execute(const CellTask& task) {
  const std::string name = task.calculation->id + " " + task.dates.front().str();
  (void)point(Place::Execute, name, /*locked=*/false);
  auto performance = perform(stage_, task);
  wait(std::chrono::milliseconds(duration_ms_of(stage_, task)), /*locked=*/false);
  if (performance.fatal) {
    stage_.points.note(gate_.now(), name + " ends its process");
    die();
    throw Killed();
  }
  (void)point(Place::Executed, name, /*locked=*/false);
  return std::move(performance.outcomes);
}

std::optional<Fault> Process::happens(Place place, const std::string& what) {
  if (dead_) return std::nullopt;
  const auto fault = stage_.points.next(gate_.now(), options_.number, place, what);
  if (!fault) return fault;
  switch (fault->kind) {
    case Fault::Kind::Crash:
      die();
      break;
    case Fault::Kind::Halt:
      stage_.disturbed = true;
      gate_.halt(std::chrono::seconds(fault->seconds));
      break;
    case Fault::Kind::Change: {
      stage_.disturbed = true;
      Data& data = stage_.memory.data;
      data[static_cast<int>(stage_.random.below(static_cast<uint64_t>(stage_.graph.days)))] =
          stage_.random.below(1000);
      break;
    }
    default:
      break;
  }
  return fault;
}

Result<void> Process::point(Place place, const std::string& what, bool locked) {
  if (dead_) throw Killed();
  const auto fault = happens(place, what);
  if (dead_) throw Killed();
  if (Fiber::current()) {
    const bool passes = stage_.random.one_in(4);
    const int64_t ms = passes ? stage_.random.between(0, kLongestPauseMs) * stage_.slow : 0;
    if (passes || gate_.halted()) wait(std::chrono::milliseconds(ms), locked);
  }
  if (fault && fault->kind == Fault::Kind::Full) {
    return temporary_error("there is no space left (simulated)");
  }
  return {};
}

void Process::wait(temporal::Duration duration, bool locked) {
  Fiber* const fiber = Fiber::current();
  if (locked) inside_ = fiber;
  gate_.after(duration, [this, fiber] { resume(fiber); });
  Fiber::yield();
  if (dead_) throw Killed();
}

void Process::start_fiber(temporal::Executor::Task task) {
  if (dead_) return;
  fibers_.push_back(std::make_unique<Fiber>([task = std::move(task)] {
    try {
      task();
    } catch (const Killed&) {
      // The process is gone, and this with it.
    }
  }));
  gate_.post([this, fiber = fibers_.back().get()] { resume(fiber); });
}

void Process::resume(Fiber* fiber) {
  if (inside_ && inside_ != fiber) {
    outside_.push_back(fiber);
    return;
  }
  inside_ = nullptr;
  fiber->resume();
  if (fiber->ended()) {
    std::erase_if(fibers_, [&](const auto& one) { return one.get() == fiber; });
  }
  if (inside_ || dead_) return;
  for (Fiber* const other : std::exchange(outside_, {})) {
    gate_.post([this, other] { resume(other); });
  }
}

void Process::die() {
  if (std::exchange(dead_, true)) return;
  stage_.alive.erase(options_.number);
  stage_.points.note(gate_.now(), "p" + std::to_string(options_.number) + " ends");
  service_.close();
  gate_.close();
}

void Process::bury() {
  while (!fibers_.empty()) {
    const auto fiber = std::move(fibers_.front());
    fibers_.pop_front();
    while (fiber->begun() && !fiber->ended()) fiber->resume();
  }
  for (auto* worker : {&worker_, &high_mem_}) {
    if (*worker) (*worker)->begin_stop([] {});
    worker->reset();
  }
  steps_.reset();
  own_.reset();
}

}  // namespace almanac::simulator
