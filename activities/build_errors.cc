#include "activities/build_errors.h"

#include <algorithm>
#include <sstream>
#include <vector>

namespace almanac {

namespace {

constexpr size_t kMaxLines = 20;
constexpr size_t kMaxColumns = 200;

bool has(const std::string& line, const char* text) {
  return line.find(text) != line.npos;
}

void remove_all(std::string& line, const std::string& text) {
  for (size_t at; !text.empty() && (at = line.find(text)) != line.npos;)
    line.erase(at, text.size());
}

// Lines of quoted source: "   12 | code" and "      |    ^~~".
bool is_quote(const std::string& line) {
  const size_t bar = line.find(" | ");
  return (bar != line.npos && line.find_first_not_of(" 0123456789") == bar + 1) ||
         line.find_first_not_of(" ^~") == line.npos;
}

std::string file_of(const std::string& line) {
  return line.substr(0, line.find(':'));
}

// Tells the one note of each error that says more than the error: where else to look, or which
// function is missing.
class NoteChooser {
 public:
  bool wants(const std::string& line) {
    if (has(line, "error: ")) {
      file_ = file_of(line);
      open_ = true;
    }
    if (!open_ || !has(line, "note: ")) return false;
    if (file_of(line) == file_ && !has(line, "'virtual ")) return false;
    open_ = false;
    return true;
  }

 private:
  std::string file_;  // of the last error
  bool open_ = false;
};

// The lines with one of the marks and the notes of errors, each with its quotes.
std::vector<std::string> pick(const std::vector<std::string>& lines,
                              const std::vector<const char*>& marks) {
  std::vector<std::string> picked;
  NoteChooser notes;
  bool quoting = false;
  for (const auto& line : lines) {
    const bool marked =
        notes.wants(line) ||
        std::any_of(marks.begin(), marks.end(), [&](const char* mark) { return has(line, mark); });
    quoting = marked || (quoting && is_quote(line));
    if (quoting) picked.push_back(line);
  }
  return picked;
}

}  // namespace

std::string shorten_diagnostics(std::string_view text, const std::string& sdk_include) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    remove_all(line, sdk_include + "/");
    if (line.starts_with("./")) line.erase(0, 2);
    if (has(line, "ld returned ")) continue;  // follows the linker's own message
    // The end of an error says what to do.
    lines.push_back(has(line, "error: ") ? line : line.substr(0, kMaxColumns));
  }
  auto picked = pick(lines, {"error: ", "required from here", "undefined reference",
                             "multiple definition", "in instantiation of"});
  if (picked.empty()) picked = pick(lines, {"warning: "});
  if (picked.empty()) picked = lines;

  std::string result;
  const size_t shown = std::min(picked.size(), kMaxLines);
  for (size_t i = 0; i < shown; ++i) result += (i ? "\n  " : "  ") + picked[i];
  if (shown < picked.size()) {
    result += "\n  ... and " + std::to_string(picked.size() - shown) + " more lines";
  }
  return result;
}

}  // namespace almanac
