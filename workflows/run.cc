#include "workflows/run.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "activities/commit.h"
#include "activities/compute.h"
#include "activities/statistics_json.h"
#include "activities/worker_pool.h"
#include "workflows/lane.h"

namespace almanac {

namespace {

constexpr size_t kChunkDays = 256;
constexpr size_t kSeriesDays = 128;
constexpr size_t kFlushCells = 128;
constexpr int64_t kFlushMs = 1000;     // at most so much finished work is lost with the process
constexpr size_t kAheadPerThread = 8;  // keeps the threads busy while this one commits
constexpr int kAttempts = 3;

// A cell between its dispatch and its end.
struct Flying {
  Ready ready;
  int attempts = 0;
  int64_t duration_ms = 0;
};

class Runner {
 public:
  Runner(Workspace& workspace, Planning& planning, const Ledger::Lease& lease,
         const RunOptions& options)
      : workspace_(workspace),
        planner_(*planning.planner),
        wanted_(*planning.wanted),
        lease_(lease),
        options_(options),
        results_(workspace.store.get()),
        compute_(&workspace, &results_, options.limits),
        committer_(&workspace, &results_, lease),
        pool_(&compute_, options.threads),
        breakers_(planner_.manifest().calculations.size()),
        probing_(breakers_.size()),
        opened_(breakers_.size()) {}

  Result<RunSummary> go() {
    const Manifest& manifest = planner_.manifest();
    const size_t end = std::min(wanted_.to() + 1, planner_.days());
    for (size_t first = 0; first < end; first += kChunkDays) {
      for (uint32_t pass = 0; pass < manifest.passes(); ++pass) {
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
      for (Lane& lane : lanes) advance(lane);
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
      if (committer_.size() >= kFlushCells || options_.now_ms() - flushed_ms_ >= kFlushMs) {
        TRY_VOID(committer_.flush());
        flushed_ms_ = options_.now_ms();
      }
    }
    return committer_.flush();
  }

  // Decides the lane's days until one must be computed before the next can be decided.
  void advance(Lane& lane) {
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
      if (role == Role::None) {
        settle_without_run(planner_, c, day, plan);
        continue;
      }
      if (plan.verdict.reason == Reason::BreakerOpen && !probing_[c]) {
        probing_[c] = true;  // half-open: one cell of a later run
        planner_.set_breaker(c, false);
        plan = planner_.evaluate(c, day);
        lane.waiting = true;
      }
      const State state = plan.verdict.state;
      const bool compute =
          (state == State::Runnable || state == State::ReRun) && plan.verdict.reason != Reason::Hit;
      if (!compute) {
        lane.waiting = false;
        take(c, day, role, plan);
        continue;
      }
      planner_.settle(c, day, plan);
      const bool series = calculation(c).kind == Calculation::Kind::Series;
      const bool adjacent = !slice.empty() && slice.back().day + 1 == day;
      if (!series || !adjacent || slice.size() >= kSeriesDays) cut();
      slice.push_back({day, role, std::move(plan)});
      lane.waiting |= calculation(c).historical();
    }
    cut();
  }

  // A cell for which nothing is computed.
  void take(size_t c, size_t day, Role role, const CellPlan& plan) {
    RanCell cell{c, day, role, plan.verdict, Outcome::Stable, {}, 0, 0, plan.detail};
    const CellRecord* old = planner_.record(c, day);
    planner_.settle(c, day, plan);
    switch (plan.verdict.state) {
      case State::Stable:
        if (plan.verdict.reason == Reason::Moved) {
          CellRecord moved = *old;
          moved.category = calculation(c).category;
          Ledger::Commit commit;
          commit.cell = moved;
          committer_.publish(std::move(commit), old->category);
          planner_.set_record(c, day, std::move(moved));
        }
        break;
      case State::Skipped: {
        cell.outcome = Outcome::Skipped;
        CellRecord accepted = *old;
        accepted.provenance = plan.provenance;
        accepted.category = calculation(c).category;
        Ledger::Commit commit;
        commit.cell = accepted;
        if (accepted.category != old->category) {
          committer_.publish(std::move(commit), old->category);
        } else {
          committer_.record(std::move(commit));
        }
        planner_.set_record(c, day, std::move(accepted));
        break;
      }
      case State::ReRun: {
        cell.outcome = Outcome::Reused;
        const Settled& settled = planner_.settled(c, day);
        publish(c, day, plan, settled.computation, settled.result, {});
        break;
      }
      case State::Failed:
        cell.outcome = Outcome::Failed;
        break;
      case State::FailedDependency:
        cell.outcome = Outcome::FailedDependency;
        break;
      case State::Blocked:
        cell.outcome = Outcome::Blocked;
        break;
      default:
        cell.outcome = Outcome::Impossible;
        break;
    }
    if (const auto& result = planner_.settled(c, day).result) cell.result = result->hash;
    report(std::move(cell));
  }

