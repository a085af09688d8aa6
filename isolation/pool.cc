#include "isolation/pool.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "runner/outcome.h"

namespace almanac {

namespace {

constexpr uint64_t kIdleBytes = 256'000'000;  // of a child that waits: no room is kept for it

std::vector<CellOutcome> all_failed(const CellTask& task, const Failure& failure) {
  std::vector<CellOutcome> outcomes;
  for (const Date date : task.dates) outcomes.push_back(failed_outcome(date, failure));
  return outcomes;
}

}  // namespace

Pool::Pool(Options options, ColumnCache* columns)
    : options_(std::move(options)), columns_(columns), nurse_([this] { nurse(); }) {}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wanted_.notify_all();
  nurse_.join();
}

// Keeps one child ready.
void Pool::nurse() {
  Cgroup::sweep(Child::kGroup);
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [this] { return stopping_ || (used_ && !spare_ && !trouble_); });
    if (stopping_) break;
    lock.unlock();
    Child::Options options = options_.child;
    options.staging = options_.stage("child");
    auto child = Child::start(options);
    lock.lock();
    if (child.ok()) {
      spare_ = std::move(*child);
    } else {
      trouble_ = child.error();
    }
    born_.notify_all();
  }
  lock.unlock();
  idle_.clear();  // by the thread that started them
  spare_.reset();
}

Result<std::unique_ptr<Child>> Pool::take(const std::string& module) {
  std::unique_lock lock(mutex_);
  const auto same = std::find_if(idle_.begin(), idle_.end(),
                                 [&](const auto& child) { return child->module() == module; });
  if (same != idle_.end()) {
    auto child = std::move(*same);
    idle_.erase(same);
    if (child->alive()) return child;
  }
  trouble_.reset();
  used_ = true;
  wanted_.notify_one();
  born_.wait(lock, [this] { return spare_ || trouble_; });
  if (!spare_) return *trouble_;
  auto child = std::move(spare_);
  wanted_.notify_one();
  return child;
}

void Pool::give_back(std::unique_ptr<Child> child) {
  if (!child->alive() || child->tasks() >= options_.tasks ||
      child->reading().resident_bytes > std::min(kIdleBytes, options_.child.memory_bytes / 2)) {
    return;
  }
  std::unique_ptr<Child> last;  // ended without the lock
  const std::lock_guard lock(mutex_);
  idle_.push_front(std::move(child));
  if (idle_.size() <= options_.idle) return;
  last = std::move(idle_.back());
  idle_.pop_back();
}

// Files of a child that it can no longer reach.
void Pool::take_over(CellOutcome* outcome) {
  for (StagedFile& file : outcome->files) {
    const std::string path = options_.stage(file.path.substr(file.path.rfind('/') + 1));
    if (std::rename(file.path.c_str(), path.c_str()) != 0) {
      const std::string error = path + ": cannot be moved to: " + std::strerror(errno);
      discard(outcome);
      *outcome = failed_outcome(outcome->date, {"STORE", error, "store", false, true});
      return;
    }
    file.path = path;
  }
}

std::vector<CellOutcome> Pool::compute(const CellTask& task, const OnReading& on_reading) {
  const auto columns = TaskColumns::decode(task, columns_);
  if (!columns.ok()) {
    return all_failed(task, {"INPUT", columns.error().message, "input", false, true});
  }
  const std::string module = options_.child.modules + "/" + task.calculation->module;
  for (;;) {
    auto child = take(module);
    if (!child.ok()) {
      return all_failed(task, {"ENGINE", child.error().message, "setup", false, true});
    }
    const bool used = (*child)->tasks() > 0;
    auto outcomes = (*child)->compute(task, *columns, module, on_reading);
    if (used && !(*child)->has_task()) continue;  // it has ended while it waited
    for (CellOutcome& outcome : outcomes) take_over(&outcome);
    // Another attempt is to find nothing of what this one has left.
    const bool failed = std::any_of(outcomes.begin(), outcomes.end(),
                                    [](const auto& outcome) { return !outcome.code.empty(); });
    if (!failed) give_back(std::move(*child));
    return outcomes;
  }
}

}  // namespace almanac
