#include "core/code/token_distance.h"

#include <algorithm>

#include "core/code/new_in.h"

namespace almanac {

constexpr size_t kMostPairs = 4'000'000;

std::optional<size_t> token_distance(const std::vector<Token>& one,
                                     const std::vector<Token>& other) {
  const NewIn found = new_in<Token>(one, other, kMostPairs);
  if (!found.exact) return std::nullopt;
  const auto come = static_cast<size_t>(std::ranges::count(found.is_new, true));
  const size_t stay = other.size() - come;
  return come + (one.size() - stay);
}

}  // namespace almanac
