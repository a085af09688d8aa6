#include "simulator/world.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "serving/run_worker.h"
#include "workflows/run.h"

namespace almanac::simulator {

namespace {

using namespace std::chrono_literals;
using temporal::TimePoint;

constexpr auto kLongestRun = std::chrono::hours(24 * 14);
constexpr auto kLongestRest = std::chrono::hours(12);

// Ends a call to the engine that is not going to be answered.
struct GivenUp {};

std::string new_folder() {
  static int count = 0;
  const bool memory = std::filesystem::exists("/dev/shm");
  const std::filesystem::path base = memory ? "/dev/shm" : std::filesystem::temp_directory_path();
  return base / ("almanac-simulator-" + std::to_string(getpid()) + "-" + std::to_string(++count));
}

}  // namespace

World::World(const Schedule& schedule, std::function<void(const std::string&)> log)
    : schedule_(schedule),
      stage_(schedule.seed, schedule.faults, std::move(log)),
      engine_(stage_.executor, temporal::embedded::Options()
                                   .seed(stage_.random.next())
                                   .retention(temporal::Duration::max())),
      edits_(schedule.graph.nodes.size()),
      folder_(new_folder()) {
  stage_.graph = schedule.graph;
  stage_.memory.data = schedule.data;
  stage_.slow = schedule.slow;
  stage_.ledger_path = folder_ + "/ledger.db";
  std::filesystem::create_directories(folder_);
  stage_.ledger = std::move(Ledger::open(stage_.ledger_path, Ledger::Mode::ReadWrite)).value();
}

World::~World() {
  processes_.clear();
  left_.clear();
  stage_.ledger.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Report World::go() {
  start_processes();
  for (const Step& step : schedule_.steps) {
    step.kind == Step::Kind::Run ? carry_out(step.run) : apply(step);
    if (!stage_.violations.empty()) break;
  }
  stage_.points.calm();
  const int64_t points = stage_.points.count();
  if (stage_.violations.empty()) settle();
  RunStep all;
  all.parallel = 3;
  if (stage_.violations.empty()) carry_out(all);
  if (stage_.violations.empty() && quiet_) {
    const auto before = stage_.ledger->sequence();
    const size_t attempts = attempts_;
    carry_out(all);
    const auto after = stage_.ledger->sequence();
    if (before.ok() && after.ok() && *before != *after) {
      stage_.violation("a run with nothing to do wrote the journal");
    }
    if (attempts != attempts_) stage_.violation("a run with nothing to do made attempts");
  }
  note_contents();
  return {stage_.violations,
          stage_.points.trace(),
          points,
          stage_.points.fired(),
          stage_.points.places(),
          attempts_,
          reports_};
}

void World::apply(const Step& step) {
  stage_.points.note(stage_.executor.now(), "edit " + std::to_string(static_cast<int>(step.kind)));
  if (edits_.apply(step, &stage_.graph, &stage_.memory.data)) replace_processes();
}

void World::carry_out(const RunStep& step) {
  const Ended ended = run(step);
  const auto beside = std::exchange(beside_, std::nullopt);
  check_run(step, ended);
  if (beside) check_run(RunStep(), *beside);
  if (step.hasty || !stage_.violations.empty()) return;
  const int64_t points = stage_.points.count();
  settle();
  if (points == stage_.points.count() || !stage_.violations.empty()) return;
  check_attempts();
  check_lease(ended);
  quiet_ = check_cells(ended);
}

bool World::at_rest() const {
  const auto rests = [](const auto& process) { return !process || process->at_rest(); };
  return stage_.network.at_rest(stage_.executor.now()) &&
         std::all_of(processes_.begin(), processes_.end(), rests) &&
         std::all_of(left_.begin(), left_.end(), rests);
}

void World::settle() {
  const auto before = stage_.ledger->sequence();
  const auto view = stage_.memory.view;
  if (!pass([&] { return at_rest(); }, stage_.executor.now() + kLongestRest)) {
    stage_.violation("the processes do not come to rest");
  }
  const auto after = stage_.ledger->sequence();
  if (!before.ok() || !after.ok() || *before != *after) {
    stage_.violation("the journal was written when the run was over");
  }
  check_placed(view);
}

Order World::order_of(const RunStep& step) const {
  Order order;
  order.run = "r" + std::to_string(next_run_);
  if (step.first >= 0) order.from = date_of(step.first).str();
  if (step.last >= 0) order.to = date_of(step.last).str();
  order.exact = step.exact;
  order.force = step.force;
  order.today = date_of(stage_.graph.days).str();
  order.modules = modules_hash(stage_.graph.project(), stage_.graph.manifest(), "simulated");
  order.shared = step.shared;
  order.parallel = step.parallel;
  return order;
}

Ended World::run(const RunStep& step) {
  ++next_run_;
  stage_.moved = stage_.halted = false;
  stage_.haunted = !at_rest();
  stage_.computed = 0;
  fired_ = stage_.points.fired();
  stopped_ |= step.cancel_after_ms >= 0 || step.pause_after_ms >= 0;
  const Order order = order_of(step);
  if (order.force) forced_.insert(order.run);
  stage_.points.note(stage_.executor.now(), "run " + order.run);
  if (step.shared) {
    const std::string queue = queue_of("simulated", order.modules);
    return follow(step, order, engine_, queue, nullptr);
  }
  const auto process = make_process(schedule_.processes, nullptr);
  Ended ended = follow(step, order, process->engine(), process->queue(), process.get());
  ended.died = process->dead();
  return ended;
}

void World::end(temporal::Result<temporal::Outcome<Tally>> result, Ended* ended) {
  ended->stuck = false;
  if (!result) {
    ended->error = internal_error(result.status().text());
  } else if (!result->ok()) {
    ended->error = error_of(result->failure());
  } else {
    ended->tally = result->value();
  }
}

// `process`: the only one that works on it, which may die with it.
Ended World::follow(const RunStep& step, const Order& order, temporal::service::Service& engine,
                    const std::string& queue, const Process* process) {
  Ended ended;
  ended.order = order;
  const TimePoint start = stage_.executor.now(), last = start + kLongestRun;
  const auto over = [&] { return process && process->dead(); };
  const auto options =
      temporal::client::ClientOptions().identity("person").seed(stage_.random.next() | 1);
  // Where the engine is the process's own, what is on its way to it ends with it.
  Gate gate(stage_.executor);
  Network own;
  FlakyService reached(engine, process ? static_cast<temporal::Executor&>(gate) : stage_.executor,
                       gate, process ? &own : &stage_.network,
                       [this](Place place, const std::string& what) {
                         return stage_.points.next(stage_.executor.now(), 0, place, what);
                       });
  const temporal::client::Client client(
      reached, stage_.executor,
      temporal::client::ClientOptions(options).wait([&](const std::function<bool()>& done) {
        if (!pass([&] { return done() || over(); }, last) || !done()) throw GivenUp();
      }));
  const auto pass_until = [&](int64_t ms) {
    const TimePoint then = start + std::chrono::milliseconds(ms);
    pass([&] { return over() || stage_.executor.now() >= then; }, then);
  };
  try {
    auto run = client.start(&Run::run, temporal::client::StartOptions(order.run, queue), order);
    if (!run) {
      ended.error = internal_error(run.status().text());
      return ended;
    }
    std::optional<temporal::client::WorkflowHandle> beside;
    if (step.shared && step.beside_after_ms >= 0) {
      pass_until(step.beside_after_ms);
      ++next_run_;
      stage_.haunted = true;
      beside_.emplace().order = order_of(RunStep());
      const std::string& id = beside_->order.run;
      auto started =
          client.start(&Run::run, temporal::client::StartOptions(id, queue), beside_->order);
      if (started) beside = *started;
      beside_->stuck = true;
    }
    if (step.pause_after_ms >= 0) {
      pass_until(step.pause_after_ms);
      (void)run->signal(&Run::pause);
      pass_until(step.pause_after_ms + step.pause_ms);
      (void)run->signal(&Run::resume);
    }
    if (step.cancel_after_ms >= 0) {
      pass_until(step.cancel_after_ms);
      (void)run->cancel();
    }
    end(run->result<Tally>(), &ended);
    if (beside) end(beside->result<Tally>(), &*beside_);
  } catch (const GivenUp&) {
    ended.stuck = !over();
  }
  return ended;
}

bool World::pass(const std::function<bool()>& done, TimePoint until) {
  for (;;) {
    tend();
    if (done()) return true;
    if (stage_.executor.step()) continue;
    TimePoint most = until;
    for (const TimePoint start : starts_) most = std::min(most, start);
    if (stage_.executor.jump(most)) continue;
    if (most == until) {
      stage_.executor.advance(until - stage_.executor.now());
      return done();
    }
    stage_.executor.advance(most - stage_.executor.now());
  }
}

void World::tend() {
  std::erase_if(left_, [](const auto& process) {
    if (process->dead()) process->bury();
    return process->dead();
  });
  for (size_t place = 0; place < processes_.size(); ++place) {
    auto& process = processes_[place];
    if (process && process->dead()) {
      process->bury();
      process.reset();
      starts_[place] =
          stage_.executor.now() + std::chrono::milliseconds(stage_.random.between(100, 60'000));
    }
    if (!process && stage_.executor.now() >= starts_[place]) {
      process = make_process(place, &engine_);
      starts_[place] = TimePoint::max();
    }
  }
}

void World::start_processes() {
  starts_.assign(static_cast<size_t>(schedule_.processes), TimePoint::max());
  for (int place = 0; place < schedule_.processes; ++place) {
    processes_.push_back(make_process(static_cast<size_t>(place), &engine_));
  }
}

// Some are killed, others are asked to end. Who stands still stays behind, and may wake much later.
void World::replace_processes() {
  const bool asked = stage_.random.one_in(2);
  for (auto& process : processes_) {
    if (process && asked) process->drain();
    if (process && (asked || process->halted())) left_.push_back(std::move(process));
  }
  processes_.clear();
  start_processes();
}

std::unique_ptr<Process> World::make_process(size_t place, temporal::service::Service* engine) {
  Process::Options options;
  options.number = ++next_number_;
  // Another process may come under the old name.
  const size_t name = stage_.random.one_in(2) ? place : 100 + static_cast<size_t>(next_number_);
  options.identity = "worker-" + std::to_string(name);
  options.cached_runs = schedule_.cached_runs;
  return std::make_unique<Process>(stage_, engine, options);
}

}  // namespace almanac::simulator
