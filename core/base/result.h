// Result<T>: a value or an Error. Operating errors are values; programmer errors are CHECKs.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/base/check.h"

namespace almanac {

// What went wrong, for the person who reads it: it names the thing, what was expected, what was
// found and what to do. The kind decides the exit code and whether trying again can help.
struct Error {
  enum class Kind {
    Usage,      // the command line, the project file or a calculation is wrong (exit code 2)
    Data,       // root data or a stored result cannot be read as declared
    Temporary,  // locked, out of space, moved while it was read: may pass by itself (75)
    LeaseLost,  // another run writes the ledger now (75)
    Internal,   // the engine's own fault (70)
  };
  Kind kind = Kind::Internal;
  std::string message;
};

inline Error usage_error(std::string message) {
  return {Error::Kind::Usage, std::move(message)};
}
inline Error data_error(std::string message) {
  return {Error::Kind::Data, std::move(message)};
}
inline Error temporary_error(std::string m) {
  return {Error::Kind::Temporary, std::move(m)};
}
inline Error internal_error(std::string m) {
  return {Error::Kind::Internal, std::move(m)};
}

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const T& value() const& {
    CHECK(ok(), error().message.c_str());
    return std::get<0>(state_);
  }
  T& value() & {
    CHECK(ok(), error().message.c_str());
    return std::get<0>(state_);
  }
  T&& value() && {
    CHECK(ok(), error().message.c_str());
    return std::get<0>(std::move(state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace almanac

// TRY(x, f()) binds the value of a Result or returns its error; TRY_VOID(f()) for Result<void>.
#define ALMANAC_JOIN_(a, b) a##b
#define ALMANAC_JOIN(a, b) ALMANAC_JOIN_(a, b)
#define TRY(declaration, expression) \
  TRY_(declaration, expression, ALMANAC_JOIN(try_result_, __LINE__))
#define TRY_(declaration, expression, result) \
  auto result = (expression);                 \
  if (!result.ok()) return result.error();    \
  declaration = std::move(result).value()
#define TRY_VOID(expression)                                                   \
  do {                                                                         \
    if (auto try_void = (expression); !try_void.ok()) return try_void.error(); \
  } while (false)
