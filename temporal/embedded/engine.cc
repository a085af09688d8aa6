#include "temporal/embedded/engine.h"

#include <algorithm>

#include "temporal/embedded/answers.h"
#include "temporal/embedded/close.h"
#include "temporal/embedded/limits.h"

namespace temporal::embedded {

namespace {

Answer dispatch(Engine& engine, const CallPtr& call) {
  switch (call->rpc) {
#define TEMPORAL_RPC(name)                                             \
  case service::Rpc::name:                                             \
    return answer(engine, call, request_of<service::Rpc::name>(*call), \
                  reply_of<service::Rpc::name>(*call));
    TEMPORAL_RPCS(TEMPORAL_RPC)
#undef TEMPORAL_RPC
  }
  return Status{Code::Unimplemented, "unknown call"};
}

}  // namespace

Engine::Engine(Executor& executor, Options options)
    : executor_(executor), options_(std::move(options)), ids_(options_.seed()) {
  for (const std::string& name : options_.namespaces()) {
    namespaces_[name] = {new_id(), "", options_.retention().value_or(kRetention)};
  }
}

service::Service::Cancel Engine::call(service::Rpc rpc, const google::protobuf::Message& request,
                                      google::protobuf::Message& reply, Duration timeout,
                                      service::Service::Done done) {
  auto call = std::make_shared<Call>();
  call->rpc = rpc;
  call->request = &request;
  call->reply = &reply;
  call->done = std::move(done);
  std::lock_guard lock(mutex_);
  call->deadline = temporal::later(now(), timeout);
  reply.Clear();
  forget();
  queues_.forget_unused(now());
  if (!open_) {
    end(call, {Code::Unavailable, "the service is closed"});
  } else if (Answer answer = dispatch(*this, call)) {
    end(call, std::move(*answer));
  } else if (!call->ended) {
    call->number = ++last_call_;
    held_[call->number] = call;
    call->timer = at(call->deadline, [this, call] {
      end(call, {Code::DeadlineExceeded, "context deadline exceeded"});
    });
  }
  return [engine = weak_from_this(), call = std::weak_ptr(call)] {
    const auto self = engine.lock();
    const auto one = call.lock();
    if (!self || !one) return;
    std::lock_guard lock(self->mutex_);
    self->end(one, {Code::Cancelled, "context canceled"});
  };
}

void Engine::close() {
  std::lock_guard lock(mutex_);
  open_ = false;
  for (const auto& [number, call] : std::exchange(held_, {})) {
    end(call, {Code::Unavailable, "the service is closed"});
  }
  for (const auto& [order, run] : by_order_) stop_timers(*this, *run);
  for (auto& [name, space] : namespaces_) space.closed.clear();
  later_.clear();
  by_order_.clear();
  by_id_.clear();
  current_.clear();
  queues_ = {};
}

void Engine::end(const CallPtr& call, Status status) {
  if (call->ended) return;
  call->ended = true;
  stop(call->timer);
  stop(call->limit);
  held_.erase(call->number);
  if (auto leave = std::exchange(call->leave, nullptr)) leave();
  executor_.post([done = std::move(call->done), status = std::move(status)]() mutable {
    done(std::move(status));
  });
}

void Engine::hold(const CallPtr& call, std::function<void()> leave, Duration most,
                  std::function<void()> at_limit) {
  call->leave = std::move(leave);
  const Duration left = call->deadline - now();
  if (left > kAnswerBudget) most = std::min(most, left - kAnswerBudget);
  call->limit = at(temporal::later(now(), most), [this, call, at_limit = std::move(at_limit)] {
    if (call->ended) return;
    at_limit();
    end(call, {});
  });
}

Executor::TimerId Engine::at(TimePoint time, std::function<void()> task) {
  const Duration delay = std::max(time - now(), Duration::zero());
  return executor_.after(delay, [engine = weak_from_this(), task = std::move(task)] {
    const auto self = engine.lock();
    if (!self) return;
    std::lock_guard lock(self->mutex_);
    if (self->open_) task();
  });
}

void Engine::stop(Executor::TimerId& timer) {
  if (timer != 0) executor_.cancel(timer);
  timer = 0;
}

void Engine::later(std::function<void()> task) {
  later_.push_back(std::move(task));
  executor_.post([engine = weak_from_this()] {
    if (const auto self = engine.lock()) self->pump();
  });
}

// A post is a turn, not a task: threads may run posts in any order, the tasks keep theirs.
void Engine::pump() {
  std::lock_guard lock(mutex_);
  if (later_.empty()) return;
  const auto task = std::move(later_.front());
  later_.pop_front();
  task();
}

Namespace* Engine::find_namespace(const std::string& name) {
  const auto found = namespaces_.find(name);
  return found == namespaces_.end() ? nullptr : &found->second;
}

Result<RunPtr> Engine::find(const std::string& namespace_name,
                            const api::common::v1::WorkflowExecution& execution) {
  if (execution.workflow_id().empty()) return invalid("WorkflowId is not set on request.");
  if (execution.run_id().empty()) {
    if (RunPtr run = current(namespace_name, execution.workflow_id())) return run;
    return not_found("workflow not found for ID: " + execution.workflow_id());
  }
  if (!is_uuid(execution.run_id())) return invalid("Invalid RunId.");
  RunPtr run = run_of(execution.run_id());
  if (run && run->namespace_name == namespace_name && run->workflow_id == execution.workflow_id()) {
    return run;
  }
  return not_found("workflow execution not found for workflow ID \"" + execution.workflow_id() +
                   "\" and run ID \"" + execution.run_id() + "\"");
}

RunPtr Engine::current(const std::string& namespace_name, const std::string& workflow_id) {
  const auto found = current_.find({namespace_name, workflow_id});
  return found == current_.end() ? nullptr : found->second;
}

RunPtr Engine::run_of(const std::string& run_id) {
  const auto found = by_id_.find(run_id);
  return found == by_id_.end() ? nullptr : found->second;
}

void Engine::add(RunPtr run) {
  run->order = ++last_order_;
  by_order_[run->order] = run;
  by_id_[run->run_id] = run;
  current_[{run->namespace_name, run->workflow_id}] = run;
}

void Engine::closed(const RunPtr& run) {
  if (Namespace* space = find_namespace(run->namespace_name)) space->closed.push_back(run);
}

void Engine::forget() {
  for (auto& [name, space] : namespaces_) {
    while (!space.closed.empty()) {
      const RunPtr& run = space.closed.front();
      if (temporal::later(run->closed_at, space.retention) > now()) break;
      by_order_.erase(run->order);
      by_id_.erase(run->run_id);
      const auto found = current_.find({run->namespace_name, run->workflow_id});
      if (found != current_.end() && found->second == run) current_.erase(found);
      space.closed.pop_front();
    }
  }
}

}  // namespace temporal::embedded
