#include "workflows/round.h"

#include <algorithm>
#include <map>

#include "activities/commit.h"
#include "activities/compute.h"
#include "activities/statistics_json.h"
#include "activities/worker_pool.h"
#include "core/quality/calculation_breaker.h"
#include "workflows/lane.h"

namespace almanac {

namespace {

constexpr size_t kChunkDays = 256;
constexpr size_t kSeriesDays = 128;
constexpr size_t kFlushCells = 128;
constexpr int64_t kFlushMs = 1000;     // at most so much finished work is lost with the process
constexpr size_t kAheadPerThread = 8;  // keeps the threads busy while this one commits
constexpr int kAttempts = 3;

const Settled kBlocked{Settled::Now::Blocked, 0, nullptr};

class Round {
 public:
  Round(Workspace& workspace, Planning& planning, const Ledger::Lease& lease,
        const Suspects& suspects, const RunOptions& options)
      : workspace_(workspace),
        planner_(*planning.planner),
        wanted_(*planning.wanted),
        lease_(lease),
        suspects_(suspects),
        alone_(suspects.alone),
        options_(options),
        results_(workspace.store.get()),
        compute_(&workspace, &results_, options.limits),
        committer_(&workspace, &results_, &planner_, lease),
        pool_(&compute_, options.threads),
        breakers_(planner_.manifest().calculations.size()),
        probing_(breakers_.size()),
        opened_(breakers_.size()) {}

  Result<RunSummary> go() {
    const size_t end = std::min(wanted_.to() + 1, planner_.days());
    for (size_t first = 0; first < end; first += kChunkDays) {
      for (uint32_t pass = 0; pass < planner_.manifest().passes(); ++pass) {
        TRY_VOID(run_pass(pass, first, std::min(first + kChunkDays, end)));
      }
    }
    return std::move(summary_);
  }

 private:
  bool stopping() const { return options_.stop && options_.stop->load(); }
  const Calculation& calculation(size_t c) const { return planner_.manifest().calculations[c]; }

  Result<void> run_pass(uint32_t pass, size_t first, size_t end) {
    std::vector<Lane> lanes;
    for (size_t c = 0; c < planner_.manifest().calculations.size(); ++c) {
      if (planner_.manifest().pass[c] == pass) lanes.push_back(Lane{c, first});
    }
    end_ = end;
    for (;;) {
      for (Lane& lane : lanes) TRY_VOID(advance(lane));
      TRY_VOID(dispatch(lanes));
      if (pool_.in_flight() == 0) break;
      WorkerPool::Done done = pool_.wait();
      Lane& lane = *std::find_if(lanes.begin(), lanes.end(), [&](const Lane& l) {
        return l.calculation == done.job.calculation;
      });
      lane.waiting = false;
      --lane.in_flight;
      for (size_t i = 0; i < done.outcomes.size(); ++i) {
        TRY_VOID(handle(lane, done.job.days[i], done.job.attempts[i], done.outcomes[i],
                        done.duration_ms / static_cast<int64_t>(done.outcomes.size())));
      }
      if (!alone_.empty() || committer_.size() >= kFlushCells ||
          options_.now_ms() - flushed_ms_ >= kFlushMs) {
        TRY_VOID(committer_.flush());
        flushed_ms_ = options_.now_ms();
      }
    }
    return committer_.flush();
  }

  // Decides the lane's days until one must be computed before the next can be decided.
  Result<void> advance(Lane& lane) {
    const size_t c = lane.calculation;
    std::vector<Ready> slice;
    auto cut = [&] {
      if (!slice.empty()) lane.queue.push_back(std::move(slice));
      slice.clear();
    };
    while (lane.next < end_ && !lane.waiting) {
      const size_t day = lane.next++;
      const Role role = wanted_.role(c, day);
      CellPlan plan = planner_.evaluate(c, day);
      remember(c, day, plan.verdict);
      if (role == Role::None) {
        settle_without_run(planner_, c, day, plan);
        continue;
      }
      const bool may_change = allowed(c, day);
      const bool suspect = alone_.erase({c, day}) > 0;
      if (plan.verdict.reason == Reason::BreakerOpen && !probing_[c] && may_change) {
        probing_[c] = true;  // half-open: one cell of a later run
        planner_.set_breaker(c, false);
        plan = planner_.evaluate(c, day);
        lane.waiting = true;
      }
      if (is_change(plan.verdict) && !may_change) {
        leave(c, {day, role, std::move(plan)}, "it is not in the plan that is run");
        continue;
      }
      const State state = plan.verdict.state;
      const bool compute =
          (state == State::Runnable || state == State::ReRun) && plan.verdict.reason != Reason::Hit;
      if (!compute) {
        lane.waiting = false;
        TRY_VOID(take(c, day, role, plan));
        continue;
      }
      if (suspects_.later.contains({c, day})) {
        lane.waiting = false;
        leave(c, {day, role, std::move(plan)},
              "an earlier run ended while it was computed; it is tried last");
        continue;
      }
      if (suspect) alone_.insert({c, day});
      planner_.settle(c, day, plan);
      const bool series = calculation(c).kind == Calculation::Kind::Series && alone_.empty();
      const bool adjacent = !slice.empty() && slice.back().day + 1 == day;
      if (!series || !adjacent || slice.size() >= kSeriesDays) cut();
      slice.push_back({day, role, std::move(plan)});
      lane.waiting |= calculation(c).historical();
    }
    cut();
    return {};
  }

