#include "activities/build_module.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "activities/build_describe.h"
#include "activities/build_errors.h"
#include "activities/build_process.h"
#include "core/code/code_bundle.h"
#include "core/code/object_code.h"
#include "storage/file_stat.h"
#include "storage/files.h"
#include "storage/sha256.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxAttempts = 3;  // while somebody edits the sources
constexpr size_t kHashDigits = 16;
constexpr const char* kBundle = ".code";

// One source on its way to a module.
class Maker {
 public:
  Maker(const BuildPlaces& places, const Toolchain& toolchain, const std::string& source)
      : places_(places), toolchain_(toolchain), source_(source), id_(id_of(source)) {}

  Result<BuiltModule> run() {
    for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
      TRY(const int64_t started_ns, mark_start());
      built_ = BuiltModule();
      TRY_VOID(compile());
      TRY_VOID(look_at_sources());
      TRY_VOID(write_bundle());
      if (changed_since(started_ns)) continue;
      TRY(const FileDigest digest, digest_file(work(".so")));
      TRY_VOID(describe(digest.sha256));
      TRY_VOID(keep(digest.sha256));
      return std::move(built_);
    }
    return temporary_error(source_ +
                           " and the headers it includes keep changing while they are "
                           "compiled; run again");
  }

 private:
  std::string work(const char* ending) const { return places_.work + "/" + id_ + ending; }

  // The present time of the project's file system.
  Result<int64_t> mark_start() {
    TRY_VOID(make_folders(places_.work));
    const std::string path = work(".start");
    std::ofstream(path, std::ios::trunc) << '\n';
    const auto stat = FileStat::of(path);
    if (!stat && access(places_.work.c_str(), W_OK) != 0) return file_error("write", path, errno);
    if (!stat) return temporary_error("cannot write " + path + "; is the disk full?");
    return stat->ctime_ns;
  }

  Result<void> compile() {
    const CompileJob job{places_.root, places_.sdk_include, source_,    id_,
                         work(".o"),   work(".d"),          work(".so")};
    TRY(std::string warnings, call(compile_arguments(toolchain_, job)));
    TRY(const std::string linked, call(link_arguments(toolchain_, job)));
    built_.warnings = std::move(warnings);
    return {};
  }

  // Gives the warnings.
  Result<std::string> call(const std::vector<std::string>& arguments) {
    TRY(const ChildResult child, run_child(arguments, places_.root));
    if (child.signal != 0) {
      return temporary_error(source_ + ": the compiler was ended by signal " +
                             std::to_string(child.signal) + " (" + strsignal(child.signal) + ")");
    }
    if (child.exit_code != 0) {
      return usage_error(source_ + " does not compile:\n" +
                         shorten_diagnostics(child.err, places_.sdk_include));
    }
    if (child.err.find("warning: ") == std::string::npos) return std::string();
    return shorten_diagnostics(child.err, places_.sdk_include);
  }

  Result<void> look_at_sources() {
    BuildEntry& entry = built_.entry;
    read_.clear();
    SourceFiles files(places_.root);
    auto rule = read_text(work(".d"));
    if (!rule) return internal_error(source_ + ": the compiler did not say what it read");
    std::set<std::string> seen;
    for (const auto& named : parse_dependencies(*rule)) {
      const std::string path = place_of(named);
      if (!seen.insert(path).second) continue;
      switch (origin_of(toolchain_, places_.sdk_include, path)) {
        case Origin::Sdk:
        case Origin::Toolchain:
          break;
        case Origin::Project: {
          const SourceFile* file = files.find(path);
          if (file == nullptr) return vanished(path);
          if (!file->refused.empty()) return refused(*file);
          read_.push_back(places_.root + "/" + path);
          add_own(*file);
          break;
        }
        case Origin::ThirdParty: {
          const std::string name = third_party_name(toolchain_, path);
          const auto content = third_party_content(toolchain_, name);
          if (!content) return vanished(path);
          read_.push_back(path);
          entry.third_party.push_back({name, *content});
          break;
        }
        case Origin::Outside:
          return usage_error(source_ + " includes " + path +
                             ", which is neither in the project nor in a folder that the compiler "
                             "searches; copy it into the project");
      }
    }
    std::sort(entry.third_party.begin(), entry.third_party.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    std::vector<const SourceFile*> own;
    for (const auto* source : sources_of(entry)) own.push_back(files.find(source->path));
    entry.resolved = files.resolve_includes(own);
    entry.found = files.ask_includes(own, toolchain_.folders);
    for (const auto& path : entry.resolved) read_.push_back(places_.root + "/" + path);
    entry.made_with = toolchain_.made_with;
    return {};
  }

  // A compiler cache may have made the way to a header relative.
  std::string place_of(const std::string& named) const {
    if (!named.starts_with("../")) return named;
    const std::string path = (fs::path(places_.root) / named).lexically_normal().string();
    return origin_of(toolchain_, places_.sdk_include, path) == Origin::Outside ? named : path;
  }

  Error vanished(const std::string& path) {
    return temporary_error(path + ", which " + source_ + " includes, cannot be read any more");
  }

  static Error refused(const SourceFile& file) {
    return usage_error(file.path + " " + file.refused +
                       ", so that it cannot be told which files the calculation is made of; write "
                       "it without, or keep it outside the project, in a folder that the compiler "
                       "searches");
  }

  void add_own(const SourceFile& file) {
    BuildEntry& entry = built_.entry;
    const RecordedSource source{file.path, file.hash};
    if (file.path == source_) {
      entry.unit = source;
    } else if (file.path.starts_with("layers/")) {
      entry.layers.push_back(source);
    } else {
      entry.headers.push_back(source);
    }
  }

  // Whether one of the files may have been written after the compiler was started; what was hashed
  // then need not be what was compiled.
  bool changed_since(int64_t started_ns) const {
    return std::any_of(read_.begin(), read_.end(), [&](const std::string& path) {
      const auto stat = FileStat::of(path);
      return !stat || stat->ctime_ns >= started_ns;
    });
  }

  Result<void> describe(const std::string& sha256) {
    auto declared = almanac::describe(places_.describe, work(".so"), sha256);
    if (!declared.ok()) {
      Error error = declared.error();
      error.message = source_ + ": " + error.message;
      return error;
    }
    built_.entry.calculation = *std::move(declared);
    return {};
  }

  // What a later version is compared with.
  Result<void> write_bundle() {
    const auto object = read_text(work(".o"));
    if (!object) return vanished(work(".o"));
    CodeBundle bundle{source_, {}};
    // Nobody looks into the headers of third parties.
    bool shows = !built_.entry.third_party.empty();
    for (const RecordedSource* source : sources_of(built_.entry)) {
      auto text = read_text(places_.root + "/" + source->path);
      if (!text) return vanished(source->path);
      shows |= may_show_type_names(*text);
      bundle.sources.push_back({source->path, *std::move(text)});
    }
    // What cannot be read is like no other; describe() says what is wrong with it.
    const auto code = read_object_code(*object, shows ? TypeNames::Count : TypeNames::DoNotCount);
    if (code.ok()) object_ = code->identity;
    return write_durably(work(kBundle), encode(bundle));
  }

  // Gives module and bundle their names.
  Result<void> keep(const std::string& sha256) {
    Calculation& calculation = built_.entry.calculation;
    TRY(const FileDigest bundle, digest_file(work(kBundle)));
    calculation.file = source_;
    calculation.module = id_ + "-" + sha256.substr(0, kHashDigits) + ".so";
    calculation.module_sha256 = sha256;
    calculation.bundle = bundle.sha256;
    calculation.object = object_;
    TRY_VOID(move(work(kBundle), bundle_file(bundle.sha256)));
    return move(work(".so"), calculation.module);
  }

  Result<void> move(const std::string& from, const std::string& name) {
    std::error_code error;
    fs::rename(from, places_.modules + "/" + name, error);
    if (!error) return {};
    return temporary_error("cannot move the module of " + source_ + " to " + places_.modules +
                           ": " + error.message());
  }

  const BuildPlaces& places_;
  const Toolchain& toolchain_;
  const std::string source_, id_;
  BuiltModule built_;
  Hash object_;
  std::vector<std::string> read_;  // absolute paths of all that was hashed
};

