#include "activities/open_attempts.h"

#include <algorithm>
#include <utility>

#include "activities/statistics_json.h"

namespace almanac {

OpenAttempts::OpenAttempts(SliceRunner& runner, const SliceOrder& order, size_t calculation)
    : runner_(runner), state_(*runner.state), order_(order), c_(calculation) {}

OpenAttempts::~OpenAttempts() {
  for (const auto& [day, attempt] : open_) runner_.under_way->erase({c_, day});
}

Ledger::Lease OpenAttempts::lease() const {
  return {state_.sweep().token, state_.sweep().order.run};
}

Attempt OpenAttempts::attempt_of(const Cell& cell) const {
  const Planner& planner = state_.planner();
  Attempt attempt;
  attempt.run = state_.sweep().order.run;
  attempt.calculation = planner.manifest().calculations[c_].id;
  attempt.date = planner.date(cell.day);
  attempt.pass = static_cast<int>(order_.pass.pass);
  attempt.round = order_.pass.round;
  attempt.key = cell.plan.key;
  attempt.state = name_of(cell.plan.verdict.state);
  attempt.reason = name_of(cell.plan.verdict.reason);
  attempt.started_ms = runner_.now_ms();
  attempt.worker = runner_.worker;
  attempt.slice = runner_.activity;
  attempt.high_mem = order_.slice.high_mem;
  attempt.input_rows = planner.rows_read(c_, cell.day);
  return attempt;
}

Result<std::vector<size_t>> OpenAttempts::begin(std::vector<Cell>* cells) {
  std::vector<Attempt> attempts;
  for (const Cell& cell : *cells) attempts.push_back(attempt_of(cell));
  TRY_VOID(runner_.workspace->ledger->begin_attempts(lease(), attempts, state_.sequence()));
  const auto first = std::find_if(attempts.begin(), attempts.end(),
                                  [](const Attempt& attempt) { return attempt.id == 0; });
  const auto begun = static_cast<size_t>(first - attempts.begin());
  std::vector<size_t> stale;
  for (size_t i = 0; i < cells->size(); ++i) {
    const size_t day = (*cells)[i].day;
    if (attempts[i].id != 0) {
      open_[day] = std::move(attempts[i]);
      runner_.under_way->insert({c_, day});
    }
    if (i < begun) continue;
    give_up(day, "another process has committed the cell before it");
    stale.push_back(day);
  }
  cells->resize(begun);
  return stale;
}

Attempt OpenAttempts::close(size_t day) {
  runner_.under_way->erase({c_, day});
  return std::move(open_.extract(day).mapped());
}

Attempt OpenAttempts::close(const Cell& cell, const CellOutcome& outcome, int64_t ms) {
  Attempt attempt = close(cell.day);
  attempt.duration_ms = ms;
  attempt.error = outcome.error;
  attempt.stage = outcome.stage;
  attempt.statistics = statistics_json(outcome.statistics, cell.plan.changed);
  attempt.entities = outcome.statistics.entities;
  attempt.peak_bytes = outcome.statistics.peak_memory_bytes;
  return attempt;
}

void OpenAttempts::give_up(size_t day, const std::string& why) {
  if (open_.contains(day)) state_.committer().lost(close(day), why);
}

void OpenAttempts::give_up_all(const std::string& why) {
  while (!open_.empty()) give_up(open_.begin()->first, why);
}

void OpenAttempts::read(const std::vector<Cell>& cells, Reading reading) {
  const Planner& planner = state_.planner();
  runner_.note(Computing{planner.manifest().calculations[c_].id, planner.date(cells[0].day).str(),
                         cells.size(), reading.resident_bytes, reading.heap_bytes, reading.entities,
                         reading.cpu_ms});
  reading.at_ms = runner_.now_ms();
  const std::unique_lock lock(*runner_.mutex, std::try_to_lock);
  if (!lock.owns_lock()) return;  // the next one will do: the child's answer does not wait
  for (const Cell& cell : cells) {
    const auto open = open_.find(cell.day);
    if (open == open_.end()) continue;
    const auto recorded =
        runner_.workspace->ledger->record_reading(lease(), open->second.id, reading);
    if (!recorded.ok()) return;
  }
}

}  // namespace almanac
