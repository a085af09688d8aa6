#include "core/code/token_distance.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace almanac {

constexpr size_t kMostPairs = 4'000'000;

std::optional<size_t> token_distance(const std::vector<Token>& one,
                                     const std::vector<Token>& other) {
  // What is the same at the beginning and the end need not be looked at.
  const auto [a, b] = std::ranges::mismatch(one, other);
  std::span<const Token> olds(a, one.end()), news(b, other.end());
  while (!olds.empty() && !news.empty() && olds.back() == news.back()) {
    olds = olds.first(olds.size() - 1);
    news = news.first(news.size() - 1);
  }
  if (olds.size() * news.size() > kMostPairs) return std::nullopt;
  // Lengths of common subsequences of what begins with an old token, by the new one it begins with.
  std::vector<size_t> below(news.size() + 1), row(news.size() + 1);
  for (size_t o = olds.size(); o-- > 0; std::swap(below, row)) {
    for (size_t n = news.size(); n-- > 0;) {
      row[n] = olds[o] == news[n] ? below[n + 1] + 1 : std::max(below[n], row[n + 1]);
    }
  }
  return olds.size() + news.size() - 2 * below[0];
}

}  // namespace almanac
