// almanac init: a new project that runs.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/base/names.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"

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
        content(there->path()) != content(from / relative)) {
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
  TRY(const std::string examples, examples_folder());
  std::error_code error;
  if (name.find('/') == name.npos &&
      fs::exists(fs::path(examples) / name / "almanac.toml", error)) {
    return fs::path(examples) / name;
  }
  std::string known;
  for (const auto& entry : fs::directory_iterator(examples, error)) {
    if (!fs::exists(entry.path() / "almanac.toml")) continue;
    known += (known.empty() ? "" : ", ") + entry.path().filename().string();
  }
  return usage_error("there is no example \"" + name + "\"; there are " + known);
}

Result<void> init(const Options& options) {
  const std::string name = options.example.empty() ? "starter" : options.example;
  TRY(const fs::path from, example_of(name));
  const fs::path to = options.out;
  TRY_VOID(check_target(from, to));
  std::error_code error;
  fs::create_directories(to, error);
  if (error) return usage_error("cannot create " + to.string() + ": " + error.message());
  for (const fs::path& file : files_of(from)) {
    const fs::path target = to / file;
    fs::create_directories(target.parent_path(), error);
    if (!error) fs::copy_file(from / file, target, fs::copy_options::skip_existing, error);
    if (error) return temporary_error("cannot write " + target.string() + ": " + error.message());
  }
  if (const fs::path ignore = to / ".gitignore"; !fs::exists(ignore, error)) {
    if (!(std::ofstream(ignore) << ".almanac/\n").flush()) {
      return temporary_error("cannot write " + ignore.string());
    }
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
