// almanac mv OLD NEW: a calculation gets another name and keeps its results and its history.
//
// 1. The files that name it are edited in a copy of the project, and the copy is built.
// 2. What becomes of the ledger is worked out, and that no decision changes (activities/renaming).
// 3. The intent is noted; until 5 nothing else is done with the project.
// 4. The ledger is renamed in one transaction.
// 5. Files and folders of results get their names, and the intent goes.
// A crash before 4 leaves all as it was, one after it is mended by the same command.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "activities/build_sources.h"
#include "activities/renaming.h"
#include "core/base/names.h"
#include "core/manifest/selection.h"
#include "storage/project_file.h"
#include "tools/almanac/console.h"
#include "tools/almanac/mv_intent.h"
#include "tools/almanac/options.h"
#include "tools/almanac/order.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Moved {
  std::string from, to;
  std::vector<FileEdit> edits;
  std::optional<size_t> cells;  // whose key is another one now; empty: it was not looked
  std::set<std::string> anew;   // named as before: computed again, as their code names its file
  bool dry = false, resumed = false;
};

// The folders of the results of a calculation, one per category that it is or was in.
Result<std::vector<std::string>> result_folders(const Project& project, const std::string& id) {
  const std::string results = location_path(project, project.results);
  TRY(const auto categories, names_in(results));
  std::vector<std::string> folders;
  for (const auto& category : categories) {
    const std::string folder = results + "/" + category + "/" + id;
    if (std::error_code error; fs::exists(folder, error)) folders.push_back(folder);
  }
  return folders;
}

// Before anything is built: an empty file of the new name is no calculation, and yet in the way.
Result<void> check_no_source(const Project& project, const std::string& to) {
  TRY_VOID(check_name("calculation", to));
  TRY(const auto sources, find_calculations(project.root));
  for (const auto& source : sources) {
    if (fs::path(source).stem() != to) continue;
    return usage_error("there is a calculation " + in_quotes(to) + " already, " + source +
                       "; choose another name, or remove it first");
  }
  return {};
}

Result<void> check_new_name(const Project& project, const std::string& to) {
  TRY(const auto ledger, read_ledger(project));
  TRY(const bool known, ledger->knows(to));
  if (known) {
    return usage_error("the ledger has the history of an earlier calculation " + in_quotes(to) +
                       ", which is found by its name and would become that of another; choose "
                       "another name");
  }
  TRY(const auto folders, result_folders(project, to));
  if (folders.empty()) return {};
  return usage_error(folders[0] +
                     " is there already, and the ledger knows nothing of it; choose another name, "
                     "or move that folder away");
}

// What is written in almanac.toml in a way that is not understood here would be lost with the name.
Result<void> check_parameters(const Project& project, const Moved& moved) {
  auto parameters = project.parameters;
  if (const auto own = parameters.extract(moved.from)) parameters[moved.to] = own.mapped();
  std::string toml = read_text(project.root + "/" + kProjectFile).value_or("");
  for (const auto& edit : moved.edits) {
    if (edit.path == kProjectFile) toml = edit.after;
  }
  TRY(const Project renamed, parse_project(toml, kProjectFile, project.root, std::getenv));
  if (renamed.parameters == parameters) return {};
  return usage_error("almanac.toml gives parameters of " + in_quotes(moved.from) +
                     " in a way that is not understood here; write them as [calculation." +
                     moved.from + ".parameters], a line of its own, and try again");
}

// Calculations, named as before, whose code says something about its own layout, and is edited.
std::set<std::string> of_layout(const BuildRecord& record, const std::vector<FileEdit>& edits) {
  std::set<std::string> ids;
  for (const auto& [unit, entry] : record) {
    bool exact = false, edited = false;
    for (const RecordedSource* source : sources_of(entry)) {
      exact |= source->hash.exact;
      edited |= std::any_of(edits.begin(), edits.end(),
                            [&](const FileEdit& edit) { return edit.path == source->path; });
    }
    if (exact && edited) ids.insert(fs::path(unit).stem());
  }
  return ids;
}

Result<void> place_files(const Project& project, const MvIntent& intent) {
  for (const auto& edit : intent.edits) TRY_VOID(place_edit(project.root, edit));
  TRY(const auto folders, result_folders(project, intent.from));
  for (const auto& folder : folders) {
    const std::string to = parent_of(folder) + "/" + intent.to;
    if (rename(folder.c_str(), to.c_str()) != 0)
      return file_error("rename", folder + " to " + to, errno);
    TRY_VOID(sync_folder(parent_of(to)));
  }
  // What the copy's build knows of its modules; without it the next build compiles them again.
  for (const char* file : {"record.json", "manifest.json"}) {
    std::error_code error;
    fs::rename(MvIntent::copy_of(project.root) + "/.almanac/build/" + file,
               project.root + "/.almanac/build/" + file, error);
  }
  return MvIntent::remove(project.root);
}

// Step 5.
Result<void> finish(const Project& project, const MvIntent& intent) {
  auto done = place_files(project, intent);
  if (done.ok()) return done;
  Error error = done.error();
  error.message += "; the ledger has the new name already, almanac mv " + intent.from + " " +
                   intent.to + " finishes the renaming";
  return error;
}

// What step 5 writes to, looked at while nothing is changed yet.
Result<void> check_writable(const Project& project, const Moved& moved) {
  std::set<std::string> folders;
  std::error_code error;
  for (const auto& edit : moved.edits) {
    folders.insert(fs::canonical(project.root + "/" + edit.path, error).parent_path());
  }
  TRY(const auto results, result_folders(project, moved.from));
  for (const auto& folder : results) folders.insert(parent_of(folder));
  for (const auto& folder : folders) {
    if (access(folder.c_str(), W_OK | X_OK) != 0) return file_error("write to", folder, errno);
  }
  return {};
}

