#include "workflows/backfill.h"

#include <algorithm>
#include <limits>

namespace almanac {

namespace {

constexpr size_t kChunksAtATime = 4;

// Leaves so many passes in the chunks; returns those after them.
std::vector<Chunk> split(std::vector<Chunk>* chunks, uint64_t most) {
  std::vector<Chunk> rest;
  size_t kept = 0;
  for (Chunk& chunk : *chunks) {
    const size_t now = std::min<size_t>(most, chunk.passes.size());
    most -= now;
    kept += now > 0;
    if (now == chunk.passes.size()) continue;
    const auto cut = chunk.passes.begin() + static_cast<std::ptrdiff_t>(now);
    rest.push_back({chunk.first, chunk.end, {cut, chunk.passes.end()}});
    chunk.passes.erase(cut, chunk.passes.end());
  }
  chunks->resize(kept);
  return rest;
}

}  // namespace

wf::Task<Done> Backfill::run(Sweep sweep, std::vector<Chunk> chunks, Control control, Done before) {
  sweep_ = sweep;
  chunks_ = chunks;
  done_ = before;
  steer(control);
  const std::vector<Chunk> rest = split(&chunks_, sweep_.order.sizes.children);
  through_.assign(chunks_.size(), 0);
  // Interrupted cells are tried while nothing else is under way.
  const size_t window = sweep_.level > 0 ? 1 : kChunksAtATime;
  std::vector<wf::Task<>> tasks;
  for (size_t index = 0; index < chunks_.size(); ++index) {
    if (index >= window) {
      auto& oldest = tasks[index - window];
      co_await oldest;
    }
    if (failure_) break;
    tasks.push_back(chunk(index));
  }
  for (size_t i = tasks.size() >= window ? tasks.size() - window : 0; i < tasks.size(); ++i) {
    auto& open = tasks[i];
    co_await open;
  }
  if (failure_) throw wf::FailureError(*failure_);
  if (!rest.empty()) wf::continue_as_new(&Backfill::run, sweep_, rest, control_, done_);
  co_return done_;
}

wf::Task<> Backfill::chunk(size_t index) {
  const std::vector<uint32_t> passes = chunks_[index].passes;
  for (const uint32_t number : passes) {
    through_[index] = number;  // nothing is to do in those before it
    auto turn = wf::until([this, index, number] { return failure_ || may_begin(index, number); },
                          wf::Scope::detached());
    co_await turn;
    if (failure_) break;
    auto done = pass(index, number);
    co_await done;
    if (failure_) break;
  }
  through_[index] = std::numeric_limits<uint32_t>::max();
}

bool Backfill::may_begin(size_t index, uint32_t pass) const {
  const auto end = through_.begin() + static_cast<std::ptrdiff_t>(index);
  return std::all_of(through_.begin(), end, [pass](uint32_t through) { return through > pass; });
}

wf::Task<> Backfill::pass(size_t index, uint32_t number) {
  const std::string id = wf::info().workflow_id + "/" + std::to_string(chunks_[index].first) + "/" +
                         std::to_string(number);
  const int told = control_.serial;
  auto child = wf::child(&Pass::run)
                   .start(PassOrder{sweep_, chunks_[index], number}, control_, Done{},
                          wf::ChildOptions().id(id));
  auto starting = child.started();
  wf::Outcome<> started = co_await starting;
  if (started.ok()) {
    open_.insert_or_assign(index, child);
    if (control_.serial != told) (void)child.signal(&Pass::steer, control_);
  }
  wf::Outcome<Done> outcome = co_await child;
  open_.erase(index);
  if (outcome.ok()) {
    add(outcome.value(), &done_);
  } else if (!failure_) {
    failure_ =
        outcome.failure().is_canceled() ? temporal::Failure::canceled() : outcome.failure().root();
  }
}

BackfillProgress Backfill::progress() const {
  BackfillProgress progress{done_, {}};
  for (const auto& [chunk, child] : open_) progress.passes.push_back(child.workflow_id());
  return progress;
}

void Backfill::steer(Control control) {
  if (control.serial < control_.serial) return;  // overtaken by a later one
  control_ = control;
  for (const auto& [chunk, child] : open_) (void)child.signal(&Pass::steer, control);
}

}  // namespace almanac
