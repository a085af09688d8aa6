#include "tools/almanac/renamed_project.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
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

Result<void> write_whole(const std::string& path, const std::string& content) {
  TRY_VOID(make_folders(parent_of(path)));
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  if (!file) return temporary_error("cannot write " + path + "; is the disk full?");
  TRY(const FileHandle handle, open_for_reading(path));
  return sync_data(handle, path);
}

Error copying(const fs::path& path, const std::error_code& error) {
  return temporary_error("cannot copy " + path.string() + ": " + error.message());
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
  std::error_code error;
  TRY(const auto names, names_in(root));
  for (const auto& name : names) {
    const fs::path from = fs::absolute(root) / name, to = fs::path(copy) / name;
    if (name == ".almanac") continue;
    if (real.contains(name)) {
      fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks, error);
    } else {
      fs::create_symlink(from, to, error);
    }
    if (error) return copying(from, error);
  }
  const fs::path build = fs::absolute(root) / ".almanac/build", staged = copy + "/.almanac/build";
  fs::create_symlink(build / "modules", staged / "modules", error);
  fs::copy_file(build / "record.json", staged / "record.json", error);
  if (error) return copying(build, error);
  for (const auto& edit : edits) {
    TRY_VOID(write_whole(copy + "/" + edit.new_path, edit.after));
    if (edit.new_path != edit.path) fs::remove(copy + "/" + edit.path, error);
  }
  return {};
}

Result<void> place_edit(const std::string& root, const FileEdit& edit) {
  const std::string from = root + "/" + edit.path, to = root + "/" + edit.new_path;
  const auto old_text = read_text(from), new_text = read_text(to);
  const bool moves = from != to;
  if (new_text != edit.after) {
    if (old_text != edit.before || (moves && new_text)) {
      return usage_error((moves && new_text ? edit.new_path : edit.path) +
                         " was edited while its calculation was renamed; undo that, and run the "
                         "same almanac mv again to finish it");
    }
    TRY_VOID(write_whole(to + ".almanac-mv", edit.after));
    std::error_code error;
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