  bool allowed(size_t c, size_t day) const {
    return !options_.allowed || options_.allowed->contains({calculation(c).id, planner_.date(day)});
  }

  // A day that failed in an earlier run counts for the breaker; one that is up to date ends a row.
  void remember(size_t c, size_t day, const Verdict& verdict) {
    if (verdict.state == State::Failed) breakers_[c].add(day, true);
    if (verdict.state == State::Stable || verdict.state == State::Skipped) {
      breakers_[c].add(day, false);
    }
  }

  RanCell cell_of(size_t c, const Ready& ready, Outcome outcome, std::string detail) const {
    RanCell cell;
    cell.calculation = c;
    cell.date = planner_.date(ready.day);
    cell.role = ready.role;
    cell.verdict = ready.plan.verdict;
    cell.outcome = outcome;
    cell.attempts = ready.attempts;
    cell.duration_ms = ready.duration_ms;
    cell.detail = std::move(detail);
    cell.code = ready.plan.letter_code;
    if (const auto& result = planner_.settled(c, ready.day).result) cell.result = result->hash;
    return cell;
  }

  // A cell that is not going to be computed in this round although it should be.
  void leave(size_t c, const Ready& ready, std::string why) {
    planner_.settle(c, ready.day, kBlocked);
    report(cell_of(c, ready, Outcome::Blocked, std::move(why)));
  }

  // A cell for which nothing is computed.
  Result<void> take(size_t c, size_t day, Role role, const CellPlan& plan) {
    const Ready ready{day, role, plan};
    Outcome outcome = outcome_of(plan.verdict.state);
    if (plan.verdict.state == State::Skipped || plan.verdict.reason == Reason::Moved) {
      committer_.accept(c, day, plan);
    } else if (plan.verdict.state == State::ReRun) {
      TRY(const bool sound, committer_.reuse(c, day, plan));
      if (!sound) {
        summary_.again = true;
        leave(c, ready, "the stored result is damaged and was set aside");
        return {};
      }
      outcome = Outcome::Reused;
    } else {
      if (plan.withdraw) committer_.withdraw(c, day);
      planner_.settle(c, day, plan);
    }
    report(cell_of(c, ready, outcome, plan.detail));
    return {};
  }

  size_t most_in_flight() const { return !alone_.empty() ? 1 : kAheadPerThread * pool_.threads(); }

  // Hands ready slices to the pool, a few ahead of it; the attempts are recorded first.
  Result<void> dispatch(std::vector<Lane>& lanes) {
    std::vector<WorkerPool::Job> jobs;
    for (bool any = true; any && pool_.in_flight() + jobs.size() < most_in_flight();) {
      any = false;
      for (Lane& lane : lanes) {
        if (lane.queue.empty() || pool_.in_flight() + jobs.size() >= most_in_flight()) continue;
        if (lane.in_flight >= pool_.threads() && !lane.proven) continue;
        any = true;
        std::vector<Ready> slice = std::move(lane.queue.front());
        lane.queue.pop_front();
        if (stopping()) {
          for (const Ready& ready : slice) cancel(lane.calculation, ready);
          continue;
        }
        WorkerPool::Job job;
        job.calculation = lane.calculation;
        for (Ready& ready : slice) {
          job.days.push_back(ready.day);
          job.attempts.push_back(attempt_of(lane.calculation, ready));
          flying_[{lane.calculation, ready.day}] = std::move(ready);
        }
        job.task = compute_.task(planner_, lane.calculation, job.days);
        ++lane.in_flight;
        jobs.push_back(std::move(job));
      }
    }
    std::vector<Attempt> attempts;
    for (const auto& job : jobs) {
      attempts.insert(attempts.end(), job.attempts.begin(), job.attempts.end());
    }
    if (attempts.empty()) return {};
    TRY_VOID(workspace_.ledger->begin_attempts(lease_, attempts));
    summary_.attempts += attempts.size();
    size_t next = 0;
    for (auto& job : jobs) {
      for (auto& attempt : job.attempts) attempt = attempts[next++];
      pool_.submit(std::move(job));
    }
    return {};
  }

  Attempt attempt_of(size_t c, const Ready& ready) const {
    Attempt attempt;
    attempt.run = options_.run;
    attempt.calculation = calculation(c).id;
    attempt.date = planner_.date(ready.day);
    attempt.pass = static_cast<int>(planner_.manifest().pass[c]);
    attempt.key = ready.plan.key;
    attempt.state = name_of(ready.plan.verdict.state);
    attempt.reason = name_of(ready.plan.verdict.reason);
    attempt.started_ms = options_.now_ms();
    return attempt;
  }

