// Aside: while it lives, what goes to stdout goes to stderr. Users' code runs in this process and
// may print; a document on stdout must stay one.
#pragma once

#include <unistd.h>

#include <cstdio>

namespace almanac {

class Aside {
 public:
  Aside() {
    std::fflush(stdout);
    stdout_ = dup(STDOUT_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  ~Aside() {
    std::fflush(stdout);
    if (stdout_ < 0) return;
    dup2(stdout_, STDOUT_FILENO);
    close(stdout_);
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

 private:
  int stdout_;
};

}  // namespace almanac