bool is_same(const RecordedSource& recorded, SourceFiles& files, bool exact,
             std::vector<const SourceFile*>* own) {
  const SourceFile* file = files.find(recorded.path);
  if (file == nullptr || file->hash.tokens != recorded.hash.tokens) return false;
  if (exact && file->hash.layout != recorded.hash.layout) return false;
  own->push_back(file);
  return true;
}

// By content: a module with other bytes is not loaded, so that its calculation would never run.
bool is_intact(const BuildPlaces& places, const Calculation& calculation) {
  const std::string bundle = places.modules + "/" + bundle_file(calculation.bundle);
  if (access(bundle.c_str(), R_OK) != 0) return false;
  const auto digest = digest_file(places.modules + "/" + calculation.module);
  return digest.ok() && digest->sha256 == calculation.module_sha256;
}

}  // namespace

std::string bundle_file(const std::string& sha256) {
  return sha256 + kBundle;
}

std::string id_of(const std::string& source) {
  return fs::path(source).stem().string();
}

Result<BuiltModule> make_module(const BuildPlaces& places, const Toolchain& toolchain,
                                const std::string& source) {
  return Maker(places, toolchain, source).run();
}

bool is_up_to_date(const BuildPlaces& places, const Toolchain& toolchain, const BuildEntry& entry,
                   SourceFiles& files) {
  if (entry.made_with != toolchain.made_with) return false;
  const auto recorded = sources_of(entry);
  const bool exact = std::any_of(recorded.begin(), recorded.end(),
                                 [](const auto* source) { return source->hash.exact; });
  std::vector<const SourceFile*> own;
  for (const auto* source : recorded) {
    if (!is_same(*source, files, exact, &own)) return false;
  }
  if (files.resolve_includes(own) != entry.resolved) return false;
  if (files.ask_includes(own, toolchain.folders) != entry.found) return false;
  const bool same_third_party =
      std::all_of(entry.third_party.begin(), entry.third_party.end(), [&](const auto& header) {
        return third_party_content(toolchain, header.name) == header.content;
      });
  return same_third_party && is_intact(places, entry.calculation);
}

}  // namespace almanac
