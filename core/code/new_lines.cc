#include "core/code/new_lines.h"

#include <cctype>
#include <string>

#include "core/code/new_in.h"

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
  const std::vector<std::string> olds = lines_of(before), news = lines_of(now);
  return new_in<std::string>(olds, news, kMostPairs).is_new;
}

}  // namespace almanac
