// What builds calculations: the compiler, by whom the modules were built, and the SDK.
#include <algorithm>

#include "activities/build_process.h"
#include "activities/build_record.h"
#include "activities/build_sources.h"
#include "activities/build_toolchain.h"
#include "tools/almanac/finding.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

// The first line of what it says of itself.
std::string version_of(const Toolchain& toolchain) {
  auto command = toolchain.command;
  command.emplace_back("--version");
  const auto said = run_child(command, "/");
  return said.ok() ? said->out.substr(0, said->out.find('\n')) : toolchain.command.back();
}

Finding examine_compiler(const Project& project) {
  const auto toolchain = find_toolchain("");
  if (!toolchain.ok()) return wrong("compiler", toolchain.error().message, "");
  const std::string version = version_of(*toolchain);
  const auto text = read_text(project.root + "/.almanac/build/record.json");
  const BuildRecord record = record_from_json(text.value_or(""));
  const auto others = std::count_if(record.begin(), record.end(), [&](const auto& built) {
    return built.second.made_with != toolchain->made_with;
  });
  if (record.empty()) return fine("compiler", version + "; nothing is built yet");
  if (others == 0) {
    return fine("compiler", version + ", which built all " + count_text(record.size(), "module"));
  }
  return note("compiler",
              version + "; " + std::to_string(others) + " of " + std::to_string(record.size()) +
                  " modules were built by another one, or with other flags",
              "the next run builds them again and computes their cells anew; ALMANAC_CXX names "
              "the compiler to use");
}

Finding examine_calculations(const Project& project) {
  const auto manifest = build_aside(project);
  if (!manifest.ok()) return wrong("calculations", manifest.error().message, "");
  const size_t count = manifest->calculations.size();
  if (count > 0) return fine("calculations", count_text(count, "calculation") + ", which build");
  return note("calculations", "there are none", "add one as calculations/ID.cc");
}

}  // namespace

std::vector<Finding> examine_toolchain(const Project& project) {
  const auto sdk = sdk_folder();
  std::vector<Finding> findings{
      examine_compiler(project),
      sdk.ok() ? fine("sdk", *sdk)
               : wrong("sdk", sdk.error().message,
                       "install almanac whole: cmake --install, or tools/build")};
  const bool can_build = std::none_of(findings.begin(), findings.end(), [](const auto& finding) {
    return finding.level == Finding::Level::Wrong;
  });
  if (can_build) findings.push_back(examine_calculations(project));
  return findings;
}

}  // namespace almanac
