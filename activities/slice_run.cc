#include "activities/slice_run.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "activities/cell_decision.h"
#include "activities/compute_again.h"
#include "activities/open_attempts.h"
#include "core/quality/calculation_breaker.h"
#include "core/quality/child_end.h"
#include "core/quality/memory_need.h"
#include "core/quality/repetition.h"

namespace almanac {

namespace {

constexpr int kAttempts = 3;
constexpr size_t kSeriesDays = 128;
constexpr size_t kAhead = 8;  // cells that are begun together, once one of them has succeeded
constexpr size_t kFlushCells = 128;
constexpr int64_t kWaitMs = 1000;      // between looks at a cell that is under way
constexpr int64_t kFlushMs = 1000;     // at most so much finished work is lost with the process
constexpr int64_t kRoomMs = 10;        // between looks whether there is room
constexpr int64_t kNoticeMs = 10'000;  // then somebody wants to know what is waited for
constexpr int64_t kLongestMs = 60 * 60 * 1000;  // then a slice leaves the rest to the next plan

bool hit_together(const CellOutcome& outcome) {
  return outcome.code == "INPUT" || is_end(outcome.code);
}

class SliceRun {
 public:
  SliceRun(SliceRunner& runner, const SliceOrder& order, std::unique_lock<std::mutex>& lock)
      : runner_(runner),
        state_(*runner.state),
        planner_(state_.planner()),
        order_(order),
        lock_(lock),
        c_(planner_.manifest().index.at(order.slice.calculation)),
        series_(calculation().kind == Calculation::Kind::Series && !order.slice.alone),
        historical_(calculation().historical()),
        begun_ms_(runner.steady_ms()),
        flushed_ms_(begun_ms_),
        open_(runner, order, c_) {}

  Result<Done> go() {
    auto done = run();
    if (done.ok()) return done;
    // What had begun ends with the slice, and says why.
    open_.give_up_all(done.error().message);
    (void)flush();
    return done;
  }

 private:
  Result<Done> run() {
    TRY_VOID(state_.settle_before(order_.pass));
    if (historical_) settle_earlier_days();
    next_ = order_.slice.first;
    Room::Stay stay(runner_.room, state_.most_bytes(c_, order_.slice));
    wait_for_room(&stay);  // nothing is decided before there is some
    begun_ms_ = flushed_ms_ = runner_.steady_ms();
    while (next_ < order_.slice.end && !stopped_) {
      if (runner_.stopping()) {
        end_soon();
        break;
      }
      if (took_long()) {
        ++done_.left;
        break;
      }
      if (!state_.valid()) {  // another slice has found it to be wrong
        ++done_.left;
        break;
      }
      TRY_VOID(state_.refresh());
      TRY(std::vector<Cell> cells, decide());
      if (cells.empty()) continue;
      TRY_VOID(begin(&cells));
      TRY_VOID(compute(std::move(cells)));
      if (order_.slice.alone || state_.committer().size() >= kFlushCells) {
        TRY_VOID(flush());
      }
    }
    TRY_VOID(flush());
    return std::move(done_);
  }

  // Or until the slice is to end.
  void wait_for_room(Room::Stay* stay) {
    if (stay->enter()) return;
    lock_.unlock();
    const int64_t notice_ms = runner_.steady_ms() + kNoticeMs;
    for (bool said = false; !runner_.stopping() && !stay->enter(); runner_.sleep(kRoomMs)) {
      if (said || !runner_.notice || runner_.steady_ms() < notice_ms) continue;
      const std::string waits_for = stay->waits_for();
      if (waits_for.empty()) continue;
      said = true;
      runner_.notice(calculation().id + " waits: " + waits_for);
    }
    lock_.lock();
  }

  using What = CellDecision::What;
  const Calculation& calculation() const { return planner_.manifest().calculations[c_]; }

  // The days of the chunk before the slice are decided already; here they are only settled.
  void settle_earlier_days() {
    for (size_t day = order_.pass.chunk.first; day < order_.slice.first; ++day) {
      settle_without_run(planner_, c_, day, planner_.evaluate(c_, day));
    }
  }

