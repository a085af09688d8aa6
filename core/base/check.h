// CHECK(condition, "what must hold"): programmer errors stop the process, in release too.
#pragma once

#include <cstdio>
#include <cstdlib>

#define CHECK(condition, message)                                                           \
  do {                                                                                      \
    if (!(condition)) [[unlikely]] {                                                        \
      std::fprintf(stderr, "%s:%d: CHECK failed: %s: %s\n", __FILE__, __LINE__, #condition, \
                   message);                                                                \
      std::abort();                                                                         \
    }                                                                                       \
  } while (false)
