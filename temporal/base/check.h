// TEMPORAL_CHECK: a broken invariant of the library stops the process, in release builds too.
#pragma once

#include <cstdio>
#include <cstdlib>

#define TEMPORAL_CHECK(condition, message)                                                  \
  do {                                                                                      \
    if (!(condition)) [[unlikely]] {                                                        \
      std::fprintf(stderr, "%s:%d: check failed: %s: %s\n", __FILE__, __LINE__, #condition, \
                   message);                                                                \
      std::abort();                                                                         \
    }                                                                                       \
  } while (false)