// Whether there is nothing left to do, of a renaming that was interrupted.
Result<bool> resume(const Project& project, const MvIntent& intent) {
  TRY_VOID(check_nobody_runs(project));
  TRY(auto workspace, open_workspace(project, {}, Access::Write));
  TRY(const auto lease, take_lease(*workspace, new_run_id()));
  TRY(const bool before_4, workspace->ledger->knows(intent.from));
  TRY_VOID(before_4 ? MvIntent::remove(project.root) : finish(project, intent));
  TRY_VOID(workspace->ledger->release(lease));
  return !before_4;
}

// Steps 1 to 5.
Result<void> carry_out(const Options& options, Built built, Moved* moved) {
  const std::string copy = MvIntent::copy_of(built.project.root);
  TRY_VOID(check_nobody_runs(built.project));
  TRY(auto workspace,
      open_workspace(std::move(built.project), std::move(built.manifest), Access::Write));
  TRY(const auto lease, take_lease(*workspace, new_run_id()));
  const Project& project = workspace->project;
  TRY_VOID(check_writable(project, *moved));
  TRY_VOID(stage_project(project.root, copy, moved->edits));
  Options staged = options;
  staged.directory = copy;
  TRY(const Built renamed, load_and_build(staged));
  TRY(const Date day, today(project));
  TRY(const auto renaming, plan_renaming(*workspace, {moved->from, moved->to, &renamed.project,
                                                      &renamed.manifest, moved->anew, day}));
  moved->cells = renaming.cells.size();
  const MvIntent intent{moved->from, moved->to, moved->edits};
  TRY_VOID(intent.write(project.root));
  if (const auto done = workspace->ledger->rename(lease, renaming); !done.ok()) {
    TRY_VOID(MvIntent::remove(project.root));
    return done.error();
  }
  TRY_VOID(finish(project, intent));
  return workspace->ledger->release(lease);
}

Result<Moved> move(const Options& options) {
  const std::string& to = options.new_name;
  const std::string from = fs::path(options.calculation).filename();  // without a category
  TRY(const Project project, read_project(options.directory, std::getenv));
  TRY(auto pending, MvIntent::read(project.root));
  if (pending && (pending->from != from || pending->to != to || options.dry_run)) {
    TRY_VOID(check_no_renaming(project.root));
  }
  if (pending) {
    TRY(const bool done, resume(project, *pending));
    if (done) return Moved{pending->from, to, std::move(pending->edits), {}, {}, false, true};
  }
  TRY_VOID(check_no_source(project, to));
  TRY(Built built, load_and_build(options));
  TRY(const uint32_t c, find_calculation(built.manifest, options.calculation));
  const Calculation calculation = built.manifest.calculations[c];
  if (std::error_code error; fs::is_symlink(project.root + "/" + calculation.file, error)) {
    return usage_error(calculation.file +
                       " is a link, and what it leads to would keep its name; put the file itself "
                       "there");
  }
  TRY_VOID(check_new_name(project, to));
  const BuildRecord record =
      record_from_json(read_text(project.root + "/.almanac/build/record.json").value_or(""));
  Moved moved{calculation.id, to, {}, {}, {}, options.dry_run, false};
  TRY(moved.edits, find_edits(built.project, record, calculation.file, calculation.id, to));
  moved.anew = of_layout(record, moved.edits);
  TRY_VOID(check_parameters(project, moved));
  if (options.dry_run) return moved;
  const auto done = carry_out(options, std::move(built), &moved);
  if (done.ok()) return moved;
  if (const auto left = MvIntent::read(project.root); left.ok() && !*left) {
    TRY_VOID(remove_tree(MvIntent::copy_of(project.root)));
  }
  return done.error();
}

void print(const Moved& moved) {
  for (const auto& edit : moved.edits) {
    std::printf("%s %s%s%s\n", moved.dry ? "would edit" : "edited", edit.path.c_str(),
                edit.path == edit.new_path ? "" : " -> ",
                edit.path == edit.new_path ? "" : edit.new_path.c_str());
  }
  for (const auto& id : moved.anew) {
    std::printf("%s says something about its own file (__FILE__) and is computed again\n",
                id.c_str());
  }
  if (moved.dry) {
    std::printf("%s would be %s; nothing was changed\n", moved.from.c_str(), moved.to.c_str());
  } else if (moved.resumed) {
    std::printf("%s is %s now, as was begun before\n", moved.from.c_str(), moved.to.c_str());
  } else {
    std::printf("%s is %s now, and the keys of %s are by the new name\n", moved.from.c_str(),
                moved.to.c_str(), count_text(*moved.cells, "recorded cell").c_str());
  }
}

}  // namespace

int mv_command(const Options& options) {
  const auto moved = move(options);
  if (!moved.ok()) return fail(moved.error());
  if (!options.json) {
    print(*moved);
    return kDone;
  }
  json files = json::array();
  for (const auto& edit : moved->edits) {
    files.push_back({{"path", edit.path}, {"new_path", edit.new_path}});
  }
  print_json({{"version", 1},
              {"from", moved->from},
              {"to", moved->to},
              {"files", files},
              {"cells", moved->cells ? json(*moved->cells) : json()},
              {"computed_again", moved->anew},
              {"dry_run", moved->dry},
              {"resumed", moved->resumed}});
  return kDone;
}

}  // namespace almanac
