// New in: which elements of a sequence are not in another one, where as many as can be are taken to
// have stayed (longest common subsequence). Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace almanac {

struct NewIn {
  std::vector<bool> is_new;  // one value per element of `now`
  bool exact = true;         // false: it would take too long; all between what is the same at both
                             // ends is new
};

// `most`: of pairs of elements that are compared, beside those at both ends.
template <class T>
NewIn new_in(std::span<const T> before, std::span<const T> now, size_t most) {
  NewIn found{std::vector<bool>(now.size(), false)};
  size_t first = 0;
  while (!before.empty() && !now.empty() && before.front() == now.front()) {
    before = before.subspan(1);
    now = now.subspan(1);
    ++first;
  }
  while (!before.empty() && !now.empty() && before.back() == now.back()) {
    before = before.first(before.size() - 1);
    now = now.first(now.size() - 1);
  }
  found.exact = before.size() * now.size() <= most;
  if (!found.exact) before = {};
  // The length of the longest common subsequence from there on.
  std::vector<std::vector<int>> common(before.size() + 1, std::vector<int>(now.size() + 1));
  for (size_t o = before.size(); o-- > 0;) {
    for (size_t n = now.size(); n-- > 0;) {
      common[o][n] = before[o] == now[n] ? common[o + 1][n + 1] + 1
                                         : std::max(common[o + 1][n], common[o][n + 1]);
    }
  }
  for (size_t o = 0, n = 0; n < now.size();) {
    if (o < before.size() && before[o] == now[n]) {
      ++o, ++n;
    } else if (o < before.size() && common[o + 1][n] >= common[o][n + 1]) {
      ++o;
    } else {
      found.is_new[first + n++] = true;
    }
  }
  return found;
}

}  // namespace almanac
