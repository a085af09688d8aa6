// How a calculation fails: PermanentError for authors, and the throwing of formatted messages.
#pragma once

#include <cstdarg>
#include <cstdio>
#include <stdexcept>

namespace almanac {

// Ends the cell, in every kind of calculation: the same inputs would fail in the same way, so it is
// not tried again. Any other exception fails the entity (PerEntity) or one attempt of the cell.
class PermanentError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace detail {

// Out of line and cold: a message must not cost the calculations that never show it.
template <class Error>
[[noreturn, gnu::cold, gnu::noinline]] __attribute__((format(printf, 1, 2))) void fail(
    const char* format, ...) {
  char message[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  throw Error(message);
}

}  // namespace detail
}  // namespace almanac
