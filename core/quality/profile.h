// Profile: what the cells of a calculation need, learned from those that succeeded, by how many
// rows they read: that is known of a cell before it runs, as its entities are not. A line through
// memory and time by rows (least squares), and how far above it 95 % of them were at most.
//
// Pure. A guess: nothing but where and when a cell is computed is decided on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace almanac {

// What one cell has used.
struct Usage {
  uint64_t rows = 0;        // that it read, over all its inputs
  uint64_t peak_bytes = 0;  // of memory; 0: not known
  int64_t duration_ms = 0;
};

// What a cell is going to use: of 100 cells 95 do not use more than `bytes` and `most_ms`.
struct Need {
  uint64_t bytes = 0;  // 0: not known
  double ms = 0, most_ms = 0;
};

class Profile {
 public:
  static constexpr int kUsages = 32;  // of the latest dates, that one is made of
  Profile() = default;
  explicit Profile(const std::vector<Usage>& usages);

  bool empty() const { return usages_ == 0; }  // then a need is all zero
  Need need(uint64_t rows) const;

 private:
  struct Line {
    double base = 0, slope = 0;
    double above = 1;  // 95 % of the points are not above this multiple of the line
    double at(uint64_t rows) const { return base + slope * static_cast<double>(rows); }
  };
  static Line fit(const std::vector<std::pair<double, double>>& points, double base);

  size_t usages_ = 0;
  Line bytes_, ms_;
};

}  // namespace almanac
