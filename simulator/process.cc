#include "simulator/process.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "serving/run_worker.h"
#include "simulator/scripted.h"
#include "storage/lease_owner.h"
#include "workflows/steps.h"

namespace almanac::simulator {

namespace {

constexpr auto kBeat = std::chrono::seconds(5);
constexpr int kLongestPauseMs = 40;
constexpr int64_t kTenYearsMs = 10LL * 365 * 24 * 3600 * 1000;

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
      graph_(stage.graph),
      wall_ms_(stage.random.between(-kTenYearsMs, kTenYearsMs)),
      steady_ms_(stage.random.between(0, kTenYearsMs) - stage.now_ms()),
      gate_(stage.executor),
      own_(engine ? nullptr
                  : std::make_unique<temporal::embedded::EmbeddedService>(
                        gate_, temporal::embedded::Options().seed(stage.random.next()))),
      engine_(engine),
      service_(this->engine(), engine ? static_cast<temporal::Executor&>(stage.executor) : gate_,
               gate_, engine ? &stage.network : &own_network_,
               [this](Place place, const std::string& what) { return happens(place, what); }) {
  stage_.alive.insert(options_.number);
  const Seam seam = [this](Place place, const char* what) { return point(place, what); };
  std::shared_ptr<Workspace> workspace =
      memory_workspace(&stage_, graph_, options_.number, seams(), seam);
  queue_ =
      queue_of("simulated", modules_hash(workspace->project, workspace->manifest, "simulated"));
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

Ledger::Seams Process::seams() {
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
  return seams;
}

Setup Process::setup() {
  Setup setup;
  setup.worker = options_.identity;
  setup.modules = modules_hash(graph_.project(), graph_.manifest(), "simulated");
  setup.now_ms = [this] { return stage_.now_ms() + wall_ms_; };
  setup.steady_ms = [this] { return stage_.now_ms() + steady_ms_; };
  setup.execute = [this](const CellTask& task, const OnReading&) { return execute(task); };
  return setup;
}

Serving Process::serving() {
  Serving serving;
  serving.steps = steps_.get();
  serving.heart = [this](std::function<void()> beat) {
    return std::make_shared<Heart>(gate_, std::move(beat));
  };
  serving.sleep = [this](int64_t ms) { wait(std::chrono::milliseconds(ms), /*locked=*/false); };
  serving.stopping = [this] { return dead_ || draining_; };
  return serving;
}

std::vector<CellOutcome> Process::execute(const CellTask& task) {
  const std::string name = task.calculation->id + " " + task.dates.front().str();
  (void)point(Place::Execute, name, /*locked=*/false);
  // What is left of an earlier run may read what is not committed any more; it commits nothing.
  if (!stage_.moved && !stage_.haunted) check_inputs(stage_, task);
  auto performance = perform(stage_, graph_, options_.number, task);
  const int64_t ms = graph_.nodes[node_of(task.calculation->id)].duration_ms *
                     static_cast<int64_t>(task.dates.size()) * stage_.slow;
  wait(std::chrono::milliseconds(ms), /*locked=*/false);
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
      stage_.halted = true;
      gate_.halt(std::chrono::seconds(fault->seconds));
      break;
    case Fault::Kind::Change:
      change_data();
      break;
    case Fault::Kind::Rot:
      lose_blob();
      break;
    case Fault::Kind::Drain:
      if (!own_) drain();
      break;
    default:
      break;
  }
  return fault;
}

void Process::change_data() {
  stage_.moved = true;
  const auto days = static_cast<uint64_t>(stage_.graph.days);
  const auto day = static_cast<int>(stage_.random.below(days));
  if (stage_.random.one_in(4)) {
    stage_.memory.data.erase(day);
  } else {
    stage_.memory.data[day] = stage_.random.below(1000);
  }
}

void Process::lose_blob() {
  auto& blobs = stage_.memory.blobs;
  if (blobs.empty()) return;
  stage_.moved = true;
  ++stage_.rotten;
  blobs.erase(std::next(blobs.begin(), static_cast<int64_t>(stage_.random.below(blobs.size()))));
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
    return temporary_error(place == Place::Read ? "it cannot be read (simulated)"
                                                : "there is no space left (simulated)");
  }
  if (fault && fault->kind == Fault::Kind::Done) {
    return temporary_error("it is not known to be done (simulated)");
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

bool Process::at_rest() const {
  return dead_ || (!gate_.halted() && !draining_ && own_network_.late == 0 &&
                   std::none_of(fibers_.begin(), fibers_.end(),
                                [](const auto& fiber) { return fiber->begun(); }));
}

// Not at once: whoever asks for it may be inside of what is to stop.
void Process::drain() {
  if (std::exchange(draining_, true)) return;
  stage_.points.note(gate_.now(), "p" + std::to_string(options_.number) + " is to end");
  gate_.post([this] {
    stopping_ = true;
    for (auto* worker : {worker_.get(), high_mem_.get()}) {
      worker->begin_stop([this] {
        if (--working_ == 0) gate_.post([this] { die(); });
      });
    }
  });
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
    if (*worker && !stopping_) (*worker)->begin_stop([] {});
    worker->reset();
  }
  steps_.reset();
  own_.reset();
}

}  // namespace almanac::simulator
