// Status: how a call to the service ended. Result<T>: what it gave, or the Status.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace temporal {

// The codes of gRPC, with gRPC's numbers.
enum class Code {
  Ok = 0,
  Cancelled = 1,
  Unknown = 2,
  InvalidArgument = 3,
  DeadlineExceeded = 4,
  NotFound = 5,
  AlreadyExists = 6,
  PermissionDenied = 7,
  ResourceExhausted = 8,
  FailedPrecondition = 9,
  Aborted = 10,
  OutOfRange = 11,
  Unimplemented = 12,
  Internal = 13,
  Unavailable = 14,
  DataLoss = 15,
  Unauthenticated = 16,
};
const char* name_of(Code);

struct [[nodiscard]] Status {
  Code code = Code::Ok;
  std::string message;
  std::string details = {};  // a google.rpc.Status, serialized; empty where the service gave none

  bool ok() const { return code == Code::Ok; }
  // "NotFound: workflow not found for ID: x"
  std::string text() const {
    return message.empty() ? name_of(code) : std::string(name_of(code)) + ": " + message;
  }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // Throws std::logic_error for a status that is ok.
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {
    if (std::get<1>(state_).ok()) throw std::logic_error("a Result needs a value or an error");
  }
  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  // Throws std::runtime_error with the status's text where there is none.
  T& value() & {
    if (!ok()) throw std::runtime_error(status().text());
    return std::get<0>(state_);
  }
  const T& value() const& { return const_cast<Result*>(this)->value(); }
  T value() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  // Throws std::logic_error where there is a value.
  const Status& status() const {
    if (ok()) throw std::logic_error("a Result that is ok has no status");
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Status> state_;
};

}  // namespace temporal
