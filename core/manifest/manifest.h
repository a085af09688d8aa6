// Manifest: the validated graph of all calculations of a project, sorted into passes. A value, made
// once by `build`; everything after it works on this and never loads users' code.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/hash.h"
#include "core/base/result.h"
#include "core/manifest/calculation.h"
#include "core/manifest/graph.h"
#include "core/manifest/project.h"

namespace almanac {

struct Manifest {
  // By pass, then by id; all other members use the indices of this order.
  std::vector<Calculation> calculations;
  std::vector<uint32_t> pass;  // of each calculation
  Graph dependencies;          // of each: the calculations that it reads, ascending, each once; its
                               // own previous result is not one of them
  std::map<std::string, uint32_t, std::less<>> index;  // by id

  const Calculation* find(std::string_view id) const;  // null when there is none
  uint32_t passes() const { return pass.empty() ? 0 : pass.back() + 1; }
};

// Validates the calculations against each other and the project, puts the project's parameter
// values in force and sorts into passes. Calculations may come in any order; their `parameters`
// hold the defaults. The Usage error lists all that is wrong, one line each, by file.
Result<Manifest> make_manifest(std::vector<Calculation> calculations, const Project& project);

// Sorts calculations that were validated before. Usage error when their dependencies form a cycle.
Result<Manifest> sorted_manifest(std::vector<Calculation> calculations);

}  // namespace almanac
