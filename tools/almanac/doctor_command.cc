// almanac doctor: whether what a run needs is there and sound.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "storage/project_file.h"
#include "tools/almanac/console.h"
#include "tools/almanac/finding.h"
#include "tools/almanac/options.h"

namespace almanac {

namespace {

using Level = Finding::Level;

const char* name_of(Level level) {
  static constexpr const char* kNames[] = {"ok", "note", "wrong"};
  return kNames[static_cast<size_t>(level)];
}

std::vector<Finding> examine(const std::string& directory) {
  const auto project = read_project(directory, std::getenv);
  if (!project.ok()) {
    return {wrong("project", project.error().message, "correct it; all else depends on it")};
  }
  std::vector<Finding> findings{fine("project", project->name + " in " + project->root + ", " +
                                                    std::to_string(project->datasets.size()) +
                                                    " datasets")};
  // The machine first: it is looked at by a process of its own, made while this one has no threads.
  for (const auto& look :
       {examine_machine, examine_toolchain, examine_records, examine_disks, examine_service}) {
    for (auto& finding : look(*project)) findings.push_back(std::move(finding));
  }
  return findings;
}

void print(const Finding& finding) {
  std::printf("%-6s %-12s %s%s%s\n", name_of(finding.level), finding.subject.c_str(),
              finding.found.c_str(), finding.advice.empty() ? "" : "; ", finding.advice.c_str());
}

}  // namespace

int doctor_command(const Options& options) {
  const auto findings = examine(options.directory);
  bool all_fine = true;
  nlohmann::json checks = nlohmann::json::array();
  for (const auto& finding : findings) {
    all_fine &= finding.level != Level::Wrong;
    checks.push_back({{"check", finding.subject},
                      {"status", name_of(finding.level)},
                      {"found", finding.found},
                      {"advice", finding.advice}});
    if (!options.json) print(finding);
  }
  if (options.json) print_json({{"version", 1}, {"fine", all_fine}, {"checks", checks}});
  return all_fine ? kDone : kFailedCells;
}

}  // namespace almanac
