// Definition: what a workflow class answers to, by name. A workflow is a class with a default
// constructor, made anew for every run; its state is its fields:
//
//   struct Approval {
//     wf::Task<int> run(std::vector<Date> dates);    // the workflow
//     void approve(bool yes);                        // a signal; may be a wf::Task<>, too
//     int progress() const;                          // a query
//     wf::Task<int> add(Date date);                  // an update; may return a plain value, too
//     wf::Verdict check(Date date) const;            // and its validator
//
//     static wf::Definition<Approval> definition() {
//       return wf::define("Approval", &Approval::run)
//           .signal("approve", &Approval::approve)
//           .query("progress", &Approval::progress)
//           .update("add", &Approval::add, &Approval::check);
//     }
//   };
#pragma once

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

#include "temporal/workflow/running.h"
#include "temporal/workflow/task.h"

namespace temporal::wf {

// What a validator says of an update before it is accepted.
class Verdict {
 public:
  static Verdict accept() { return Verdict(std::nullopt); }
  static Verdict reject(Failure why) { return Verdict(std::move(why)); }
  const std::optional<Failure>& rejection() const { return rejection_; }

 private:
  explicit Verdict(std::optional<Failure> why) : rejection_(std::move(why)) {}
  std::optional<Failure> rejection_;
};
inline Verdict accept() {
  return Verdict::accept();
}
inline Verdict reject(std::string why) {
  return Verdict::reject(Failure(std::move(why)));
}

// A definition without its types: how a run makes and calls a workflow. Arguments that cannot be
// decoded throw PayloadError.
struct WorkflowType {
  struct Update {
    std::function<std::optional<Failure>(const void*, const Payloads&)> check;
    std::function<std::unique_ptr<Running>(void*, const Payloads&)> start;
  };
  std::string name;
  std::function<std::shared_ptr<void>()> create;
  std::function<std::unique_ptr<Running>(void*, const Payloads&)> run;
  std::map<std::string, std::function<std::unique_ptr<Running>(void*, const Payloads&)>> signals;
  std::map<std::string, std::function<Payloads(const void*, const Payloads&)>> queries;
  std::map<std::string, Update> updates;
};

namespace detail {

// A pointer to a member, so that two can be compared whatever they point to.
struct Member {
  std::type_index type;
  std::string bytes;
  template <class M>
  explicit Member(M member) : type(typeid(M)), bytes(sizeof(M), '\0') {
    std::memcpy(bytes.data(), &member, sizeof(M));
  }
  bool operator==(const Member&) const = default;
};

template <class W, class R, class... Args>
auto caller(R (W::*method)(Args...)) {
  return [method](void* self, const Payloads& input) {
    return start_running<R>([&] {
      auto args = decode_all<std::tuple<std::decay_t<Args>...>>(input);
      return std::apply(
          [&](auto&... arg) { return (static_cast<W*>(self)->*method)(std::move(arg)...); }, args);
    });
  };
}
template <class W, class R, class... Args>
R call_const(R (W::*method)(Args...) const, const void* self, const Payloads& input) {
  auto args = decode_all<std::tuple<std::decay_t<Args>...>>(input);
  return std::apply(
      [&](auto&... arg) { return (static_cast<const W*>(self)->*method)(std::move(arg)...); },
      args);
}

}  // namespace detail

template <class W>
class Definition {
 public:
  template <class R, class... Args>
  Definition(std::string name, Task<R> (W::*run)(Args...)) : run_(run) {
    type_->name = std::move(name);
    type_->create = [] { return std::static_pointer_cast<void>(std::make_shared<W>()); };
    type_->run = detail::caller(run);
  }
  template <class R, class... Args>
  Definition& signal(const std::string& name, R (W::*handler)(Args...)) {
    type_->signals[name] = detail::caller(handler);
    names_.emplace_back(handler, name);
    return *this;
  }
  template <class R, class... Args>
  Definition& query(const std::string& name, R (W::*handler)(Args...) const) {
    type_->queries[name] = [handler](const void* self, const Payloads& input) {
      return encode_all(detail::call_const(handler, self, input));
    };
    names_.emplace_back(handler, name);
    return *this;
  }
  template <class R, class... Args>
  Definition& update(const std::string& name, R (W::*handler)(Args...)) {
    type_->updates[name] = {{}, detail::caller(handler)};
    names_.emplace_back(handler, name);
    return *this;
  }
  template <class R, class... Args, class... CheckArgs>
  Definition& update(const std::string& name, R (W::*handler)(Args...),
                     Verdict (W::*check)(CheckArgs...) const) {
    static_assert(
        std::is_same_v<std::tuple<std::decay_t<Args>...>, std::tuple<std::decay_t<CheckArgs>...>>,
        "a validator takes the parameters of its update's handler");
    update(name, handler);
    type_->updates[name].check = [check](const void* self, const Payloads& input) {
      return detail::call_const(check, self, input).rejection();
    };
    return *this;
  }

  const std::shared_ptr<WorkflowType>& type() const { return type_; }
  // The name under which a signal, a query or an update was defined; throws std::logic_error where
  // it was not.
  template <class M>
  const std::string& name_of(M member) const {
    const detail::Member wanted(member);
    for (const auto& [known, name] : names_) {
      if (known == wanted) return name;
    }
    throw std::logic_error("workflow " + type_->name +
                           ": a member function is used as a signal, a query or an update, but is "
                           "not in the workflow's definition()");
  }
  // The workflow's name, asked for by its run().
  template <class M>
  const std::string& name_of_run(M run) const {
    if (run_ == detail::Member(run)) return type_->name;
    throw std::logic_error(
        "workflow " + type_->name +
        ": a member function is started as the workflow, but is not the one that "
        "its definition() names");
  }

 private:
  std::shared_ptr<WorkflowType> type_ = std::make_shared<WorkflowType>();
  detail::Member run_;
  std::vector<std::pair<detail::Member, std::string>> names_;
};

template <class W, class R, class... Args>
Definition<W> define(std::string name, Task<R> (W::*run)(Args...)) {
  return Definition<W>(std::move(name), run);
}

// W's definition, made once.
template <class W>
const Definition<W>& definition_of() {
  static const Definition<W> definition = W::definition();
  return definition;
}

}  // namespace temporal::wf
