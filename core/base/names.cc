#include "core/base/names.h"

#include <algorithm>

namespace almanac {

namespace {

constexpr size_t kLongestName = 64;

bool lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Error bad_path(std::string_view what, std::string_view path, const char* found) {
  return usage_error(std::string(what) + " " + in_quotes(path) + " " + found +
                     "; expected a path below the project, such as \"data/prices.parquet\"");
}

}  // namespace

bool valid_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || !lower(name[0])) return false;
  for (char c : name) {
    if (!lower(c) && !(c >= '0' && c <= '9') && c != '_' && c != '.' && c != '-') return false;
  }
  return name.find("..") == std::string_view::npos;
}

Result<void> check_name(std::string_view what, std::string_view name) {
  if (valid_name(name)) return {};
  return usage_error(std::string(what) + " " + in_quotes(name) +
                     " is not a valid name; expected a lower-case letter, then lower-case letters, "
                     "digits, '_', '.' or '-', at most 64 in all and without \"..\"");
}

Result<void> check_below(std::string_view what, std::string_view path) {
  if (path.empty()) return bad_path(what, path, "is empty");
  if (path[0] == '/') return bad_path(what, path, "is absolute");
  for (char c : path) {
    if (control(c)) return bad_path(what, path, "has a control character");
  }
  for (size_t from = 0; from <= path.size();) {
    const size_t end = std::min(path.find('/', from), path.size());
    const std::string_view segment = path.substr(from, end - from);
    if (segment == "..") return bad_path(what, path, "leads out of the project");
    if (segment.empty() || segment == ".") return bad_path(what, path, "has an empty segment");
    from = end + 1;
  }
  return {};
}

std::string in_quotes(std::string_view text) {
  constexpr size_t kLongest = 80;
  std::string out = "\"";
  for (char c : text.substr(0, kLongest)) {
    if (control(c)) {
      out += "\\x";
      out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
      out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  return out + (text.size() > kLongest ? "...\"" : "\"");
}

}  // namespace almanac
