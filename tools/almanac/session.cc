#include "tools/almanac/session.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "activities/build.h"
#include "core/manifest/selection.h"
#include "storage/files.h"
#include "storage/project_file.h"
#include "tools/almanac/console.h"
#include "tools/almanac/mv_intent.h"
#include "tools/almanac/scratch.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

// The first of some places relative to the command's own folder that holds a file.
Result<std::string> beside_command(const std::vector<std::string>& places,
                                   const std::string& file) {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const auto& place : places) {
    const fs::path folder = (self / place).lexically_normal();
    if (fs::exists(folder / file, error)) return folder.string();
  }
  return internal_error("cannot find " + file + " beside the command in " + self.string());
}

}  // namespace

Result<std::string> sdk_folder() {
  return beside_command({"../../sdk", "../include"}, "almanac/calculation.h");
}

Result<std::string> examples_folder() {
  return beside_command({"../../pipelines", "../share/almanac/pipelines"},
                        "portfolio/almanac.toml");
}

namespace {

Result<BuildOptions> build_options_of(const Options& given) {
  BuildOptions options;
  TRY(options.sdk_include, sdk_folder());
  std::error_code error;
  options.describe = fs::read_symlink("/proc/self/exe", error).string();
  options.jobs = static_cast<unsigned>(threads_of(given));
  options.progress = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
  return options;
}

}  // namespace

std::vector<std::string> examples() {
  std::vector<std::string> names;
  const auto folder = examples_folder();
  if (!folder.ok()) return names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(*folder, error)) {
    if (!fs::exists(entry.path() / "almanac.toml", error)) continue;
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

size_t threads_of(const Options& options) {
  return options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
}

Result<Built> load_and_build(const Options& options) {
  Built built;
  TRY(built.project, read_project(options.directory, std::getenv));
  TRY_VOID(check_no_renaming(built.project.root));
  TRY(const BuildOptions build_options, build_options_of(options));
  TRY(built.manifest, build(built.project, build_options));
  return built;
}

Result<Manifest> build_in_place(const Project& project) {
  TRY(const BuildOptions options, build_options_of({}));
  return build(project, options);
}

Result<Manifest> build_aside(const Project& project) {
  TRY(BuildOptions options, build_options_of({}));
  TRY(const Scratch folder, Scratch::create("build"));
  options.aside = folder.path() + "/build";
  return build(project, options);
}

Request request_of(const Options& options) {
  return {options.from,  options.to, options.lines, options.select, options.exact,
          options.force, {}};
}

Result<Date> today(const Project& project) {
  if (const char* given = std::getenv("ALMANAC_TODAY")) {
    if (const auto date = Date::parse(given)) return *date;
    return usage_error(std::string("ALMANAC_TODAY is \"") + given + "\"; expected YYYY-MM-DD");
  }
  setenv("TZ", project.timezone.c_str(), 1);
  tzset();
  const time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  tm local{};
  localtime_r(&now, &local);
  return Date::of(local.tm_year + 1900, static_cast<unsigned>(local.tm_mon + 1),
                  static_cast<unsigned>(local.tm_mday));
}

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool on_service(const Project& project) {
  return project.engine_kind == "temporal";
}

Result<std::unique_ptr<Ledger>> read_ledger(const Project& project) {
  return Ledger::open(location_path(project, project.ledger), Ledger::Mode::ReadOnly);
}

Result<void> free_lease(const Project& project, int64_t token) {
  TRY(const auto ledger,
      Ledger::open(location_path(project, project.ledger), Ledger::Mode::ReadWrite));
  return ledger->free(token);
}

Result<Planned> open_and_plan(const Options& options) {
  TRY(Built built, load_and_build(options));
  Planned planned;
  TRY(planned.workspace,
      open_workspace(std::move(built.project), std::move(built.manifest), Access::Read));
  TRY(const Date day, today(planned.workspace->project));
  TRY(planned.planning, start_planning(*planned.workspace, request_of(options), day));
  if (!options.warned) {
    for (const auto& warning : planned.planning->warnings) warn(warning);
  }
  planned.cells = plan_cells(*planned.planning);
  return planned;
}

const std::string& NamedCell::id() const {
  return planned.planning->planner->manifest().calculations[calculation].id;
}

Result<NamedCell> plan_named_cell(const Options& options) {
  const auto date = Date::parse(options.date);
  if (!date) return usage_error("\"" + options.date + "\" is not a date; expected YYYY-MM-DD");
  Options wanted = options;
  wanted.from = wanted.to = *date;
  wanted.select = options.calculation;
  TRY(Planned planned, open_and_plan(wanted));
  const Planner& planner = *planned.planning->planner;
  TRY(const uint32_t index, find_calculation(planner.manifest(), options.calculation));
  const auto cell = planner.cell_at(planner.manifest().calculations[index].id, *date);
  if (!cell) return usage_error(date->str() + " is not a day of the calendar");
  return NamedCell{std::move(planned), cell->first, cell->second, *date};
}

}  // namespace almanac
