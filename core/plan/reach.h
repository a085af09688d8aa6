// Reach: what some cells concern when they are tried again. Cells that read them, directly or not,
// may follow; and of what all of these read, what is not up to date must come first.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "core/manifest/manifest.h"

namespace almanac {

class Reach {
 public:
  using Cell = std::pair<size_t, size_t>;  // calculation, day

  // `up_to_date` says of a cell whether it needs nothing any more.
  Reach(const Manifest& manifest, size_t days, const std::vector<Cell>& cells,
        const std::function<bool(size_t, size_t)>& up_to_date);

  bool has(size_t calculation, size_t day) const { return in_[calculation * days_ + day]; }

 private:
  void follow(const Manifest& manifest);
  void add_needs(const Manifest& manifest, const std::function<bool(size_t, size_t)>& up_to_date);

  size_t days_;
  std::vector<bool> in_;
};

}  // namespace almanac
