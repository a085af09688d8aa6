// Failure: why a cell has no result, in the words of CellOutcome.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/base/result.h"

namespace almanac {

struct Failure {
  std::string code, error, stage;
  bool deterministic = false;  // trying again cannot help
  bool engine_fault = false;   // costs no attempt
};

using MaybeFailure = std::optional<Failure>;  // empty: all is well

// An input that cannot be read, or not as it was declared.
inline Failure input_failure(std::string error) {
  return {"INPUT", std::move(error), "input", false, true};
}
// Staging cannot be written.
inline Failure store_failure(std::string error) {
  return {"STORE", std::move(error), "store", false, true};
}
// The rows that were put out are wrong, and would be again.
inline Failure wrong_rows(std::string code, std::string error) {
  return {std::move(code), std::move(error), "validate", true, false};
}

}  // namespace almanac
