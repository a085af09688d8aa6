#include "tools/almanac/base_revision.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "activities/build_process.h"
#include "activities/build_sources.h"
#include "storage/files.h"
#include "storage/project_file.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

Result<void> call(const std::vector<std::string>& arguments, const std::string& folder,
                  const std::string& what) {
  TRY(const ChildResult child, run_child(arguments, folder));
  if (child.exit_code == 0) return {};
  return usage_error(what + ": " + child.err);
}

}  // namespace

Result<BaseRevision> BaseRevision::open(const Project& project, const std::string& base) {
  TRY(Scratch scratch, Scratch::create("base"));
  BaseRevision revision(std::move(scratch));
  std::error_code error;
  if (fs::is_regular_file(base, error)) {
    TRY_VOID(revision.read_file(base));
  } else {
    TRY_VOID(revision.check_out(project, base));
  }
  return revision;
}

Result<void> BaseRevision::read_file(const std::string& path) {
  const auto bytes = read_text(path);
  if (!bytes) return usage_error(path + " cannot be read");
  auto file = decode_evidence_file(*bytes);
  if (!file.ok()) return usage_error("--base " + path + ": " + file.error().message);
  for (EvidenceFile::Version& item : file->versions) {
    const std::string module = folder_.path() + "/" + item.version.module_sha256 + ".so";
    std::ofstream(module, std::ios::binary) << item.module;
    item.version.module = module;
    versions_.push_back(std::move(item.version));
  }
  evidence_ = std::move(file->evidence);
  costs_ = std::move(file->costs);
  return {};
}

// The folder of the project as it was; below a repository's root, that folder alone.
Result<void> BaseRevision::check_out(const Project& project, const std::string& revision) {
  const std::string archive = folder_.path() + "/base.tar", root = folder_.path() + "/project";
  if (revision.starts_with('-')) {
    return usage_error("--base takes a revision or a file, not " + revision);
  }
  TRY_VOID(call({"git", "archive", "--format=tar", "-o", archive, revision}, project.root,
                "--base " + revision + " is no file, and no revision that git knows"));
  TRY_VOID(make_folders(root));
  TRY_VOID(
      call({"tar", "-xf", archive, "-C", root}, folder_.path(), "the revision cannot be unpacked"));
  auto before = read_project(root, std::getenv);
  if (!before.ok()) return usage_error("at " + revision + ": " + before.error().message);
  const auto manifest = build_in_place(*before);
  if (!manifest.ok()) return usage_error("at " + revision + ": " + manifest.error().message);
  for (const Calculation& calculation : manifest->calculations) {
    TRY(OldVersion version, version_in(*before, *manifest, calculation));
    versions_.push_back(std::move(version));
  }
  return {};
}

const OldVersion* BaseRevision::find(const std::string& calculation) const {
  const auto found =
      std::find_if(versions_.begin(), versions_.end(),
                   [&](const OldVersion& version) { return version.calculation == calculation; });
  return found == versions_.end() ? nullptr : &*found;
}

}  // namespace almanac
