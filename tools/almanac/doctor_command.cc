// almanac doctor: whether what a run needs is there and sound.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/names.h"
#include "storage/project_file.h"
#include "tools/almanac/console.h"
#include "tools/almanac/finding.h"
#include "tools/almanac/mv_intent.h"
#include "tools/almanac/options.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using Level = Finding::Level;

const char* name_of(Level level) {
  static constexpr const char* kNames[] = {"ok", "note", "wrong"};
  return kNames[static_cast<size_t>(level)];
}

// Of one that was interrupted. Until it is finished, what is recorded and what is there differ, and
// no run mends that.
std::optional<Finding> examine_renaming(const Project& project) {
  const auto intent = MvIntent::read(project.root);
  if (!intent.ok()) return wrong("renaming", intent.error().message, "");
  if (!*intent) return std::nullopt;
  const std::string from = (*intent)->from, to = (*intent)->to;
  return wrong("renaming",
               "that of " + in_quotes(from) + " to " + in_quotes(to) + " was interrupted",
               "almanac mv " + from + " " + to + " finishes it");
}

std::vector<Finding> examine(const std::string& directory) {
  const auto project = read_project(directory, std::getenv);
  if (!project.ok()) {
    return {wrong("project", project.error().message, "correct it; all else depends on it")};
  }
  std::vector<Finding> findings{
      fine("project", project->name + " in " + project->root + ", " +
                          count_text(project->datasets.size(), "dataset"))};
  const auto renaming = examine_renaming(*project);
  if (renaming) findings.push_back(*renaming);
  // The machine first: it is looked at by a process of its own, made while this one has no threads.
  for (const auto& look : {examine_machine, examine_toolchain, examine_data, examine_records,
                           examine_disks, examine_service}) {
    const bool in_between = look == examine_toolchain || look == examine_records;
    if (in_between && renaming) continue;
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