  void publish(size_t c, size_t day, const CellPlan& plan, int64_t computation,
               std::shared_ptr<const ResultRecord> result, Ledger::Commit commit) {
    const CellRecord* old = planner_.record(c, day);
    const std::string old_category = old ? old->category : "";
    CellRecord cell;
    cell.calculation = calculation(c).id;
    cell.date = planner_.date(day);
    cell.key = plan.key;
    cell.identity = planner_.identity(c);
    cell.dated = plan.dated;
    cell.provenance = plan.provenance;
    cell.computation = computation;
    cell.result = std::move(result);
    cell.category = calculation(c).category;
    cell.published = true;
    commit.cell = cell;
    commit.clears_dead_letters = planner_.letter_keys(c, day);
    planner_.set_record(c, day, std::move(cell));
    committer_.publish(std::move(commit), old_category);
  }

  // Hands ready slices to the pool, a few ahead of it; the attempts are recorded first.
  Result<void> dispatch(std::vector<Lane>& lanes) {
    std::vector<WorkerPool::Job> jobs;
    for (bool any = true;
         any && pool_.in_flight() + jobs.size() < kAheadPerThread * pool_.threads();) {
      any = false;
      for (Lane& lane : lanes) {
        if (lane.queue.empty()) continue;
        if (lane.in_flight >= pool_.threads() && !lane.proven) continue;
        any = true;
        std::vector<Ready> slice = std::move(lane.queue.front());
        lane.queue.pop_front();
        if (stopping()) {
          for (Ready& ready : slice) cancel(lane.calculation, ready);
          continue;
        }
        WorkerPool::Job job;
        job.calculation = lane.calculation;
        for (Ready& ready : slice) {
          job.days.push_back(ready.day);
          job.attempts.push_back(attempt_of(lane.calculation, ready));
          flying_[{lane.calculation, ready.day}].ready = std::move(ready);
        }
        job.task = compute_.task(planner_, lane.calculation, job.days);
        ++lane.in_flight;
        jobs.push_back(std::move(job));
      }
    }
    std::vector<Attempt> attempts;
    for (auto& job : jobs)
      attempts.insert(attempts.end(), job.attempts.begin(), job.attempts.end());
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
  Result<void> handle(Lane& lane, size_t day, Attempt attempt, CellOutcome& outcome,
                      int64_t duration_ms) {
    const size_t c = lane.calculation;
    Flying flying = std::move(flying_.extract({c, day}).mapped());
    ++flying.attempts;
    flying.duration_ms += duration_ms;
    attempt.duration_ms = duration_ms;
    attempt.error = outcome.error;
    attempt.stage = outcome.stage;
    attempt.statistics = statistics_json(outcome.statistics, flying.ready.plan.changed);
    RanCell cell{c,
                 day,
                 flying.ready.role,
                 flying.ready.plan.verdict,
                 Outcome::Computed,
                 {},
                 flying.attempts,
                 flying.duration_ms,
                 outcome.error};

    lane.proven = outcome.code.empty();
    if (lane.proven) {
      succeed(c, day, flying.ready.plan, std::move(attempt), outcome);
      cell.result = planner_.settled(c, day).result->hash;
      report(std::move(cell));
      return note_breaker(lane, day, false);
    }
    if (outcome.code == "STORE") {
      TRY_VOID(committer_.flush());
      return temporary_error("a result cannot be stored: " + outcome.error +
                             "; what was committed is kept; free space and run again");
    }
    if (outcome.engine_fault) {
      attempt.status = AttemptStatus::Lost;
      Ledger::Commit commit;
      commit.attempt = std::move(attempt);
      committer_.record(std::move(commit));
      planner_.settle(c, day, Settled{Settled::Now::Blocked, 0, nullptr});
      summary_.again = true;
      cell.outcome = Outcome::Blocked;
      report(std::move(cell));
      return {};
    }
    return fail(lane, day, std::move(flying), std::move(attempt), outcome, std::move(cell));
  }

  void succeed(size_t c, size_t day, const CellPlan& plan, Attempt attempt,
               const CellOutcome& outcome) {
    auto result = std::make_shared<const ResultRecord>(outcome.result);
    const CellRecord* old = planner_.record(c, day);
    const bool verified = old && old->key == plan.key && old->result->hash == result->hash;
    const bool differs = old && old->key == plan.key && !verified;
    const int64_t computation = verified ? old->computation : attempt.id;
    attempt.status = AttemptStatus::Success;
    results_.add_staged(outcome.files);
    planner_.settle(c, day, Settled{Settled::Now::Final, computation, result});
    if (differs) {
      summary_.incidents.push_back(calculation(c).id + " on " + planner_.date(day).str() +
                                   ": the same inputs gave " + result->hash.hex() +
                                   ", recorded is " + old->result->hash.hex());
    }
    Ledger::Commit commit;
    commit.attempt = std::move(attempt);
    commit.forget_trace = differs;
    if (!differs) {
      commit.trace = Trace{plan.key, computation, result, calculation(c).code_hash,
                           calculation(c).infrastructure};
    }
    publish(c, day, plan, computation, result, std::move(commit));
  }

  Result<void> fail(Lane& lane, size_t day, Flying flying, Attempt attempt,
                    const CellOutcome& outcome, RanCell cell) {
    const size_t c = lane.calculation;
    TRY(const int before,
        workspace_.ledger->attempts_used(calculation(c).id, planner_.date(day), attempt.key));
    const int used = before + 1;
    attempt.status = AttemptStatus::Failure;
    attempt.counted = true;
    Ledger::Commit commit;
    const bool last = outcome.deterministic || used >= kAttempts;
    if (last) {
      DeadLetter letter;
      letter.calculation = calculation(c).id;
      letter.date = planner_.date(day);
      letter.key = attempt.key;
      letter.code = outcome.code;
      letter.error = outcome.error;
      letter.stage = outcome.stage;
      letter.attempts = used;
      letter.permanent = outcome.deterministic;
      commit.dead_letter = letter;
      planner_.set_letter(letter);
    }
    commit.attempt = std::move(attempt);
    committer_.record(std::move(commit));
    TRY_VOID(committer_.flush());
    if (!last && stopping()) {
      cancel(c, flying.ready);
      return {};
    }
    if (!last) {
      lane.waiting |= calculation(c).historical() || probing_[c];
      retry(lane, std::move(flying));
      return {};
    }
    planner_.settle(c, day, Settled{Settled::Now::Failed, 0, nullptr});
    cell.outcome = Outcome::Failed;
    cell.detail = outcome.code + ": " + outcome.error;
    report(std::move(cell));
    return note_breaker(lane, day, true);
  }

  static RanCell not_run(size_t c, const Ready& ready, Outcome outcome, std::string detail) {
    const Verdict verdict = ready.plan.verdict;
    return {c, ready.day, ready.role, verdict, outcome, {}, 0, 0, std::move(detail)};
  }

  void cancel(size_t c, const Ready& ready) {
    summary_.interrupted = true;
    planner_.settle(c, ready.day, Settled{Settled::Now::Blocked, 0, nullptr});
    report(not_run(c, ready, Outcome::Cancelled, ""));
  }

  void retry(Lane& lane, Flying flying) {
    const size_t day = flying.ready.day;
    std::vector<Ready> slice;
    slice.push_back(flying.ready);
    flying_[{lane.calculation, day}] = std::move(flying);
    lane.queue.push_front(std::move(slice));
  }

  // Counts the end of a cell; an open breaker keeps the rest of the lane from being tried.
  Result<void> note_breaker(Lane& lane, size_t day, bool failed) {
    const size_t c = lane.calculation;
    const bool opened = breakers_[c].add(day, failed) || (failed && probing_[c]);
    const bool closed = probing_[c] && !failed && !opened_[c];
    if (!opened && !closed) return {};
    BreakerRecord record{calculation(c).id, opened ? breakers_[c].in_row() : 0, opened,
                         opened ? options_.run : ""};
    TRY_VOID(workspace_.ledger->record_breaker(lease_, record));
    planner_.set_breaker(c, opened);
    if (closed) {
      probing_[c] = false;
      return {};
    }
    probing_[c] = opened_[c] = true;  // not again in this run
    for (auto& slice : lane.queue) {
      for (Ready& ready : slice) {
        planner_.settle(c, ready.day, Settled{Settled::Now::Blocked, 0, nullptr});
        report(not_run(c, ready, Outcome::Blocked,
                       "the breaker of " + calculation(c).id + " is open after failures in a row"));
      }
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
  const RunOptions& options_;
  Results results_;
  Compute compute_;
  Committer committer_;
  WorkerPool pool_;
  std::vector<CalculationBreaker> breakers_;
  std::vector<char> probing_;                           // one probe per run and open breaker
  std::vector<char> opened_;                            // opened in this run
  std::map<std::pair<size_t, size_t>, Flying> flying_;  // by calculation and day
  size_t end_ = 0;
  int64_t flushed_ms_ = 0;
  RunSummary summary_;
};

}  // namespace

Result<RunSummary> run(Workspace& workspace, Planning& planning, const Ledger::Lease& lease,
                       const RunOptions& options) {
  return Runner(workspace, planning, lease, options).go();
}

}  // namespace almanac
