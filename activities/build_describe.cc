#include "activities/build_describe.h"

#include <stdio.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "activities/build_process.h"
#include "core/manifest/calculation_json.h"
#include "runner/module.h"

namespace almanac {

namespace {

std::string tail(const std::string& text, size_t size) {
  const size_t end = text.find_last_not_of(" \n") + 1;
  return text.substr(end > size ? end - size : 0, std::min(end, size));
}

std::string said(const ChildResult& child) {
  const std::string text = tail(child.err, 500);
  return text.empty() ? "" : "; it printed:\n  " + text;
}

std::string expected_sha256() {
  std::string text(64, '\0');
  const ssize_t size = isatty(STDIN_FILENO) ? 0 : read(STDIN_FILENO, text.data(), text.size());
  text.resize(size > 0 ? static_cast<size_t>(size) : 0);
  return text;
}

}  // namespace

int describe_module(const char* path) {
  // What users' code prints must not mix with the description.
  const int out = dup(STDOUT_FILENO);
  if (out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return 1;
  auto description = [&]() -> Result<std::string> {
    TRY(const Module module, Module::load(path, expected_sha256()));
    TRY(const Calculation calculation, module.describe());
    return calculation_to_json(calculation)
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }();
  if (!description.ok()) {
    fprintf(stderr, "%s\n", description.error().message.c_str());
    return 1;
  }
  fflush(stdout);
  for (std::string_view rest = *description; !rest.empty();) {
    const ssize_t written = write(out, rest.data(), rest.size());
    if (written < 0) return 1;
    rest.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

Result<Calculation> describe(const std::string& executable, const std::string& module,
                             const std::string& sha256) {
  const std::string folder = std::filesystem::path(module).parent_path();
  TRY(const ChildResult child, run_child({executable, kDescribeModule, module}, folder, sha256));
  if (child.signal != 0) {
    return usage_error("its module crashed with signal " + std::to_string(child.signal) + " (" +
                       strsignal(child.signal) +
                       ") while it was loaded and described; look at what runs when the class is "
                       "constructed" +
                       said(child));
  }
  if (child.out.size() == kMaxOutputBytes) {
    return usage_error(
        "it declares more than a megabyte of columns, reads and parameters; "
        "declare fewer, and put what is alike into rows");
  }
  const auto json = nlohmann::json::parse(child.out, nullptr, false);
  if (child.exit_code != 0 || json.is_discarded()) {
    std::string message = tail(child.err, 1000);
    if (message.empty()) message = "exit code " + std::to_string(child.exit_code);
    for (size_t at; (at = message.find(module)) != message.npos;) {
      message.replace(at, module.size(), "its module");
    }
    return usage_error(message);
  }
  return calculation_from_json(json);
}

}  // namespace almanac
