// almanac init: a new project that runs.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/base/names.h"
#include "storage/files.h"
#include "storage/project_file.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

constexpr const char* kSafe =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=";

// A path as a shell takes it.
std::string in_shell(const std::string& path) {
  if (path.find_first_not_of(kSafe) == path.npos) return path;
  std::string text = "'";
  for (char c : path) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// What almanac.toml of the example says in the project: the name of the starter is that of the
// folder, where it can be.
std::string project_file(const fs::path& from, const fs::path& to) {
  std::string text = content(from / kProjectFile);
  const std::string name = (fs::absolute(to) / "").lexically_normal().parent_path().filename();
  const std::string example = "\"starter\"";
  const size_t at = text.find(example);
  if (at == text.npos || from.filename() != "starter" || !valid_name(name)) return text;
  const size_t end = text.find_first_not_of(' ', at + example.size());
  std::string value = padded("\"" + name + "\"", end - at);
  if (value.back() != ' ') value += ' ';
  return text.replace(at, end - at, value);
}

std::string content_for(const fs::path& from, const fs::path& to, const fs::path& file) {
  return file == kProjectFile ? project_file(from, to) : content(from / file);
}

// What a project starts with, relative to its folder: what lies in the example.
std::vector<fs::path> files_of(const fs::path& example) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(example)) {
    const fs::path relative = fs::relative(entry.path(), example);
    if (relative.begin()->string() == ".almanac" || entry.is_directory()) continue;
    files.push_back(relative);
  }
  std::sort(files.begin(), files.end());
  return files;
}

Error a_project_already(const fs::path& to) {
  return usage_error((to / "almanac.toml").string() +
                     " exists; init makes a new project in a folder of its own");
}

// A new project is made where there is nothing; one that only lacks some of its files is completed.
// What git keeps there does not count.
Result<void> check_target(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(to, error)) return {};
  if (!fs::is_directory(to, error)) {
    return usage_error(to.string() + " is a file; init makes a folder");
  }
  auto there = fs::recursive_directory_iterator(to, error);
  if (error) return usage_error("cannot read " + to.string() + ": " + error.message());
  std::vector<fs::path> found;
  for (auto end = fs::end(there); there != end; there.increment(error)) {
    const fs::path relative = fs::relative(there->path(), to, error);
    if (relative == ".git" || relative == ".gitignore") {
      there.disable_recursion_pending();
      continue;
    }
    if (there->is_directory(error) && fs::is_directory(from / relative, error)) continue;
    if (!fs::is_regular_file(from / relative, error) ||
        content(there->path()) != content_for(from, to, relative)) {
      if (fs::exists(to / "almanac.toml", error)) return a_project_already(to);
      return usage_error(to.string() + " is not empty: it has " + in_quotes(relative.string()) +
                         "; init makes a new project in a folder of its own");
    }
    found.push_back(relative);
  }
  if (!found.empty() && found.size() == files_of(from).size()) {
    return a_project_already(to);
  }
  return {};
}

Result<fs::path> example_of(const std::string& name) {
  TRY(const std::string folder, examples_folder());
  const std::vector<std::string> known = examples();
  if (std::find(known.begin(), known.end(), name) != known.end()) return fs::path(folder) / name;
  std::string list;
  for (const auto& one : known) list += (list.empty() ? "" : ", ") + one;
  return usage_error("there is no example \"" + name + "\"; there are " + list);
}

Result<void> init(const Options& options) {
  const std::string name = options.example.empty() ? "starter" : options.example;
  TRY(const fs::path from, example_of(name));
  const fs::path to = options.out;
  TRY_VOID(check_target(from, to));
  std::error_code error;
  fs::create_directories(to, error);
  if (error) return place_error("create folder", to, error.value());
  for (const fs::path& file : files_of(from)) {
    const fs::path target = to / file;
    fs::create_directories(target.parent_path(), error);
    if (error) return place_error("create folder", target.parent_path(), error.value());
    if (fs::exists(target, error)) continue;
    TRY_VOID(write_durably(target, content_for(from, to, file)));
  }
  if (const fs::path ignore = to / ".gitignore"; !fs::exists(ignore, error)) {
    TRY_VOID(write_durably(ignore, ".almanac/\n"));
  }
  const std::string folder = to == "." ? "" : "-C " + in_shell(to.string()) + " ";
  std::printf("%s is a new project; next:\n", to.string().c_str());
  if (name == "portfolio") {
    std::printf("  almanac sample --users 1000 --days 5 --out %s\n",
                in_shell((to / "data").lexically_normal().string()).c_str());
    std::printf("  almanac %srun --from 2022-12-21\n", folder.c_str());
  } else {
    std::printf("  almanac %srun\n", folder.c_str());
  }
  return {};
}

}  // namespace

int init_command(const Options& options) {
  auto done = init(options);
  return done.ok() ? static_cast<int>(kDone) : fail(done.error());
}

}  // namespace almanac
