// What a person sees: errors and progress on stderr, results on stdout.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/base/result.h"

namespace almanac {

enum ExitCode {
  kDone = 0,
  kFailedCells = 1,
  kUsage = 2,
  kChangesPending = 3,
  kEntityBreaker = 4,
  kValidator = 5,
  kNotReproduced = 6,
  kInternal = 70,
  kTemporary = 75,
  kInterrupted = 130,
};

// Prints the error and returns its exit code.
int fail(const Error& error);
void warn(const std::string& message);
void print_json(const nlohmann::json& document);

// A line on stderr that is rewritten while it changes; nothing where stderr is not a terminal.
class Progress {
 public:
  explicit Progress(size_t total, std::string unit = "cells");
  ~Progress();
  void step(const std::string& what);  // one more is through
  void show(size_t done, size_t total, const std::string& what);
  void wipe();  // something else is said

 private:
  void draw(const std::string& what);
  bool terminal_;
  size_t total_, done_ = 0;
  const std::string unit_;
  int64_t started_ms_, drawn_ms_ = 0;
};

}  // namespace almanac
