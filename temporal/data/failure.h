// Failure: how an activity, a child workflow or a workflow failed, with its causes. Outcome<T>: a
// value or a Failure.
//
// Failures travel as temporal.api.failure.v1.Failure; the kinds are those of that message.
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "temporal/data/payload.h"

namespace temporal::api::failure::v1 {
class Failure;
}

namespace temporal {

enum class FailureKind {
  Application,    // the author's own, and any exception
  Canceled,       // asked to stop
  Terminated,     // stopped without being asked
  Timeout,        // see timeout()
  Server,         // the service's own
  Activity,       // wraps what an activity failed with
  ChildWorkflow,  // wraps what a child workflow failed with
  Other,          // a kind this library does not know (Nexus, reset)
};
enum class TimeoutKind { None, StartToClose, ScheduleToStart, ScheduleToClose, Heartbeat };

// A value: cheap to copy, and copies do not see what setters change. Text that is not UTF-8, which
// the service would not take, has U+FFFD in the place of each wrong byte.
class Failure {
 public:
  using Proto = api::failure::v1::Failure;

  // An application failure; the setters below refine it, and throw std::logic_error for failures
  // of other kinds than they name.
  explicit Failure(std::string message, std::string type = {});
  explicit Failure(Proto proto);
  static Failure canceled(std::string message = "canceled");

  Failure& non_retryable();                                   // application
  Failure& next_retry_delay(std::chrono::nanoseconds delay);  // application
  Failure& caused_by(const Failure& cause);
  template <class... Args>
  Failure& details(const Args&... args) {  // application, canceled
    return set_details(encode_all(args...));
  }

  FailureKind kind() const;
  const std::string& message() const;
  const std::string& type() const;  // application: the author's name for it
  bool retryable() const;
  TimeoutKind timeout() const;
  // The activity's or child's type, for failures that wrap.
  const std::string& of() const;
  std::optional<Failure> cause() const;
  // The innermost cause; itself, where it has none.
  Failure root() const;
  // Canceled, or an activity or child that was.
  bool is_canceled() const;
  template <class T>
  T detail(int index = 0) const {  // throws PayloadError
    return decode_argument<T>(payloads(), index, index + 1);
  }

  // "activity compute: timeout (start to close)": the chain of messages on one line.
  std::string text() const;
  const Proto& proto() const { return *proto_; }

 private:
  void expect_application(const char* setter) const;
  Failure& set_details(Payloads details);
  const Payloads& payloads() const;
  Proto& edit();
  std::shared_ptr<const Proto> proto_;
};

// A Failure on its way through code that throws. Thrown by an activity or a workflow it fails that
// activity or workflow, as a thrown Failure does; what() is the failure's text().
class FailureError : public std::exception {
 public:
  explicit FailureError(Failure failure)
      : failure_(std::move(failure)), what_(std::make_shared<std::string>(failure_.text())) {}
  const Failure& failure() const { return failure_; }
  const char* what() const noexcept override { return what_->c_str(); }

 private:
  Failure failure_;
  std::shared_ptr<const std::string> what_;
};

// What was thrown. `meant`: as a failure, by a FailureError or a Failure; anything else is a defect
// of the code, and the failure's type() the exception's C++ type.
struct Thrown {
  Failure failure;
  bool meant;
};
Thrown what_was_thrown(const std::exception_ptr& error);

template <class T = void>
class [[nodiscard]] Outcome {
 public:
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

  Outcome()
    requires(std::is_void_v<T>)
      : state_(std::in_place_index<0>) {}
  Outcome(Value value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  // The value; throws FailureError where there is none.
  decltype(auto) value() & { return get(*this); }
  decltype(auto) value() const& { return get(*this); }
  T value() && {
    if (!ok()) throw FailureError(failure());
    if constexpr (!std::is_void_v<T>) return std::get<0>(std::move(state_));
  }
  // Throws std::logic_error where there is a value.
  const Failure& failure() const {
    if (ok()) throw std::logic_error("an outcome that is ok has no failure; ask ok() first");
    return std::get<1>(state_);
  }

 private:
  template <class Self>
  static decltype(auto) get(Self& self) {
    if (!self.ok()) throw FailureError(self.failure());
    if constexpr (!std::is_void_v<T>) return (std::get<0>(self.state_));
  }
  std::variant<Value, Failure> state_;
};

}  // namespace temporal
