#include "temporal/worker/local_activities.h"

#include <algorithm>
#include <cmath>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/data/duration.h"
#include "temporal/workflow/info.h"

namespace temporal::worker {
namespace {

Failure timed_out(api::enums::v1::TimeoutType type) {
  Failure::Proto proto;
  proto.set_message("local activity timed out");
  proto.mutable_timeout_failure_info()->set_timeout_type(type);
  return Failure(std::move(proto));
}

// The pause before attempt `next`, or nothing where there is none (a failure of a type that is not
// to be tried again, no attempts left).
std::optional<Duration> pause_before(int next, const RetryPolicy& retry, const Failure& failure) {
  const auto& policy = retry.proto();
  if (!failure.retryable()) return std::nullopt;
  if (policy.maximum_attempts() > 0 && next > policy.maximum_attempts()) return std::nullopt;
  const auto& types = policy.non_retryable_error_types();
  if (std::find(types.begin(), types.end(), failure.type()) != types.end()) return std::nullopt;
  if (failure.proto().application_failure_info().has_next_retry_delay()) {
    return from_proto(failure.proto().application_failure_info().next_retry_delay());
  }
  const Duration initial = policy.has_initial_interval() ? from_proto(policy.initial_interval())
                                                         : std::chrono::seconds(1);
  const Duration most =
      policy.has_maximum_interval() ? from_proto(policy.maximum_interval()) : initial * 100;
  const double growth = policy.backoff_coefficient() > 0 ? policy.backoff_coefficient() : 2.0;
  const double pause = static_cast<double>(initial.count()) * std::pow(growth, next - 2);
  return pause >= static_cast<double>(most.count()) ? most
                                                    : Duration(static_cast<std::int64_t>(pause));
}

}  // namespace

// What one attempt sees.
class LocalContext final : public ActivityContext {
 public:
  explicit LocalContext(ActivityInfo info) : ActivityContext(std::move(info)) {}
  void record(Payloads) override {}
  void cancel() { canceled_ = true; }
};

// One call, with all its attempts in this worker. Belongs to the lock of LocalActivities.
struct LocalActivities::Local {
  replay::LocalActivityTask task;
  ActivityInfo info;
  Ended ended;
  TimePoint begun{};  // by the worker's clock, unless a timer of the workflow was between attempts
  int attempt = 1;
  bool running = false;
  bool stopped = false;
  Executor::TimerId timer = 0;  // of the attempt's timeout, or of the pause before the next
  std::shared_ptr<LocalContext> context;

