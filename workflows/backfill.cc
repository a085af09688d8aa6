#include "workflows/backfill.h"

#include <limits>

namespace almanac {

namespace {

constexpr size_t kChunksAtATime = 4;

}  // namespace

wf::Task<Done> Backfill::run(Sweep sweep, std::vector<Chunk> chunks, Control control, Done before) {
  sweep_ = sweep;
  chunks_ = chunks;
  done_ = before;
  steer(control);
  through_.assign(chunks_.size(), 0);
  // Interrupted cells are tried while nothing else is under way.
  const size_t window = sweep_.level > 0 ? 1 : kChunksAtATime;
  std::vector<wf::Task<>> tasks;
  size_t begun = 0;
  for (; begun < chunks_.size() && children_ < kMostChildren; ++begun) {
    if (begun >= window) {
      auto& oldest = tasks[begun - window];
      co_await oldest;
    }
    if (failure_) break;
    tasks.push_back(chunk(begun));
  }
  for (size_t i = begun >= window ? begun - window : 0; i < begun; ++i) {
    auto& open = tasks[i];
    co_await open;
  }
  if (failure_) throw wf::FailureError(*failure_);
  if (begun < chunks_.size()) {
    chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(begun));
    wf::continue_as_new(&Backfill::run, sweep_, chunks_, control_, done_);
  }
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
  return index == 0 || through_[index - 1] > pass;
}

wf::Task<> Backfill::pass(size_t index, uint32_t number) {
  ++children_;
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
    tell_parent();
  } else if (!failure_) {
    failure_ =
        outcome.failure().is_canceled() ? temporal::Failure::canceled() : outcome.failure().root();
  }
}

// For the progress of the run; that it does not arrive hurts nobody.
void Backfill::tell_parent() const {
  const auto& parent = wf::info().parent;
  if (parent) (void)wf::ExternalWorkflow(parent->workflow_id).signal(kNote, done_);
}

void Backfill::steer(Control control) {
  if (control.serial < control_.serial) return;  // overtaken by a later one
  control_ = control;
  for (const auto& [chunk, child] : open_) (void)child.signal(&Pass::steer, control);
}

}  // namespace almanac
