#include "activities/build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "activities/build_module.h"
#include "activities/build_record.h"
#include "activities/build_sources.h"
#include "activities/build_toolchain.h"
#include "core/manifest/manifest_json.h"
#include "storage/files.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

// Waits until no other process builds the project.
Result<FileHandle> lock(const std::string& path, const BuildOptions& options) {
  FileHandle file(open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0644));
  if (!file.valid()) return file_error("open lock", path, errno);
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (options.progress) options.progress("waiting for another build of this project");
  while (flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return file_error("lock", path, errno);
  }
  return file;
}

// Replaces a file as a whole; leaves it alone when it has the content already.
Result<void> replace_file(const std::string& path, const std::string& content,
                          const std::string& work) {
  if (read_text(path) == content) return {};
  TRY_VOID(make_folders(work));
  const std::string temporary = work + "/" + fs::path(path).filename().string();
  TRY_VOID(write_durably(temporary, content));
  if (rename(temporary.c_str(), path.c_str()) != 0) return file_error("write", path, errno);
  return {};
}

Result<void> empty_folder(const std::string& path) {
  TRY_VOID(make_folders(path));
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    TRY_VOID(remove_tree(entry.path().string()));
  }
  return {};
}

// A folder of its own for each build: what a compiler of a killed build may still write is not
// where a later build looks.
std::string name_of_this_build() {
  struct timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::to_string(getpid()) + "-" + std::to_string(now.tv_sec) + "-" +
         std::to_string(now.tv_nsec);
}

class Builder {
 public:
  Builder(const BuildPlaces& places, const Toolchain& toolchain, const BuildOptions& options)
      : places_(places), toolchain_(toolchain), options_(options) {}

  // Makes what is missing in the last record and its modules. The entry of a source that fails
  // stays, so that undoing the edit costs nothing.
  void run(const std::vector<std::string>& sources, const BuildRecord& last,
           const std::string& modules) {
    SourceFiles files(places_.root);
    BuildPlaces kept = places_;
    kept.modules = modules;
    for (const auto& source : sources) {
      const auto known = last.find(source);
      if (known != last.end() && is_up_to_date(kept, toolchain_, known->second, files)) {
        record_.insert(*known);
      } else {
        waiting_.push_back(source);
        if (known != last.end()) record_.insert(*known);
      }
    }
    const size_t threads = std::min<size_t>(std::max(options_.jobs, 1u), waiting_.size());
    std::vector<std::jthread> workers;
    for (size_t i = 1; i < threads; ++i) workers.emplace_back([this] { work(); });
    work();
  }

  const BuildRecord& record() const { return record_; }

  // What went wrong, by source.
  std::optional<Error> error() const {
    if (errors_.empty()) return std::nullopt;
    Error all{Error::Kind::Usage, ""};
    for (const auto& [source, error] : errors_) {
      if (error.kind != Error::Kind::Usage) all.kind = error.kind;
      all.message += (all.message.empty() ? "" : "\n") + error.message;
    }
    return all;
  }

 private:
  void work() {
    for (size_t i; (i = next_++) < waiting_.size();) {
      const std::string& source = waiting_[i];
      say("compiling " + source + " (" + std::to_string(i + 1) + " of " +
          std::to_string(waiting_.size()) + ")");
      auto built = make_module(places_, toolchain_, source);
      const std::lock_guard guard(mutex_);
      if (!built.ok()) {
        errors_.emplace(source, built.error());
        continue;
      }
      if (options_.progress && !built->warnings.empty()) options_.progress(built->warnings);
      record_.insert_or_assign(source, std::move(built->entry));
    }
  }

  void say(const std::string& line) {
    const std::lock_guard guard(mutex_);
    if (options_.progress) options_.progress(line);
  }

  const BuildPlaces& places_;
  const Toolchain& toolchain_;
  const BuildOptions& options_;
  std::vector<std::string> waiting_;
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;  // of all below, and of progress
  BuildRecord record_;
  std::map<std::string, Error> errors_;
};

std::vector<SourceHash> hashes_of(const std::vector<RecordedSource>& sources) {
  std::vector<SourceHash> hashes;
  for (const auto& source : sources) hashes.push_back(source.hash);
  return hashes;
}

Calculation calculation_of(const BuildEntry& entry, const Toolchain& toolchain) {
  Calculation calculation = entry.calculation;
  calculation.code_hash = code_hash(entry.unit.hash, hashes_of(entry.headers),
                                    hashes_of(entry.layers), entry.found, meaningful_flags());
  for (const auto& layer : entry.layers) {
    calculation.layers.push_back({layer.path, layer_hash(layer.hash)});
  }
  std::sort(calculation.layers.begin(), calculation.layers.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  calculation.infrastructure = infrastructure_of(toolchain, entry.third_party);
  return calculation;
}

std::string absolute(const std::string& path) {
  std::error_code error;
  return fs::absolute(path, error).lexically_normal().string();
}

}  // namespace

Result<Manifest> build(const Project& project, const BuildOptions& options) {
  const std::string last = absolute(project.root + "/.almanac/build");
  const std::string folder = options.aside.empty() ? last : absolute(options.aside);
  const std::string work = folder + "/work";
  const BuildPlaces places{absolute(project.root), absolute(options.sdk_include),
                           absolute(options.describe), work + "/" + name_of_this_build(),
                           folder + "/modules"};
  TRY(const auto sources, find_calculations(places.root));
  TRY(const Toolchain toolchain, find_toolchain(options.compiler));

  TRY_VOID(make_folders(places.modules));
  TRY(const FileHandle held, lock(folder + "/lock", options));
  TRY_VOID(empty_folder(work));  // of builds that were killed: who builds holds the lock

  const std::string record_path = folder + "/record.json";
  Builder builder(places, toolchain, options);
  builder.run(sources, record_from_json(read_text(last + "/record.json").value_or("")),
              last + "/modules");
  TRY_VOID(replace_file(record_path, to_json(builder.record()), places.work));
  if (const auto error = builder.error()) return *error;

  std::vector<Calculation> calculations;
  for (const auto& [source, entry] : builder.record()) {
    calculations.push_back(calculation_of(entry, toolchain));
  }
  TRY(Manifest manifest, make_manifest(std::move(calculations), project));
  TRY_VOID(replace_file(folder + "/manifest.json", to_json(manifest), places.work));
  TRY_VOID(empty_folder(work));
  return manifest;
}

}  // namespace almanac
