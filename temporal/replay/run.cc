#include "temporal/replay/run.h"

#include <limits>
#include <stdexcept>

#include "temporal/base/names.h"
#include "temporal/base/random.h"
#include "temporal/replay/activity.h"
#include "temporal/replay/attributes.h"
#include "temporal/replay/child_workflow.h"
#include "temporal/replay/external.h"
#include "temporal/replay/timer.h"
#include "temporal/workflow/scope_state.h"

namespace temporal::replay {
namespace {

// A marker may hold any number.
int next_attempt(int attempt) {
  return attempt == std::numeric_limits<int>::max() ? attempt : attempt + 1;
}

}  // namespace

void Run::acts(const char* verb, std::string_view what) const {
  if (!reader_) return;
  throw std::logic_error(reader_ + std::string(reader_name_) +
                         " may only look at the workflow, but " + verb + std::string(what));
}

// Asks for the next attempt of a local activity when its timer fires.
class Run::Pause final : public wf::Job {
 public:
  Pause(Run& run, wf::Ref<LocalActivityMachine> machine, wf::Ref<wf::Call> timer, int attempt)
      : run_(run), machine_(std::move(machine)), timer_(std::move(timer)), attempt_(attempt) {
    if (timer_->done()) {  // a pause of nothing
      run_.ready_.push(*this);
    } else {
      timer_->watch(watch_, *this);
    }
  }
  void run() override {
    if (machine_->done()) return;
    const std::int64_t seq = run_.next_activity_++;
    machine_->again(seq, attempt_);
    run_.locals_[seq] = {machine_, false};
  }
  bool over() const { return timer_->done(); }