  size_t most_cells() const {
    if (series_) return kSeriesDays;
    return proven_ && !historical_ && !order_.slice.alone ? kAhead : 1;
  }

  // The next cells that are to be computed; those of a series follow each other.
  Result<std::vector<Cell>> decide() {
    std::vector<Cell> cells;
    while (next_ < order_.slice.end && cells.size() < most_cells()) {
      if (series_ && !cells.empty() && cells.back().day + 1 != next_) break;
      if (runner_.under_way->contains({c_, next_})) {
        if (cells.empty()) wait();
        break;
      }
      const size_t day = next_++;
      TRY(CellDecision decision, take_in_hand(state_, c_, day, order_.slice.probe));
      done_.moved |= decision.what == What::Damaged;
      if (!decision.compute()) continue;
      if (decision.what == What::Alone && !order_.slice.alone) {
        ++done_.left;  // that it may end the process was not known when it was planned
        stopped_ = historical_;
        break;
      }
      cells.push_back({day, std::move(decision.plan)});
    }
    return cells;
  }

  // This process computes the cell already, for a slice that the engine has given up.
  void wait() {
    lock_.unlock();
    runner_.sleep(kWaitMs);
    lock_.lock();
  }

  // A cell that another process has committed meanwhile is decided again.
  Result<void> begin(std::vector<Cell>* cells) {
    TRY(const std::vector<size_t> stale, open_.begin(cells));
    for (const size_t day : stale) next_ = std::min(next_, day);
    return stale.empty() ? Result<void>() : flush();  // given up, before they begin again
  }

  bool took_long() const { return runner_.steady_ms() - begun_ms_ >= kLongestMs; }

  void end_soon() {
    ++done_.left;
    done_.ending = true;
  }

  // Cells that have begun and are not computed now.
  void leave(const std::vector<Cell>& cells, const char* why) {
    for (const Cell& cell : cells) open_.give_up(cell.day, why);
  }

  Result<void> compute(std::vector<Cell> cells) {
    while (!cells.empty()) {
      std::vector<std::vector<Cell>> tasks;  // one per call: all of a series, else one each
      for (Cell& cell : cells) {
        if (tasks.empty() || !series_) tasks.emplace_back();
        tasks.back().push_back(std::move(cell));
      }
      cells.clear();
      for (std::vector<Cell>& task : tasks) {
        if (tripped_) {  // those that were begun together with what opened it are decided again
          next_ = std::min(next_, task.front().day);
          leave(task, "the breaker of its calculation has opened");
          continue;
        }
        if (done_.lost) {  // another process is at the cells of this slice
          leave(task, "another process has taken over");
          continue;
        }
        if (runner_.stopping()) {
          leave(task, "the run was asked to stop");
          end_soon();
          continue;
        }
        if (took_long()) {
          leave(task, "its slice has taken an hour");
          ++done_.left;
          continue;
        }
        TRY(std::vector<Cell> again, call(std::move(task)));
        if (runner_.steady_ms() - flushed_ms_ >= kFlushMs) TRY_VOID(flush());
        if (again.empty()) continue;
        TRY_VOID(begin(&again));
        std::move(again.begin(), again.end(), std::back_inserter(cells));
      }
      series_ &= cells.empty();  // what failed is tried day by day
    }
    return {};
  }

