#include "activities/run_state.h"

#include <algorithm>

#include "activities/allowed_cells.h"
#include "core/quality/memory_need.h"

namespace almanac {

namespace {

constexpr int kMostLosses = 3;  // of a cell in one run
constexpr uint64_t kMegabyte = 1'000'000;
constexpr uint64_t kUnknownPart =
    4;  // of its child's memory a cell needs of which nothing is known

Result<std::optional<Date>> date_of(const std::string& text) {
  if (text.empty()) return std::optional<Date>();
  const auto date = Date::parse(text);
  if (!date) return usage_error("the order of a run has the date \"" + text + "\"");
  return date;
}

Result<Request> request_of(const Order& order) {
  Request request;
  TRY(request.from, date_of(order.from));
  TRY(request.to, date_of(order.to));
  request.lines = order.lines;
  request.select = order.select;
  request.exact = order.exact;
  request.force = order.force;
  return request;
}

}  // namespace

Result<std::unique_ptr<Planning>> plan_order(Workspace& workspace, const Order& order) {
  TRY(const Request request, request_of(order));
  TRY(const auto today, date_of(order.today));
  if (!today) return internal_error("the order of run " + order.run + " has no date of today");
  return start_planning(workspace, request, *today);
}

Result<std::unique_ptr<RunState>> RunState::open(Workspace* workspace, const Sweep& sweep) {
  auto state = std::unique_ptr<RunState>(new RunState(workspace, sweep));
  // First: what is committed while the plan is read is read once more.
  TRY(state->sequence_, workspace->ledger->sequence());
  workspace->root_data = state->root_data_ = workspace->open_root_data();
  TRY(state->planning_, plan_order(*workspace, sweep.order));
  const std::string index = digest_of(state->planning_->availability).hex();
  if (sweep.index.empty()) {
    state->sweep_.index = index;
  } else if (sweep.index != index) {
    state->valid_ = false;
  }
  TRY(const auto breakers, workspace->ledger->breakers());
  state->may_probe_.assign(workspace->manifest.calculations.size(), 1);
  state->read_breakers(breakers);
  TRY_VOID(state->read_interruptions());
  TRY_VOID(state->read_allowed());
  TRY_VOID(state->read_profiles());
  if (sweep.order.force) {
    TRY_VOID(state->note_forced(0));
    state->planner().force([it = state.get()](size_t c, size_t day) {
      return it->wanted().role(c, day) == Role::Wanted && it->allowed(c, day) &&
             !it->forced_done_.contains({c, day});
    });
  }
  state->results_ = std::make_shared<Results>(workspace->store.get());
  state->committer_ = std::make_unique<Committer>(workspace, state->results_, &state->planner(),
                                                  Ledger::Lease{sweep.token, sweep.order.run});
  return state;
}

size_t RunState::end() const {
  return std::min(wanted().to() + 1, planning_->planner->days());
}

Result<void> RunState::read_interruptions() {
  TRY(const auto interrupted, workspace_->ledger->interrupted(sweep_.order.run));
  interruptions_.clear();
  for (const auto& [name, times, of_run] : interrupted) {
    const auto cell = planner().cell_at(name.calculation, name.date);
    if (cell) interruptions_[*cell] = of_run >= kMostLosses ? kNever : times;
  }
  return {};
}

Result<void> RunState::lose_attempts(const PassOrder& order) {
  TRY(auto running, workspace_->ledger->running());
  std::erase_if(running, [&](const Attempt& attempt) {
    const auto cell = planner().cell_at(attempt.calculation, attempt.date);
    return !cell || attempt.round >= order.round ||
           planner().manifest().pass[cell->first] != order.pass ||
           cell->second < order.chunk.first || cell->second >= order.chunk.end;
  });
  if (!running.empty()) {
    TRY_VOID(workspace_->ledger->lose({sweep_.token, sweep_.order.run}, sweep_.number, running));
  }
  return read_interruptions();
}

Result<void> RunState::read_heavy() {
  TRY(const auto heavy, workspace_->ledger->heavy_cells());
  for (const auto& name : heavy) {
    const auto cell = planner().cell_at(name.calculation, name.date);
    if (cell) high_mem_.insert(*cell);
  }
  return {};
}

Result<void> RunState::read_profiles() {
  TRY(const auto usages, workspace_->ledger->usages());
  profiles_.assign(planner().manifest().calculations.size(), Profile());
  for (const auto& [id, of_cells] : usages) {
    const auto found = planner().manifest().index.find(id);
    if (found != planner().manifest().index.end()) profiles_[found->second] = Profile(of_cells);
  }
  return {};
}

bool RunState::high_mem(size_t c, size_t day) const {
  return high_mem_.contains({c, day}) || need(c, day).bytes > heavy_bytes(memory_bytes(false));
}

Need RunState::need(size_t c, size_t day) const {
  const Profile& profile = profiles_[c];
  return profile.empty() ? Need() : profile.need(planning_->planner->rows_read(c, day));
}

uint64_t RunState::most_bytes(size_t c, const Slice& slice) const {
  const uint64_t all = memory_bytes(slice.high_mem);
  // Those that go where there is more needed, or lacked, at least what the others have.
  uint64_t most = slice.high_mem ? memory_bytes(false) : 0;
  for (size_t day = slice.first; day < slice.end; ++day) most = std::max(most, need(c, day).bytes);
  return std::min(all, most > 0 ? most : all / kUnknownPart);
}

uint64_t RunState::memory_bytes(bool high_mem) const {
  const Project::Runner& runner = workspace_->project.runner;
  return (high_mem ? runner.high_mem_mb : runner.memory_mb) * kMegabyte;
}

Result<void> RunState::read_allowed() {
  if (sweep_.order.allowed.empty()) return {};
  TRY(allowed_, read_allowed_cells(*workspace_->store, sweep_.order.allowed));
  return {};
}

// A breaker that this run has opened, or probed in vain, stays open until another run.
void RunState::read_breakers(const std::vector<BreakerRecord>& breakers) {
  for (const BreakerRecord& breaker : breakers) {
    const auto found = planner().manifest().index.find(breaker.calculation);
    if (found == planner().manifest().index.end()) continue;
    planner().set_breaker(found->second, breaker.open);
    if (breaker.opened_by_run == sweep_.order.run) may_probe_[found->second] = 0;
  }
}

// What the run has computed, or failed to for good, need not be forced again, unless it was put
// back since.
Result<void> RunState::note_forced(int64_t after) {
  TRY(const auto deeds, workspace_->ledger->deeds_of(sweep_.order.run, after));
  for (const Deed& deed : deeds) {
    const auto cell = planner().cell_at(deed.calculation, deed.date);
    if (!cell) continue;
    if (deed.act == Act::Attempted) forced_done_.insert(*cell);
    if (deed.act == Act::Requeued) forced_done_.erase(*cell);
  }
  return {};
}

Result<void> RunState::refresh() {
  const int64_t before = sequence_;
  TRY(auto touched, workspace_->ledger->touched_after(before));
  sequence_ = touched.sequence;
  for (const auto& name : touched.names) {
    const auto cell = planner().cell_at(name.calculation, name.date);
    if (!cell) continue;
    planner().clear_letters(cell->first, cell->second);
  }
  if (sweep_.order.force && !touched.names.empty()) TRY_VOID(note_forced(before));
  for (const DeadLetter& letter : touched.letters) planner().set_letter(letter);
  for (CellRecord& record : touched.cells) {
    const auto cell = planner().cell_at(record.calculation, record.date);
    if (cell) planner().set_record(cell->first, cell->second, std::move(record));
  }
  read_breakers(touched.breakers);
  return {};
}

Result<void> RunState::settle_before(const PassOrder& order) {
  TRY_VOID(refresh());
  const size_t days = sweep_.order.sizes.chunk_days;
  const size_t last = order.chunk.first / days;
  for (size_t chunk = 0; chunk <= last; ++chunk) {
    const uint32_t past = chunk < last ? order.pass + 1 : order.pass;
    for (uint32_t pass = 0; pass < past; ++pass) {
      if (!settled_.insert({chunk, pass}).second) continue;
      settle(chunk * days, std::min((chunk + 1) * days, end()), pass);
    }
  }
  return {};
}

void RunState::settle(size_t first, size_t end, uint32_t pass) {
  for (size_t c = 0; c < planner().manifest().calculations.size(); ++c) {
    if (planner().manifest().pass[c] != pass) continue;
    for (size_t day = first; day < end; ++day) {
      settle_without_run(planner(), c, day, planner().evaluate(c, day));
    }
  }
}

bool RunState::allowed(size_t c, size_t day) const {
  if (sweep_.order.allowed.empty()) return true;
  const Planner& planner = *planning_->planner;
  return allowed_.contains({planner.manifest().calculations[c].id, planner.date(day)});
}

int RunState::interruptions(size_t c, size_t day) const {
  const auto found = interruptions_.find({c, day});
  return found == interruptions_.end() ? 0 : found->second;
}

}  // namespace almanac