  // Decides over one finished cell.
  Result<void> handle(Lane& lane, size_t day, Attempt attempt, const CellOutcome& outcome,
                      int64_t duration_ms) {
    const size_t c = lane.calculation;
    Ready ready = std::move(flying_.extract({c, day}).mapped());
    ++ready.attempts;
    ready.duration_ms += duration_ms;
    attempt.duration_ms = duration_ms;
    attempt.error = outcome.error;
    attempt.stage = outcome.stage;
    attempt.statistics = statistics_json(outcome.statistics, ready.plan.changed);
    lane.proven = outcome.code.empty();
    alone_.erase({c, day});

    if (outcome.code == "STORE") {
      TRY_VOID(committer_.flush());
      return temporary_error("a result cannot be stored: " + outcome.error +
                             "; what was committed is kept; free space and run again");
    }
    if (outcome.engine_fault) {
      committer_.lost(std::move(attempt));
      summary_.again = true;
      leave(c, ready, outcome.error);
      return {};
    }
    if (!outcome.code.empty()) {
      return fail(lane, std::move(ready), std::move(attempt), outcome);
    }
    std::string incident = committer_.computed(c, day, ready.plan, std::move(attempt), outcome);
    if (!incident.empty()) summary_.incidents.push_back(std::move(incident));
    RanCell cell = cell_of(c, ready, Outcome::Computed, "");
    cell.failed_entities = outcome.statistics.failed;
    if (!outcome.statistics.samples.empty()) cell.failure = outcome.statistics.samples[0];
    report(std::move(cell));
    return note_breaker(lane, day, false);
  }

  Result<void> fail(Lane& lane, Ready ready, Attempt attempt, const CellOutcome& outcome) {
    const size_t c = lane.calculation, day = ready.day;
    TRY(const int before,
        workspace_.ledger->attempts_used(attempt.calculation, attempt.date, attempt.key));
    const bool last = outcome.deterministic || before + 1 >= kAttempts;
    committer_.failed(std::move(attempt), outcome, before + 1, last);
    TRY_VOID(committer_.flush());
    if (!last && stopping()) {
      cancel(c, ready);
      return {};
    }
    if (!last) {
      lane.waiting |= calculation(c).historical() || probing_[c];
      std::vector<Ready> again;
      again.push_back(std::move(ready));
      lane.queue.push_front(std::move(again));
      return {};
    }
    planner_.settle(c, day, Settled{Settled::Now::Failed, 0, nullptr});
    RanCell cell = cell_of(c, ready, Outcome::Failed, outcome.code + ": " + outcome.error);
    cell.code = outcome.code;
    report(std::move(cell));
    return note_breaker(lane, day, true);
  }

  void cancel(size_t c, const Ready& ready) {
    summary_.interrupted = true;
    planner_.settle(c, ready.day, kBlocked);
    report(cell_of(c, ready, Outcome::Cancelled, ""));
  }

  // Counts the end of a cell; an open breaker keeps the rest of the lane from being tried.
  Result<void> note_breaker(Lane& lane, size_t day, bool failed) {
    const size_t c = lane.calculation;
    breakers_[c].add(day, failed);
    const int in_row = breakers_[c].in_row(day);
    const bool opened = in_row >= CalculationBreaker::kThreshold || (failed && probing_[c]);
    const bool closed = probing_[c] && !failed && !opened_[c];
    if (!opened && !closed) return {};
    TRY_VOID(workspace_.ledger->record_breaker(
        lease_, {calculation(c).id, in_row, opened, opened ? options_.run : ""}));
    planner_.set_breaker(c, opened);
    if (closed) {
      probing_[c] = false;
      return {};
    }
    probing_[c] = opened_[c] = true;  // not again in this run
    for (const auto& slice : lane.queue) {
      for (const Ready& ready : slice) leave(c, ready, planner_.breaker_detail(c));
    }
    lane.queue.clear();
    return {};
  }

  void report(RanCell cell) {
    if (options_.progress) options_.progress(cell);
    summary_.cells.push_back(std::move(cell));
  }

  Workspace& workspace_;
  Planner& planner_;
  const Wanted& wanted_;
  Ledger::Lease lease_;
  const Suspects& suspects_;
  CellSet alone_;  // those that are still to be computed
  const RunOptions& options_;
  Results results_;
  Compute compute_;
  Committer committer_;
  WorkerPool pool_;
  std::vector<CalculationBreaker> breakers_;
  std::vector<char> probing_;                          // one probe per run and open breaker
  std::vector<char> opened_;                           // opened in this run
  std::map<std::pair<size_t, size_t>, Ready> flying_;  // by calculation and day
  size_t end_ = 0;
  int64_t flushed_ms_ = 0;
  RunSummary summary_;
};

}  // namespace

Result<RunSummary> run_round(Workspace& workspace, Planning& planning, const Ledger::Lease& lease,
                             const Suspects& suspects, const RunOptions& options) {
  return Round(workspace, planning, lease, suspects, options).go();
}

}  // namespace almanac