 private:
  Run& run_;
  wf::Ref<LocalActivityMachine> machine_;
  wf::Ref<wf::Call> timer_;
  int attempt_;
  wf::Watch watch_;
};

Run::Run(std::shared_ptr<const wf::WorkflowType> type, RunSettings settings)
    : type_(std::move(type)),
      settings_(std::move(settings)),
      patches_(commands_),
      scope_(std::make_shared<wf::ScopeState>()) {
  commands_.ignore_auto_ids = settings_.ignore_auto_ids;
}

// Frames first: what their locals' destructors do finds a run that asks for nothing.
Run::~Run() {
  const Current current(*this);
  evicting_ = true;
  pauses_.clear();
  main_.reset();
  handlers_.clear();
  workflow_.reset();
}

wf::Scope Run::scope_or_own(const std::optional<wf::Scope>& scope) const {
  if (evicting_) {
    wf::Scope none = wf::Scope::detached();
    none.cancel();
    return none;
  }
  return scope ? *scope : wf::Scope::workflow();
}

wf::Ref<wf::Call> Run::start_activity(std::string_view type, Payloads input,
                                      const wf::ActivityOptions& options,
                                      std::source_location where) {
  acts("starts activity ", type);
  const auto& values = options.values();
  if (values.start_to_close <= Duration::zero() && values.schedule_to_close <= Duration::zero()) {
    throw std::invalid_argument("activity " + std::string(type) +
                                ": expected a timeout, found none; set timeout() or total()");
  }
  const wf::Scope scope = scope_or_own(values.scope);
  const bool auto_id = values.id.empty();
  std::string id = values.id;
  if (!scope.canceled()) {
    const int number = next_activity_++;
    if (auto_id) id = std::to_string(number);
  }
  return wf::Ref<wf::Call>(new ActivityMachine(commands_, std::move(id), auto_id, type,
                                               std::move(input), options, scope, info_.task_queue,
                                               where));
}

wf::Ref<wf::Call> Run::start_local_activity(std::string_view type, Payloads input,
                                            const wf::LocalActivityOptions& options,
                                            std::source_location where) {
  acts("starts local activity ", type);
  const auto& values = options.values();
  if (values.start_to_close <= Duration::zero() && values.schedule_to_close <= Duration::zero()) {
    throw std::invalid_argument("local activity " + std::string(type) +
                                ": expected a timeout, found none; set timeout() or total()");
  }
  const wf::Scope scope = scope_or_own(values.scope);
  LocalActivityTask task;
  task.type = type;
  task.input = std::move(input);
  task.options = values;
  task.scheduled = now_;
  if (!scope.canceled()) {
    task.seq = next_activity_++;
    task.number = next_local_++;
  }
  task.id = values.id.empty() ? std::to_string(task.seq) : values.id;
  const wf::Ref<LocalActivityMachine> machine(
      new LocalActivityMachine(commands_, std::move(task), scope, where));
  if (!machine->done()) locals_[machine->task().seq] = {machine, false};
  return machine;
}

wf::Ref<wf::Call> Run::start_timer(Duration duration, const wf::Scope& wanted,
                                   std::string_view summary, std::source_location where) {
  acts("starts a timer", {});
  const wf::Scope scope = scope_or_own(wanted);
  if (duration <= Duration::zero() && !scope.canceled()) {
    class Over final : public wf::Call {
     public:
      Over() { settle(Payloads()); }
    };
    return wf::Ref<wf::Call>(new Over);
  }
  std::string id;
  if (!scope.canceled()) id = std::to_string(next_timer_++);
  return wf::Ref<wf::Call>(
      new TimerMachine(commands_, std::move(id), duration, scope, summary, where));
}

wf::Ref<wf::ChildCall> Run::start_child(std::string_view type, Payloads input,
                                        const wf::ChildOptions& options,
                                        std::source_location where) {
  acts("starts child workflow ", type);
  const auto& values = options.values();
  const wf::Scope scope = scope_or_own(values.scope);
  const bool auto_id = values.id.empty();
  std::string id = values.id;
  if (auto_id && !scope.canceled()) {
    const std::uint64_t high = next_random(child_ids_);
    id = uuid_of(high, next_random(child_ids_));
  }
  return wf::Ref<wf::ChildCall>(new ChildMachine(commands_, std::move(id), auto_id, type,
                                                 std::move(input), options, scope, settings_.space,
                                                 info_.task_queue, where));
}

wf::Ref<wf::Call> Run::signal_external(const wf::WorkflowRef& target, std::string_view signal,
                                       Payloads input, const wf::Scope& scope,
                                       std::source_location where) {
  acts("sends signal ", signal);
  return wf::Ref<wf::Call>(
      new SignalMachine(commands_, target, signal, std::move(input), scope_or_own(scope), where));
}

wf::Ref<wf::Call> Run::cancel_external(const wf::WorkflowRef& target, std::source_location where) {
  acts("cancels workflow ", target.workflow_id);
  const wf::Ref<wf::Call> call(new CancelMachine(commands_, target, where));
  if (evicting_) call->cancel();
  return call;
}

bool Run::patched(std::string_view id, bool deprecated, std::source_location where) {
  acts("asks for patch ", id);
  return !evicting_ && patches_.patched(id, deprecated, replaying_, where);
}

void Run::upsert(const SearchAttributes& update, std::source_location where) {
  acts("changes search attributes", {});
  if (evicting_) return;
  info_.search_attributes.apply(update);
  send_upsert(commands_, update, where);
}

void Run::upsert_memo(const std::string& key, const Payload& value, std::source_location where) {
  acts("changes memo field ", key);
  if (evicting_) return;
  if (data::is_null(value)) {
    info_.memo.erase(key);
  } else {
    info_.memo[key] = value;
  }
  send_memo(commands_, key, value, where);
}

void Run::log(wf::LogLevel level, std::string_view message) {
  if (!replaying_ && !evicting_ && settings_.log) settings_.log(level, message);
}

std::uint64_t Run::random() {
  acts("draws a random number", {});
  return next_random(random_);
}

void Run::seed(const std::string& run_id) {
  random_ = frozen_hash(run_id);
  child_ids_ = frozen_hash(run_id + "/children");
}

std::vector<LocalActivityTask> Run::to_run() {
  std::vector<LocalActivityTask> tasks;
  if (!live_ || ended_ || problem_) return tasks;
  for (auto& [seq, local] : locals_) {
    if (local.running || local.machine->done()) continue;
    local.running = true;
    tasks.push_back(local.machine->task());
  }
  return tasks;
}

std::vector<std::int64_t> Run::to_stop() {
  std::vector<std::int64_t> stop;
  for (auto local = locals_.begin(); local != locals_.end();) {
    const bool over = local->second.machine->done();
    if (local->second.running && (over || local->second.machine->canceled())) {
      stop.push_back(local->first);
    }
    local = over ? locals_.erase(local) : std::next(local);
  }
  return stop;
}

bool Run::waits_for_local() const {
  if (!live_ || ended_ || problem_) return false;
  for (const auto& [seq, local] : locals_) {
    if (!local.machine->done()) return true;
  }
  return false;
}

void Run::resolve(const LocalActivityEnd& end) {
  const auto found = locals_.find(end.seq);
  if (found == locals_.end()) return;  // canceled, and the workflow went on
  const wf::Ref<LocalActivityMachine> machine = found->second.machine;
  locals_.erase(found);
  if (machine->done()) return;
  now_ = std::max(now_, end.completed);
  machine->end(end);
  if (end.backoff) pause(*machine, end);
}

void Run::pause(LocalActivityMachine& machine, const LocalActivityEnd& end) {
  std::erase_if(pauses_, [](const auto& one) { return one->over() && !one->linked(); });
  machine.pause = start_timer(*end.backoff, wf::Scope::detached(), {}, machine.where);
  pauses_.push_back(std::make_unique<Pause>(*this, wf::Ref<LocalActivityMachine>(&machine),
                                            machine.pause, next_attempt(end.attempt)));
}

void Run::rewind(std::int64_t event_id) {
  history_.rewind(event_id);
}

Outcome<Payloads> Run::query(const std::string& name, const Payloads& input) {
  // The SDKs' common name for this query; there are no stacks to walk, but what is waited for.
  if (name == "__stack_trace") {
    const std::string open = commands_.open();
    return encode_all(open.empty() ? std::string("waits for nothing of the service") : open);
  }
  const auto found = type_->queries.find(name);
  if (found == type_->queries.end()) {
    return Failure("unknown query '" + name + "': workflow " + type_->name + " answers " +
                   names_of(type_->queries));
  }
  if (!workflow_) return Failure("the workflow has not started");
  const Current current(*this);
  const bool before = std::exchange(replaying_, true);
  const ReadOnly reading(*this, "query ", name);
  Outcome<Payloads> answer{Payloads()};
  try {
    answer = found->second(workflow_.get(), input);
  } catch (...) {
    answer = what_was_thrown(std::current_exception()).failure;
  }
  replaying_ = before;
  return answer;
}

}  // namespace temporal::replay
