#include "storage/project_file.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/base/names.h"
#include "core/base/nearest.h"
#include "storage/path_pattern.h"
#include "storage/project_section.h"
#include "storage/table_file.h"

namespace almanac {

namespace {

constexpr uint64_t kLeastMemoryMb = 64;
constexpr uint64_t kMostSeconds = 24 * 60 * 60;

namespace fs = std::filesystem;

using Context = ProjectSection::Context;

constexpr const char* kLater = " is not supported by this version yet; expected ";

bool has_scheme(const std::string& location, const char* scheme) {
  return location.starts_with(scheme) && location.size() > std::string_view(scheme).size();
}

// A location must have the one scheme that this version can do.
void check_location(ProjectSection* section, const char* key, const std::string& location,
                    const char* scheme, const char* later) {
  const std::string expected = std::string(scheme) + "PATH";
  if (location.starts_with(later)) {
    section->problem(key, in_quotes(location) + kLater + in_quotes(expected));
  } else if (!has_scheme(location, scheme)) {
    section->problem(key, "expected " + in_quotes(expected) + ", found " + in_quotes(location));
  }
}

void check_timezone(ProjectSection* section, const std::string& timezone) {
  std::error_code error;
  const bool known =
      timezone == "UTC" || (check_below("timezone", timezone).ok() &&
                            fs::is_regular_file(fs::path("/usr/share/zoneinfo") / timezone, error));
  if (!known) {
    section->problem("timezone",
                     "expected \"UTC\" or a time zone that this machine knows, such as "
                     "\"Europe/Berlin\" (package tzdata), found " +
                         in_quotes(timezone));
  }
}

void read_dataset(Context* context, const std::string& name, const toml::table* table,
                  Project* project) {
  ProjectSection section(context, table, "dataset." + name);
  if (const auto valid = check_name("dataset", name); !valid.ok()) {
    context->problems.push_back(at_line(context->file, *table) + valid.error().message);
  }
  Dataset dataset;
  dataset.name = name;
  section.text("path", &dataset.path);
  section.text("entity", &dataset.entity);
  section.text("date_column", &dataset.date_column);
  section.text("canary", &dataset.canary);
  section.date("first", &dataset.first);
  section.flag("static", &dataset.is_static);
  section.finish();

  if (!section.has("path")) section.problem("path", "is missing; it says where the files are");
  for (const auto& [key, pattern] :
       {std::pair("path", &dataset.path), std::pair("canary", &dataset.canary)}) {
    if (pattern->empty()) continue;
    const auto valid = check_pattern("the pattern", *pattern);
    if (!valid.ok()) section.problem(key, valid.error().message);
    if (dataset.is_static && pattern->find('{') != std::string::npos) {
      section.problem(key,
                      "a static dataset has one table and no dates; expected no placeholder, "
                      "found " +
                          in_quotes(*pattern));
    }
  }
  if (!dataset.path.empty() && !has_table_ending(dataset.path)) {
    section.problem("path", "expected a path that ends in one of " + table_endings() + ", found " +
                                in_quotes(dataset.path));
  }
  if (dataset.is_static && !dataset.date_column.empty()) {
    section.problem("date_column", "a static dataset has no dates; remove it or static = true");
  }
  const bool dated = dataset.is_static || dataset.dated_by_path() || !dataset.date_column.empty();
  if (!dataset.path.empty() && !dated) {
    section.problem("date_column",
                    "is missing; without {date} in its path a dataset needs "
                    "date_column = \"...\" or static = true");
  }
  project->datasets.push_back(std::move(dataset));
}

// Nothing where the key is not there, or names no policy.
std::optional<EvidencePolicy> read_policy(ProjectSection* section, const char* key) {
  std::string name;
  section->text(key, &name);
  if (name.empty()) return std::nullopt;
  const auto policy = parse_evidence_policy(name);
  if (!policy) {
    section->problem(key,
                     "expected \"strict\", \"verified\" or \"audited\", found " + in_quotes(name));
  }
  return policy;
}

void read_evidence(Context* context, const toml::table* table, EvidencePolicies* evidence) {
  ProjectSection section(context, table, "evidence");
  evidence->all = read_policy(&section, "policy").value_or(evidence->all);
  const toml::table* tags = section.table("tags");
  section.finish();
  if (tags == nullptr) return;
  ProjectSection by_tag(context, tags, "evidence.tags");
  for (const auto& [tag, node] : *tags) {
    const std::string name(tag.str());
    if (const auto policy = read_policy(&by_tag, name.c_str())) evidence->tags[name] = *policy;
  }
}

// Parameters are kept as text; the manifest reads them with the type that the calculation declares.
std::optional<std::string> parameter_text(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return text;
  if (const auto number = node.value_exact<int64_t>()) return std::to_string(*number);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  if (const auto number = node.value_exact<double>()) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, *number).ptr;
    return std::string(text, end);
  }
  return std::nullopt;
}

void read_calculation(Context* context, const std::string& id, const toml::table* table,
                      Project* project) {
  ProjectSection section(context, table, "calculation." + id);
  const toml::table* parameters = section.table("parameters");
  if (const auto policy = read_policy(&section, "evidence")) {
    project->evidence.calculations[id] = *policy;
  }
  section.finish();
  if (parameters == nullptr) return;
  for (const auto& [name, node] : *parameters) {
    if (const auto text = parameter_text(node)) {
      project->parameters[id][std::string(name.str())] = *text;
    } else {
      context->problems.push_back(at_line(context->file, node) + "[calculation." + id +
                                  ".parameters] " + std::string(name.str()) +
                                  ": expected a text, a number, true or false");
    }
  }
}