  Key key() const { return {info.run_id, task.seq}; }
};

void LocalActivities::start(const replay::LocalActivityTask& task, const wf::Info& workflow,
                            Ended ended) {
  ActivityInfo info;
  info.type = task.type;
  info.id = task.id;
  info.workflow_type = workflow.workflow_type;
  info.workflow_id = workflow.workflow_id;
  info.run_id = workflow.run_id;
  info.space = workflow.space;
  info.task_queue = workflow.task_queue;
  info.local = true;
  info.attempt = task.attempt;
  info.scheduled = task.scheduled;
  info.started = setting_.executor.now();
  info.start_to_close = task.options.start_to_close;
  info.schedule_to_close = task.options.schedule_to_close;
  auto local = std::make_shared<Local>();
  local->task = task;
  local->info = std::move(info);
  local->ended = std::move(ended);
  local->attempt = task.attempt;
  local->begun = task.attempt == 1 ? local->info.started : task.scheduled;
  {
    const std::lock_guard lock(mutex_);
    at_work_[local->key()] = local;
  }
  setting_.count("temporal_local_activity_total", {{"activity_type", task.type}});
  attempt(local);
}

void LocalActivities::attempt(const std::shared_ptr<Local>& local) {
  const std::lock_guard lock(mutex_);
  if (local->stopped) return;
  if (free_ == 0) {
    waiting_.push_back(local);
    return;
  }
  begin(local);
}

// With the lock, and a slot that is free.
void LocalActivities::begin(const std::shared_ptr<Local>& local) {
  --free_;
  const Duration& total = local->task.options.schedule_to_close;
  Duration limit = local->task.options.start_to_close;
  auto type = api::enums::v1::TIMEOUT_TYPE_START_TO_CLOSE;
  if (total > Duration::zero()) {
    const Duration left = later(local->begun, total) - setting_.executor.now();
    if (limit <= Duration::zero() || left < limit) {
      limit = std::max(left, Duration(1));
      type = api::enums::v1::TIMEOUT_TYPE_SCHEDULE_TO_CLOSE;
    }
  }
  local->running = true;
  const int attempt = local->attempt;
  local->info.attempt = attempt;
  local->context = std::make_shared<LocalContext>(local->info);
  local->timer = setting_.executor.after(
      limit, [self = shared_from_this(), local, context = local->context, attempt, type] {
        context->cancel();
        self->ended(local, attempt, timed_out(type));
      });
  setting_.activity_executor.post(
      [self = shared_from_this(), local, context = local->context] { self->run(local, *context); });
}

void LocalActivities::run(const std::shared_ptr<Local>& local, ActivityContext& context) {
  const int attempt = context.info().attempt;
  const auto function = setting_.registered.activities.find(local->task.type);
  Outcome<Payloads> outcome{Payloads()};
  if (function == setting_.registered.activities.end()) {
    outcome = Failure("local activity type '" + local->task.type +
                          "' is not known to this worker, which has " +
                          names_of(setting_.registered.activities),
                      "NotFoundError")
                  .non_retryable();
  } else {
    outcome = run_activity(function->second, context, local->task.input);
  }
  ended(local, attempt, std::move(outcome));
  release();  // last: the worker waits for it
}

int LocalActivities::at_work() const {
  const std::lock_guard lock(mutex_);
  return setting_.options.local_slots - free_;
}

void LocalActivities::release() {
  const std::lock_guard lock(mutex_);
  ++free_;
  while (free_ > 0 && !waiting_.empty()) {
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    if (!next->stopped) begin(next);
  }
}

// Of an attempt: by what it returned, or by its timeout. The first counts.
void LocalActivities::ended(const std::shared_ptr<Local>& local, int attempt,
                            Outcome<Payloads> outcome) {
  replay::LocalActivityEnd end;
  Ended tell;
  {
    const std::lock_guard lock(mutex_);
    if (!local->running || local->attempt != attempt) return;
    local->running = false;
    setting_.executor.cancel(local->timer);
    end.seq = local->task.seq;
    end.attempt = attempt;
    end.completed = setting_.executor.now();
    if (!outcome.ok() && !local->stopped) {
      const auto pause = pause_before(attempt + 1, local->task.options.retry, outcome.failure());
      const Duration& total = local->task.options.schedule_to_close;
      const bool in_time = total <= Duration::zero() || !pause ||
                           later(end.completed, *pause) < later(local->begun, total);
      if (pause && in_time && *pause <= local->task.options.timer_above) {
        ++local->attempt;
        local->timer = setting_.executor.after(
            *pause, [self = shared_from_this(), local] { self->attempt(local); });
        return;
      }
      if (pause && in_time) end.backoff = pause;
    }
    // In its place may be the same call of a run that was replayed since.
    const auto found = at_work_.find(local->key());
    if (found != at_work_.end() && found->second == local) at_work_.erase(found);
    tell = std::exchange(local->ended, nullptr);
  }
  if (!outcome.ok()) {
    setting_.count("temporal_local_activity_execution_failed",
                   {{"activity_type", local->task.type}});
  }
  end.outcome = std::move(outcome);
  if (tell) tell(std::move(end));
}

void LocalActivities::stop(const std::string& run_id, std::int64_t seq, Stop how) {
  std::shared_ptr<Local> local;
  {
    const std::lock_guard lock(mutex_);
    const auto found = at_work_.find({run_id, seq});
    if (found == at_work_.end()) return;
    local = found->second;
    local->stopped = true;
    if (how != Stop::Wait) {
      local->ended = nullptr;
      at_work_.erase(found);
    }
    if (local->running) {
      const bool abandoned =
          how == Stop::GoOn && local->task.options.on_cancel == wf::OnCancel::Abandon;
      if (!abandoned) local->context->cancel();
      return;
    }
    // It waits, for a slot or for its next attempt: nothing has to be told to end.
    setting_.executor.cancel(local->timer);
    local->running = true;
  }
  ended(local, local->attempt, Failure::canceled());
}

void LocalActivities::stop_all(const std::string& run_id) {
  std::vector<std::int64_t> seqs;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = at_work_.lower_bound({run_id, 0});
         at != at_work_.end() && at->first.first == run_id; ++at) {
      seqs.push_back(at->first.second);
    }
  }
  for (const std::int64_t seq : seqs) stop(run_id, seq, Stop::Evict);
}

}  // namespace temporal::worker
