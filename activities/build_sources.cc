#include "activities/build_sources.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "core/base/names.h"
#include "core/code/header_names.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

bool is_below(const fs::path& path, const fs::path& folder) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

// Collects the sources of one project.
class Finder {
 public:
  explicit Finder(const std::string& root) : root_(root) {
    std::error_code error;
    canonical_root_ = fs::canonical(root_, error);
  }

  void walk(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator entry(root_ / folder, error), end; !error && entry != end;
         entry.increment(error)) {
      const fs::path path = folder / entry->path().filename();
      if (path.filename().string().starts_with('.')) continue;
      visit(*entry, path);
    }
    if (error) problem(folder, "cannot be listed: " + error.message());
  }

  void visit(const fs::directory_entry& entry, const fs::path& path) {
    std::error_code error;
    if (entry.is_symlink(error)) {
      const fs::path target = fs::canonical(entry.path(), error);
      if (error) return problem(path, "is a link that leads nowhere; remove it");
      if (!is_below(target, canonical_root_)) {
        return problem(path, "is a link that leaves the project; copy the file into the project");
      }
      if (entry.is_directory(error)) {
        return problem(path, "is a link to a folder; calculations are in real folders");
      }
    }
    if (entry.is_directory(error)) return walk(path);
    if (path.extension() != ".cc") return;
    const std::string id = path.stem().string();
    if (const auto name = check_name("calculation", id); !name.ok()) {
      return problem(path, name.error().message);
    }
    found_[id].push_back(path.string());
  }

  void problem(const fs::path& path, const std::string& text) {
    problems_.insert(path.string() + ": " + text);
  }

  Result<std::vector<std::string>> finish() {
    std::vector<std::string> sources;
    for (auto& [id, paths] : found_) {
      std::sort(paths.begin(), paths.end());
      for (size_t i = 1; i < paths.size(); ++i) {
        problem(paths[i], "calculation " + in_quotes(id) + " is also in " + paths[0] +
                              "; ids are unique in a project");
      }
      sources.push_back(paths[0]);
    }
    if (problems_.empty()) return sources;
    std::string text;
    for (const auto& line : problems_) text += (text.empty() ? "" : "\n") + line;
    return usage_error(text);
  }

 private:
  fs::path root_, canonical_root_;
  std::map<std::string, std::vector<std::string>> found_;  // by id
  std::set<std::string> problems_;
};

}  // namespace

Result<std::vector<std::string>> find_calculations(const std::string& root) {
  Finder finder(root);
  std::error_code error;
  if (fs::exists(fs::path(root) / "calculations", error)) finder.walk("calculations");
  return finder.finish();
}

std::optional<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return std::nullopt;
  return text;
}

std::optional<SourceFile> read_source(const std::string& root, const std::string& path) {
  const auto text = read_text(root + "/" + path);
  if (!text) return std::nullopt;
  const auto tokens = tokenise(*text);
  SourceFile file{path, source_hash(path, *text, tokens), {}, {}, {}};
  HeaderNames names = header_names(tokens);
  file.includes = std::move(names.included);
  file.asked = std::move(names.asked);
  file.refused = std::move(names.refused);
  return file;
}

const SourceFile* SourceFiles::find(const std::string& path) {
  auto known = files_.find(path);
  if (known == files_.end()) known = files_.emplace(path, read_source(root_, path)).first;
  return known->second ? &*known->second : nullptr;
}

bool SourceFiles::exists(const std::string& path) {
  const auto [known, added] = exists_.emplace(path, false);
  if (added) {
    std::error_code error;
    known->second = fs::is_regular_file(fs::path(root_) / path, error);
  }
  return known->second;
}

// The file of the project that a name leads to; empty if none does.
std::string SourceFiles::resolve(const SourceFile& file, const std::string& name) {
  const fs::path inner = name.substr(1, name.size() - 2);
  if (name[0] != '"' || inner.is_absolute()) return {};
  for (const auto& candidate : {fs::path(file.path).parent_path() / inner, inner}) {
    const std::string path = candidate.lexically_normal().string();
    if (!path.starts_with("..") && exists(path)) return path;
  }
  return {};
}

std::vector<std::string> SourceFiles::resolve_includes(
    const std::vector<const SourceFile*>& files) {
  std::set<std::string> found;
  for (const SourceFile* file : files) {
    for (const auto& name : file->includes) found.insert(resolve(*file, name));
  }
  found.erase("");
  return {found.begin(), found.end()};
}

std::string SourceFiles::ask_includes(const std::vector<const SourceFile*>& files,
                                      const std::vector<std::string>& folders) {
  std::string found;
  for (const SourceFile* file : files) {
    for (const auto& name : file->asked) {
      const std::string inner = name.substr(1, name.size() - 2);
      const bool is_found = !resolve(*file, name).empty() ||
                            std::any_of(folders.begin(), folders.end(), [&](const auto& folder) {
                              return exists(folder + "/" + inner);
                            });
      found += is_found ? '1' : '0';
    }
  }
  return found;
}

}  // namespace almanac