void check_calendar(ProjectSection* section, const Project& project) {
  const std::string& calendar = project.calendar;
  if (calendar == "daily" || calendar == "weekdays") return;
  if (!has_scheme(calendar, "dataset:")) {
    return section->problem(
        "calendar",
        "expected \"daily\", \"weekdays\" or \"dataset:NAME\", found " + in_quotes(calendar));
  }
  const std::string name = calendar.substr(calendar.find(':') + 1);
  const Dataset* dataset = project.dataset(name);
  if (dataset == nullptr) {
    std::vector<std::string> names;
    for (const Dataset& known : project.datasets) names.push_back(known.name);
    section->problem("calendar", "no dataset " + in_quotes(name) + " in this project" +
                                     near_or_all(name, names));
  } else if (dataset->is_static) {
    section->problem("calendar", "dataset " + in_quotes(name) + " is static and has no dates");
  }
}

void check_engine(ProjectSection* section, const std::string& kind) {
  if (kind != "embedded" && kind != "temporal") {
    section->problem("kind", "expected \"embedded\" or \"temporal\", found " + in_quotes(kind));
  }
}

void read_runner(Context* context, const toml::table* table, Project::Runner* runner) {
  ProjectSection section(context, table, "runner");
  section.text("sandbox", &runner->sandbox);
  section.number("memory_mb", &runner->memory_mb);
  section.number("high_mem_mb", &runner->high_mem_mb);
  section.number("seconds", &runner->seconds);
  section.number("repeat_percent", &runner->repeat_percent);
  section.finish();
  if (runner->sandbox != "strict" && runner->sandbox != "best_effort" && runner->sandbox != "off") {
    section.problem("sandbox", "expected \"strict\", \"best_effort\" or \"off\", found " +
                                   in_quotes(runner->sandbox));
  }
  if (runner->memory_mb < kLeastMemoryMb) {
    section.problem("memory_mb", "expected at least " + std::to_string(kLeastMemoryMb) +
                                     ", found " + std::to_string(runner->memory_mb));
  }
  if (runner->high_mem_mb < runner->memory_mb) {
    section.problem("high_mem_mb", "expected at least memory_mb, which is " +
                                       std::to_string(runner->memory_mb) + ", found " +
                                       std::to_string(runner->high_mem_mb));
  }
  if (runner->repeat_percent > 100) {
    section.problem("repeat_percent",
                    "expected 0 to 100, found " + std::to_string(runner->repeat_percent));
  }
  if (runner->seconds == 0 || runner->seconds > kMostSeconds) {
    section.problem("seconds", "expected 1 to " + std::to_string(kMostSeconds) + ", found " +
                                   std::to_string(runner->seconds));
  }
}

Project read_all(Context* context, const toml::table& file, const std::string& root) {
  Project project;
  project.root = root;
  project.name = fs::path(root).filename().string();

  ProjectSection top(context, &file, "");
  ProjectSection head(context, top.table("project"), "project");
  head.text("name", &project.name);
  head.number("epoch", &project.epoch);
  head.text("calendar", &project.calendar);
  head.text("timezone", &project.timezone);
  head.finish();
  check_timezone(&head, project.timezone);

  ProjectSection storage(context, top.table("storage"), "storage");
  storage.text("ledger", &project.ledger);
  storage.text("results", &project.results);
  storage.text("store", &project.store);
  storage.finish();
  check_location(&storage, "ledger", project.ledger, "sqlite:", "postgresql:");
  check_location(&storage, "results", project.results, "file:", "s3:");
  check_location(&storage, "store", project.store, "file:", "s3:");

  for (const auto& [name, table] : top.tables("dataset")) {
    read_dataset(context, name, table, &project);
  }
  check_calendar(&head, project);

  for (const auto& [id, table] : top.tables("calculation")) {
    read_calculation(context, id, table, &project);
  }
  read_evidence(context, top.table("evidence"), &project.evidence);

  ProjectSection engine(context, top.table("engine"), "engine");
  engine.text("kind", &project.engine_kind);
  engine.text("address", &project.engine_address);
  engine.text("namespace", &project.engine_namespace);
  engine.finish();
  check_engine(&engine, project.engine_kind);
  read_runner(context, top.table("runner"), &project.runner);
  top.finish();
  return project;
}

}  // namespace

Result<Project> parse_project(std::string_view text, const std::string& file,
                              const std::string& root, const Environment& environment) {
  TRY(const toml::table table, parse_toml(text, file));
  Context context{file, &environment, {}};
  Project project = read_all(&context, table, root);
  if (context.problems.empty()) return project;
  std::string message;
  for (const std::string& problem : context.problems) {
    message += (message.empty() ? "" : "\n") + problem;
  }
  return usage_error(message);
}

Result<Project> read_project(const std::string& folder, const Environment& environment) {
  const fs::path path = fs::path(folder) / kProjectFile;
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) {
    return usage_error(
        "no project file " + path.string() +
        "; name the project's folder with -C DIR, or make one with `almanac init DIR`");
  }
  std::error_code error;
  const fs::path root = fs::canonical(folder.empty() ? "." : folder, error);
  if (error) return usage_error(folder + " cannot be opened: " + error.message());
  return parse_project(text, path.lexically_normal().string(), root.string(), environment);
}

}  // namespace almanac
