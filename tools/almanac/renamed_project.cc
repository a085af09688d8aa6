#include "tools/almanac/renamed_project.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>
#include <sstream>

#include "activities/build_sources.h"
#include "core/base/names.h"
#include "core/code/renamed_source.h"
#include "storage/files.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

constexpr const char* kToml = "almanac.toml";

// The name in [calculation.NAME] and [calculation.NAME.parameters], in a line of its own, with or
// without quotes. What stands otherwise is found missing when the copy is read.
std::string renamed_toml(const std::string& text, const std::string& from, const std::string& to) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    size_t at = line.find_first_not_of(" \t");
    const auto skip = [&](std::string_view word) {
      at = line.find_first_not_of(" \t", at);
      const bool there = at != std::string::npos && line.compare(at, word.size(), word) == 0;
      if (there) at += word.size();
      return there;
    };
    if (at != std::string::npos && skip("[") && skip("calculation") && skip(".")) {
      const bool quoted = skip("\"");
      if (skip(from)) {
        const size_t name = at - from.size();
        const bool ends = (!quoted || skip("\"")) && (skip(".") || skip("]"));
        if (ends) line.replace(name, from.size(), to);
      }
    }
    out += line;
    if (!lines.eof()) out += '\n';
  }
  return out;
}

bool is_below(const std::string& path, const std::string& folder) {
  return path.starts_with(folder + "/");
}

// Makes the folder `to` a copy of `from` in which no link is left of what is edited: a path in it
// must not lead back to the project. `relative`: what the project calls it.
Result<void> copy_sources(const std::string& from, const std::string& to,
                          const std::string& relative, const std::vector<FileEdit>& edits) {
  TRY_VOID(make_folders(to));
  TRY(const auto names, names_in(from));
  for (const auto& name : names) {
    const std::string source = from + "/" + name, target = to + "/" + name;
    const std::string path = relative + "/" + name;
    std::error_code error;
    const bool link = fs::is_symlink(source, error);
    const bool edited = std::any_of(edits.begin(), edits.end(), [&](const FileEdit& edit) {
      return is_below(edit.path, path);
    });
    if (fs::is_directory(source, error) && (!link || edited)) {
      TRY_VOID(copy_sources(source, target, path, edits));
      continue;
    }
    if (fs::is_regular_file(source, error)) {
      fs::copy_file(source, target, error);
    } else if (const fs::path leads = fs::canonical(source, error); link && !error) {
      fs::create_symlink(leads, target, error);
    } else {
      error.clear();  // a link that leads nowhere, or no file at all: nothing that is built
    }
    if (error) return file_error("copy " + source + " to", target, error.value());
  }
  return {};
}

}  // namespace

Result<std::vector<FileEdit>> find_edits(const Project& project, const BuildRecord& record,
                                         const std::string& file, const std::string& from,
                                         const std::string& to) {
  std::set<std::string> sources;
  for (const auto& [unit, entry] : record) {
    for (const RecordedSource* source : sources_of(entry)) sources.insert(source->path);
  }
  std::vector<FileEdit> edits;
  for (const auto& path : sources) {
    const auto text = read_text(project.root + "/" + path);
    if (!text) return temporary_error("cannot read " + path + "; run again");
    auto after = renamed_source(*text, from, to);
    if (!after && path != file) continue;
    const std::string new_path =
        path == file ? (fs::path(path).parent_path() / (to + ".cc")).string() : path;
    edits.push_back({path, new_path, *text, after.value_or(*text)});
  }
  const std::string toml = read_text(project.root + "/" + kToml).value_or("");
  std::string after = renamed_toml(toml, from, to);
  if (after != toml) edits.push_back({kToml, kToml, toml, std::move(after)});
  return edits;
}

Result<void> stage_project(const std::string& root, const std::string& copy,
                           const std::vector<FileEdit>& edits) {
  TRY_VOID(remove_tree(copy));
  TRY_VOID(make_folders(copy + "/.almanac/build"));
  std::set<std::string> real{"calculations", kToml};  // what holds edited files; all else is shared
  for (const auto& edit : edits) real.insert(fs::path(edit.path).begin()->string());
  TRY(const auto names, names_in(root));
  for (const auto& name : names) {
    const std::string from = fs::absolute(root) / name, to = copy + "/" + name;
    std::error_code error;
    if (name == ".almanac") continue;
    if (!real.contains(name)) {
      fs::create_symlink(from, to, error);
    } else if (fs::is_directory(from, error)) {
      TRY_VOID(copy_sources(from, to, name, edits));
    } else {
      fs::copy_file(from, to, error);
    }
    if (error) return file_error("copy " + from + " to", to, error.value());
  }
  const fs::path build = fs::absolute(root) / ".almanac/build", staged = copy + "/.almanac/build";
  std::error_code error;
  fs::create_symlink(build / "modules", staged / "modules", error);
  if (!error) fs::copy_file(build / "record.json", staged / "record.json", error);
  if (error) return file_error("copy to", staged, error.value());
  for (const auto& edit : edits) {
    TRY_VOID(remove_tree(copy + "/" + edit.path));
    TRY_VOID(write_durably(copy + "/" + edit.new_path, edit.after));
  }
  return {};
}

Result<void> place_edit(const std::string& root, const FileEdit& edit) {
  const std::string from = root + "/" + edit.path;
  std::string to = root + "/" + edit.new_path;
  std::error_code error;
  // A link stays one: what it leads to is edited.
  if (from == to && fs::is_symlink(to, error)) to = fs::canonical(to, error);
  const auto old_text = read_text(from), new_text = read_text(to);
  const bool moves = edit.path != edit.new_path;
  if (new_text != edit.after) {
    if (old_text != edit.before || (moves && new_text)) {
      return usage_error((moves && new_text ? edit.new_path : edit.path) +
                         " was edited while its calculation was renamed; undo that, and run the "
                         "same almanac mv again to finish it");
    }
    TRY_VOID(write_durably(to + ".almanac-mv", edit.after));
    fs::permissions(to + ".almanac-mv", fs::status(from, error).permissions(), error);
    if (rename((to + ".almanac-mv").c_str(), to.c_str()) != 0) {
      return file_error("write", to, errno);
    }
    TRY_VOID(sync_folder(parent_of(to)));
  }
  if (moves && unlink(from.c_str()) != 0 && errno != ENOENT)
    return file_error("remove", from, errno);
  return moves ? sync_folder(parent_of(from)) : Result<void>();
}

}  // namespace almanac