  // One call of the calculation. Returns the cells that are tried again.
  Result<std::vector<Cell>> call(std::vector<Cell> cells) {
    std::vector<size_t> days;
    for (const Cell& cell : cells) days.push_back(cell.day);
    const CellTask task = runner_.compute->task(planner_, state_.root_data(), state_.results(), c_,
                                                days, order_.slice.high_mem);
    const bool known = planner_.nondeterministic(c_), first = planner_.repeats(c_).cells == 0;
    const int64_t started = runner_.steady_ms();
    lock_.unlock();
    std::vector<CellOutcome> outcomes =
        runner_.execute(task, [&](const Reading& reading) { open_.read(cells, reading); });
    runner_.note(std::nullopt);
    check_moved(*state_.root_data(), task, &outcomes);
    const int64_t all_ms = runner_.steady_ms() - started;
    std::optional<Repeats> repeat;
    if (!known && is_repeated(cells.front().plan.key, first && all_ms <= kCheapMs)) {
      repeat = compute_again(runner_.again, *state_.root_data(), task, outcomes);
    }
    lock_.lock();
    if (repeat) note_repeat(*std::move(repeat));
    const int64_t ms = all_ms / static_cast<int64_t>(cells.size());
    if (cells.size() > 1 && std::all_of(outcomes.begin(), outcomes.end(), hit_together)) {
      return tried_apart(std::move(cells), outcomes, ms);
    }
    std::vector<Cell> again;
    for (size_t i = 0; i < cells.size(); ++i) {
      auto retry = handle(cells[i], outcomes[i], ms);
      if (!retry.ok()) {
        for (; i < cells.size(); ++i) discard(&outcomes[i]);
        return retry.error();
      }
      if (*retry) again.push_back(std::move(cells[i]));
    }
    return again;
  }

  // What ended the task of several dates says of none of them that it did: it costs no attempt.
  Result<std::vector<Cell>> tried_apart(std::vector<Cell> cells,
                                        const std::vector<CellOutcome>& outcomes, int64_t ms) {
    for (size_t i = 0; i < cells.size(); ++i) {
      state_.committer().lost(
          open_.close(cells[i], outcomes[i], ms),
          outcomes[i].code + " while " + std::to_string(cells.size()) +
              " dates were computed together; each is tried alone: " + outcomes[i].error);
    }
    TRY_VOID(flush());
    return cells;
  }

  // Of a calculation that was never repeated, a cell that is cheap; of all, a share.
  bool is_repeated(const Hash& key, bool cheap_first) const {
    const uint64_t percent = runner_.workspace->project.runner.repeat_percent;
    return runner_.again && percent > 0 && (cheap_first || almanac::is_repeated(key, percent));
  }

  // Evidence; that it is not recorded hurts no cell.
  void note_repeat(Repeats repeat) {
    repeat.calculation = calculation().id;
    repeat.code = planner_.code(c_);
    planner_.add_repeat(c_, repeat);
    (void)runner_.workspace->ledger->record_repeat(open_.lease(), repeat);
  }

  // Decides over one finished cell; true where it is to be tried again.
  Result<bool> handle(Cell& cell, const CellOutcome& outcome, int64_t ms) {
    Attempt attempt = open_.close(cell, outcome, ms);
    attempt.heavy =
        is_heavy(outcome.statistics.peak_memory_bytes, outcome.error, state_.memory_bytes(false));
    if (outcome.code == "STORE") {
      state_.committer().lost(std::move(attempt), outcome.error);
      TRY_VOID(flush());
      return temporary_error("a result cannot be stored: " + outcome.error +
                             "; what was committed is kept; free space and run again");
    }
    if (outcome.engine_fault) {
      state_.committer().lost(std::move(attempt), outcome.error);
      planner_.settle(c_, cell.day, Settled{Settled::Now::Blocked, 0, nullptr});
      done_.moved = true;
      stopped_ |= historical_;
      return false;
    }
    if (!outcome.code.empty()) return fail(cell, std::move(attempt), outcome);
    const CellRecord* record = planner_.record(c_, cell.day);
    const auto before = record == nullptr ? nullptr : record->result;
    const bool again = before && before->hash != outcome.result.hash &&
                       !state_.committer().is_borrowed(c_, cell.plan.key);
    const std::string incident =
        state_.committer().computed(c_, cell.day, cell.plan, std::move(attempt), outcome);
    if (!incident.empty() && again) {
      note_repeat({"", {}, 1, 1, planner_.date(cell.day), difference(*before, outcome.result)});
    }
    state_.note_done(c_, cell.day);
    proven_ = true;
    ++done_.computed;
    report(cell.day);
    // The days that waited for this one are planned when it is through.
    done_.left += order_.slice.probe || (order_.slice.alone && historical_);
    if (!order_.slice.probe) return false;
    TRY_VOID(flush());
    TRY_VOID(
        runner_.workspace->ledger->record_breaker(open_.lease(), {calculation().id, 0, false, ""}));
    return false;
  }

