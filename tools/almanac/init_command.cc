// almanac init: a new project that runs.
#include <cstdio>
#include <filesystem>

#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

Result<void> init(const Options& options) {
  TRY(const std::string examples, examples_folder());
  const std::string example = options.example.empty() ? "starter" : options.example;
  const fs::path from = fs::path(examples) / example;
  std::error_code error;
  if (example.find('/') != std::string::npos || !fs::exists(from / "almanac.toml", error)) {
    std::string known;
    for (const auto& entry : fs::directory_iterator(examples, error)) {
      if (!fs::exists(entry.path() / "almanac.toml")) continue;
      known += (known.empty() ? "" : ", ") + entry.path().filename().string();
    }
    return usage_error("there is no example \"" + example + "\"; there are " + known);
  }
  const fs::path to = options.out;
  if (fs::exists(to / "almanac.toml", error)) {
    return usage_error((to / "almanac.toml").string() + " exists; init makes a new project");
  }
  fs::create_directories(to, error);
  if (error) return usage_error("cannot create " + to.string() + ": " + error.message());
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const fs::path relative = fs::relative(entry.path(), from);
    if (relative.begin()->string() == ".almanac") continue;
    const fs::path target = to / relative;
    if (entry.is_directory()) {
      fs::create_directories(target, error);
    } else {
      fs::copy_file(entry.path(), target, error);
    }
    if (error) return temporary_error("cannot write " + target.string() + ": " + error.message());
  }
  std::printf("%s is a new project; next: almanac -C %s run\n", to.string().c_str(),
              to.string().c_str());
  return {};
}

}  // namespace

int init_command(const Options& options) {
  auto done = init(options);
  return done.ok() ? static_cast<int>(kDone) : fail(done.error());
}

}  // namespace almanac
