// Suite: the contexts in which two versions of a calculation are compared. Drawn ones, which the
// fabricator makes of their number, and found ones: recorded, kept, or searched because they reach
// code, or boundaries of comparisons, that drawn ones do not.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/code/code_bundle.h"
#include "simulator/behaviour/coverage.h"
#include "simulator/behaviour/material.h"
#include "simulator/behaviour/shape.h"
#include "simulator/random.h"

namespace almanac::behaviour {

using Deadline = std::chrono::steady_clock::time_point;

// So many drawn contexts, at least, are in a suite.
inline constexpr size_t kDrawn = 4096;
// So many are next to one in which a small change shows.
inline constexpr size_t kAround = 512;

class Suite {
 public:
  // Contexts by how near the sides of a comparison came to each other; of equally near ones the
  // shortest is first, in which least else is compared.
  using Nearest = std::map<std::pair<double, size_t>, std::shared_ptr<const std::string>>;

  // `kept`: contexts, as bytes, that told versions apart before; those, and the material's, that
  // still fit are taken.
  Suite(Shape shape, Material material, const std::vector<std::string>& kept = {});

  // The one of that number, as bytes: first the found ones, then drawn ones without end.
  std::string context(size_t number) const;
  std::vector<std::string> contexts(size_t first, size_t end) const;
  size_t found() const { return found_.size(); }
  // So many next to the one of that number. Error: internal, as it was encoded here.
  Result<std::vector<std::string>> around(size_t number, simulator::Random& random,
                                          size_t count) const;

  // Looks for contexts in which everything runs that the versions have, and every comparison meets
  // its boundary; longest for what is asked for. What is not reached by the deadline, or by drawing
  // kDrawn / 2 contexts in a row that told nothing new and then searching, is left. Before the
  // contexts are used.
  Result<void> explore(const std::vector<Coverage*>& versions, Deadline deadline);

 private:
  struct Exploration;
  Result<void> look(Exploration& exploration, Deadline deadline) const;
  Result<void> search(Exploration& exploration, Deadline deadline) const;
  Result<void> meet(Exploration& exploration, size_t site, const Nearest& nearest,
                    Deadline deadline) const;
  Result<void> look_beside(Exploration& exploration, size_t site, const std::string& context,
                           Deadline deadline) const;
  void learn_constants(const std::vector<Exploration>& explorations);
  void take(std::vector<Exploration>& explorations);
  std::string drawn(uint64_t seed) const;

  const Shape shape_;
  Material material_;
  std::vector<std::string> found_;
};

// What is typical of the columns, and the constants of the sources of both versions.
Material with_constants(Material material, const CodeBundle& before, const CodeBundle& now);

}  // namespace almanac::behaviour