  Result<bool> fail(Cell& cell, Attempt attempt, const CellOutcome& outcome) {
    proven_ = false;
    TRY(const int before,
        runner_.workspace->ledger->attempts_used(attempt.calculation, attempt.date, attempt.key));
    const bool last = outcome.deterministic || before + 1 >= kAttempts;
    const bool elsewhere = attempt.heavy && !order_.slice.high_mem;
    state_.committer().failed(std::move(attempt), outcome, before + 1, last);
    TRY_VOID(flush());
    if (done_.lost) return false;  // another process has the cell in hand
    if (!last) {
      if (elsewhere) {
        ++done_.left;  // it is planned again, for a worker with more memory
        planner_.settle(c_, cell.day, Settled{Settled::Now::Blocked, 0, nullptr});
        stopped_ |= historical_;
      } else if (runner_.stopping()) {
        end_soon();
      } else {
        return true;
      }
      return false;
    }
    planner_.settle(c_, cell.day, Settled{Settled::Now::Failed, 0, nullptr});
    state_.note_done(c_, cell.day);
    ++done_.failed;
    if (done_.failures.size() < kShownFailures) {
      done_.failures.push_back(
          {calculation().id, planner_.date(cell.day).str(), outcome.code + ": " + outcome.error});
    }
    report(cell.day);
    TRY_VOID(note_failure(cell.day));
    return false;
  }

  // Counts the failures in a row, those of other processes and earlier runs included; an open
  // breaker keeps the rest of the days from being tried.
  Result<void> note_failure(size_t day) {
    TRY_VOID(state_.refresh());
    const size_t end = historical_ ? day + 1 : order_.pass.chunk.end;
    const int in_row = CalculationBreaker::in_row(
        day, state_.wanted().first_day(), end, [&](size_t other) -> std::optional<bool> {
          const State state = planner_.evaluate(c_, other).verdict.state;
          if (state == State::Failed) return true;
          if (is_up_to_date(state)) return false;
          return std::nullopt;
        });
    if (in_row < CalculationBreaker::kThreshold && !order_.slice.probe) return {};
    planner_.set_breaker(c_, true);
    tripped_ = true;
    return runner_.workspace->ledger->record_breaker(
        open_.lease(), {calculation().id, in_row, true, state_.sweep().order.run});
  }

  Result<void> flush() {
    flushed_ms_ = runner_.steady_ms();
    auto taken = state_.committer().flush();
    if (!taken.ok() || !*taken) state_.invalidate();
    if (!taken.ok()) return taken.error();
    if (!*taken) {
      ++done_.left;
      done_.lost = true;  // what was overtaken counts as interrupted: a later sweep tries it
      stopped_ = true;
    }
    return {};
  }

  void report(size_t day) {
    if (runner_.progress) runner_.progress(calculation().id + " " + planner_.date(day).str());
  }

  SliceRunner& runner_;
  RunState& state_;
  Planner& planner_;
  const SliceOrder& order_;
  std::unique_lock<std::mutex>& lock_;
  const size_t c_;
  bool series_;
  const bool historical_;
  bool proven_ = false;   // the last cell succeeded
  bool stopped_ = false;  // no other cell is begun
  bool tripped_ = false;  // the breaker, by a cell of this slice
  size_t next_ = 0;       // first day that is not decided
  int64_t begun_ms_;
  int64_t flushed_ms_;
  OpenAttempts open_;
  Done done_;
};

}  // namespace

Result<Done> run_slice(SliceRunner& runner, const SliceOrder& order,
                       std::unique_lock<std::mutex>& lock) {
  return SliceRun(runner, order, lock).go();
}

}  // namespace almanac
