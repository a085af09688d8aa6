#include "core/code/new_lines.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace almanac {

namespace {

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
  const std::vector<std::string> olds = lines_of(before), news = lines_of(now);
  // The length of the longest common subsequence from there on.
  std::vector<std::vector<int>> common(olds.size() + 1, std::vector<int>(news.size() + 1));
  for (size_t o = olds.size(); o-- > 0;) {
    for (size_t n = news.size(); n-- > 0;) {
      common[o][n] = olds[o] == news[n] ? common[o + 1][n + 1] + 1
                                        : std::max(common[o + 1][n], common[o][n + 1]);
    }
  }
  std::vector<bool> is_new(news.size(), true);
  for (size_t o = 0, n = 0; o < olds.size() && n < news.size();) {
    if (olds[o] == news[n]) {
      is_new[n] = false;
      ++o, ++n;
    } else if (common[o + 1][n] >= common[o][n + 1]) {
      ++o;
    } else {
      ++n;
    }
  }
  return is_new;
}

}  // namespace almanac
