// What the inputs of one cell amount to: parts of its key, or why it cannot have one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/plan/planner.h"

namespace almanac {

struct Planner::Gathered {
  Facts::Inputs inputs = Facts::Inputs::Ready;
  bool predicted = false, archived = false;
  bool dependency_pending =
      false;  // predicted because of a dependency, not of the own history alone
  std::vector<std::string> names;  // what the worst state is due to
  std::vector<Hash> dated;
  std::vector<int64_t> computations;  // of the dependency cells read, in order; 0 where absent

  static constexpr size_t kMostNames = 8;

  // Impossible beats failed beats blocked; names are kept for the worst only.
  void worsen(Facts::Inputs to, std::string name) {
    if (rank(to) < rank(inputs)) return;
    if (rank(to) > rank(inputs)) names.clear();
    inputs = to;
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    // A window may be missing hundreds of days; the first ones say enough.
    if (names.size() == kMostNames) name = "and more";
    if (names.size() <= kMostNames) names.push_back(std::move(name));
  }

 private:
  static int rank(Facts::Inputs inputs) {
    switch (inputs) {
      case Facts::Inputs::Ready:
        return 0;
      case Facts::Inputs::HistoryBlocked:
        return 1;
      case Facts::Inputs::DependencyBlocked:
        return 2;
      case Facts::Inputs::NotAvailable:
        return 3;
      case Facts::Inputs::DependencyFailed:
        return 4;
      case Facts::Inputs::NoData:
        return 5;
      case Facts::Inputs::Upstream:
        return 6;
    }
    return 0;
  }
};

}  // namespace almanac
