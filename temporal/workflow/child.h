// Child workflows, and workflows that are not this one's children.
#pragma once

#include <map>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>

#include "temporal/data/retry_policy.h"
#include "temporal/data/search_attributes.h"
#include "temporal/workflow/activity.h"
#include "temporal/workflow/definition.h"

namespace temporal::wf {

enum class ParentClose { Terminate, Abandon, RequestCancel };
enum class IdReuse { AllowDuplicate, AllowDuplicateFailedOnly, RejectDuplicate };

class ChildOptions {
 public:
  struct Values {
    std::string id, queue, cron;
    Duration execution_timeout{}, run_timeout{}, task_timeout{};
    std::optional<RetryPolicy> retry;
    ParentClose parent_close = ParentClose::Terminate;
    IdReuse id_reuse = IdReuse::AllowDuplicate;
    SearchAttributes attributes;
    std::map<std::string, Payload> memo;
    std::optional<Scope> scope;
    OnCancel on_cancel = OnCancel::Wait;
  };

  ChildOptions() = default;
  // A uuid that is the same on replay if not set.
  ChildOptions& id(std::string id) { return set(values_.id, std::move(id)); }
  ChildOptions& queue(std::string name) { return set(values_.queue, std::move(name)); }
  ChildOptions& execution_timeout(Duration d) { return set(values_.execution_timeout, d); }
  ChildOptions& run_timeout(Duration d) { return set(values_.run_timeout, d); }
  ChildOptions& task_timeout(Duration d) { return set(values_.task_timeout, d); }
  ChildOptions& retry(RetryPolicy policy) { return set(values_.retry, std::move(policy)); }
  ChildOptions& cron(std::string schedule) { return set(values_.cron, std::move(schedule)); }
  ChildOptions& on_parent_close(ParentClose policy) { return set(values_.parent_close, policy); }
  ChildOptions& id_reuse(IdReuse policy) { return set(values_.id_reuse, policy); }
  ChildOptions& search_attributes(SearchAttributes a) {
    return set(values_.attributes, std::move(a));
  }
  template <class T>
  ChildOptions& memo(const std::string& key, const T& value) {
    values_.memo[key] = encode(value);
    return *this;
  }
  ChildOptions& scope(Scope scope) { return set(values_.scope, std::move(scope)); }
  ChildOptions& on_cancel(OnCancel mode) { return set(values_.on_cancel, mode); }
  const Values& values() const { return values_; }

 private:
  template <class Field, class Value>
  ChildOptions& set(Field& field, Value&& value) {
    field = std::forward<Value>(value);
    return *this;
  }
  Values values_;
};

// A child that was asked for. Awaiting it gives its outcome.
template <class T = void>
class ChildHandle {
 public:
  using Value = T;
  explicit ChildHandle(Ref<ChildCall> call) : call_(std::move(call)) {}

  const std::string& workflow_id() const { return call_->workflow_id(); }
  const std::string& run_id() const { return call_->run_id(); }  // empty until it has started
  bool done() const { return call_->done(); }
  void cancel() { call_->cancel(); }
  // Settles when the child has started; its outcome is a failure where it could not.
  Handle<void> started() const { return Handle<void>(Ref<Call>(&call_->started())); }

  // Awaiting the handle gives whether the signal was delivered.
  template <class... Args>
  Handle<void> signal(std::string_view name, const Args&... args) const {
    return Handle<void>(Context::current().signal_external({workflow_id(), "", true}, name,
                                                           input_of(args...), Scope::workflow(),
                                                           std::source_location::current()));
  }
  template <class W, class R, class... Args>
  Handle<void> signal(R (W::*handler)(Args...), const std::type_identity_t<Args>&... args) const {
    return signal(definition_of<W>().name_of(handler), args...);
  }

  Future& future() const { return *call_; }
  Outcome<T> take() const { return Handle<T>(Ref<Call>(call_)).take(); }

 private:
  Ref<ChildCall> call_;
};

// A workflow that can be started as a child, by its name and signature; child(&W::run) is one, too:
//
//   auto child = wf::child(&Approval::run).start(dates, wf::ChildOptions().id("approve-1"));
template <class Signature>
class Child;
template <class R, class... Args>
class Child<R(Args...)> {
 public:
  explicit constexpr Child(std::string_view type) : type_(type) {}

  // Asks for the child, now.
  ChildHandle<R> start(const Args&... args, const ChildOptions& options = {},
                       std::source_location where = std::source_location::current()) const {
    return ChildHandle<R>(Context::current().start_child(type_, input_of(args...), options, where));
  }

 private:
  std::string_view type_;
};

template <class W, class R, class... Args>
Child<R(Args...)> child(Task<R> (W::*run)(Args...)) {
  return Child<R(Args...)>(definition_of<W>().name_of_run(run));
}

// A workflow that is known by its id. Awaiting what signal() and cancel() return gives whether the
// service could deliver it.
class ExternalWorkflow {
 public:
  explicit ExternalWorkflow(std::string workflow_id, std::string run_id = {})
      : id_(std::move(workflow_id)), run_(std::move(run_id)) {}

  template <class... Args>
  Handle<void> signal(std::string_view name, const Args&... args) const {
    return Handle<void>(Context::current().signal_external({id_, run_, false}, name,
                                                           input_of(args...), Scope::workflow(),
                                                           std::source_location::current()));
  }
  template <class W, class R, class... Args>
  Handle<void> signal(R (W::*handler)(Args...), const std::type_identity_t<Args>&... args) const {
    return signal(definition_of<W>().name_of(handler), args...);
  }
  Handle<void> cancel() const {
    return Handle<void>(
        Context::current().cancel_external({id_, run_, false}, std::source_location::current()));
  }

 private:
  std::string id_;
  std::string run_;
};

}  // namespace temporal::wf
