#include "serving/serving.h"

#include <iterator>
#include <mutex>
#include <optional>

#include "workflows/reconcile.h"

namespace almanac {

namespace {

using temporal::Failure;
using temporal::FailureKind;
using temporal::Outcome;
using temporal::worker::ActivityContext;

struct KindName {
  Error::Kind kind;
  const char* name;
};
constexpr KindName kKinds[] = {{Error::Kind::Usage, kUsageFailure},
                               {Error::Kind::Data, kDataFailure},
                               {Error::Kind::Temporary, kTemporaryFailure},
                               {Error::Kind::LeaseLost, kLeaseLostFailure},
                               {Error::Kind::Internal, kInternalFailure}};

class EngineContext final : public StepContext {
 public:
  EngineContext(ActivityContext& context, const Serving& serving)
      : context_(context), serving_(serving) {}
  bool stopping() override { return context_.canceled() || serving_.stopping(); }
  void sleep(int64_t ms) override { serving_.sleep(ms); }
  std::string activity() override { return context_.info().id; }
  void note(const std::optional<Computing>& computing) override {
    const std::lock_guard lock(mutex_);
    computing_ = computing;
  }

  void beat() {
    std::optional<Computing> computing;
    {
      const std::lock_guard lock(mutex_);
      computing = computing_;
    }
    computing ? context_.heartbeat(*computing) : context_.heartbeat();
    serving_.steps->beat();
  }

 private:
  ActivityContext& context_;
  const Serving& serving_;
  std::mutex mutex_;
  std::optional<Computing> computing_;
};

template <class T>
Outcome<T> outcome_of(Result<T> result) {
  if (!result.ok()) return failure_of(result.error());
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(result).value();
  }
}

template <class R, class Order, class Step>
void add(temporal::worker::Worker& worker, const Serving& serving,
         const wf::Activity<R(Order)>& activity, Step step) {
  worker.add(activity, [serving, step](ActivityContext& context, const Order& order) {
    EngineContext engine(context, serving);
    const std::shared_ptr<void> heart = serving.heart([&engine] { engine.beat(); });
    return outcome_of<R>(step(*serving.steps, order, engine));
  });
}

}  // namespace

void add_workflows(temporal::worker::Worker& worker) {
  worker.add<Run>();
  worker.add<Backfill>();
  worker.add<Pass>();
  worker.add<Reconcile>();
}

void add_steps(temporal::worker::Worker& worker, const Serving& serving) {
  add(worker, serving, step::begin,
      [](Steps& steps, const BeginOrder& o, StepContext&) { return steps.begin(o); });
  add(worker, serving, step::plan,
      [](Steps& steps, const PassOrder& o, StepContext&) { return steps.plan(o); });
  add(worker, serving, step::compute,
      [](Steps& steps, const SliceOrder& o, StepContext& c) { return steps.compute(o, c); });
  add(worker, serving, step::hold,
      [](Steps& steps, const Sweep& sweep, StepContext& c) { return steps.hold(sweep, c); });
  add(worker, serving, step::requeue,
      [](Steps& steps, const RequeueOrder& o, StepContext&) { return steps.requeue(o); });
  add(worker, serving, step::reconcile,
      [](Steps& steps, const Order& o, StepContext&) { return steps.reconcile(o); });
  add(worker, serving, step::finish,
      [](Steps& steps, const FinishOrder& o, StepContext&) { return steps.finish(o); });
}

Failure failure_of(const Error& error) {
  for (const KindName& kind : kKinds) {
    if (kind.kind == error.kind) return Failure(error.message, kind.name);
  }
  return Failure(error.message, kInternalFailure);
}

Error error_of(const Failure& failure) {
  const Failure root = failure.root();
  for (const KindName& kind : kKinds) {
    if (root.type() == kind.name) return {kind.kind, root.message()};
  }
  if (root.kind() == FailureKind::Timeout) {
    return temporary_error("the engine gave a step up: " + failure.text() + "; run again");
  }
  return internal_error("the run failed in the engine: " + failure.text());
}

}  // namespace almanac
