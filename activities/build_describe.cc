// The child process that loads a module and prints what it declares.
#include <stdio.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>

#include "activities/build.h"
#include "core/manifest/calculation_json.h"
#include "runner/module.h"

namespace almanac {

namespace {

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

}  // namespace almanac
