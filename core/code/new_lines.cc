#include "core/code/new_lines.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace almanac {

namespace {

// More would take too long; then all between the first and the last that are new is new.
constexpr size_t kMostPairs = 25'000'000;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      lines.back() += c;
    }
  }
  return lines;
}

}  // namespace

std::vector<bool> new_lines(std::string_view before, std::string_view now) {
  std::vector<std::string> olds = lines_of(before), news = lines_of(now);
  std::vector<bool> is_new(news.size(), false);
  // What is the same at the beginning and the end need not be looked at.
  const size_t most = std::min(olds.size(), news.size());
  size_t first = 0, last = 0;
  while (first < most && olds[first] == news[first]) ++first;
  while (last < most - first && olds[olds.size() - 1 - last] == news[news.size() - 1 - last])
    ++last;
  const auto cut = [&](std::vector<std::string>* lines) {
    lines->erase(lines->end() - static_cast<int64_t>(last), lines->end());
    lines->erase(lines->begin(), lines->begin() + static_cast<int64_t>(first));
  };
  cut(&olds);
  cut(&news);
  if (olds.size() * news.size() > kMostPairs) olds.clear();
  // The length of the longest common subsequence from there on.
  std::vector<std::vector<int>> common(olds.size() + 1, std::vector<int>(news.size() + 1));
  for (size_t o = olds.size(); o-- > 0;) {
    for (size_t n = news.size(); n-- > 0;) {
      common[o][n] = olds[o] == news[n] ? common[o + 1][n + 1] + 1
                                        : std::max(common[o + 1][n], common[o][n + 1]);
    }
  }
  for (size_t o = 0, n = 0; n < news.size();) {
    if (o < olds.size() && olds[o] == news[n]) {
      ++o, ++n;
    } else if (o < olds.size() && common[o + 1][n] >= common[o][n + 1]) {
      ++o;
    } else {
      is_new[first + n++] = true;
    }
  }
  return is_new;
}

}  // namespace almanac
