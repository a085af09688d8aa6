#include "activities/rebuild.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "activities/build_errors.h"
#include "activities/build_module.h"
#include "activities/build_process.h"
#include "almanac/probes.h"
#include "storage/files.h"
#include "storage/sha256.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

constexpr const char* kChecks = "-D_GLIBCXX_ASSERTIONS";
constexpr const char* kHardly = "-Og";

Result<std::string> bytes_of(const std::string& path) {
  auto bytes = read_text(path);
  if (!bytes) return temporary_error(path + " cannot be read; is the disk full?");
  return *std::move(bytes);
}

// The folders need not hold.
Result<void> write(const std::string& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return temporary_error("cannot write " + path + "; is the disk full?");
  return {};
}

}  // namespace

struct Rebuilder::Files {
  CompileJob job;
};

Result<Rebuilt> Rebuilder::plain(const CodeBundle& bundle, const std::string& name) {
  TRY(const Files files, compile(bundle, name, {}));
  return link(files, {});
}

Result<Rebuilt> Rebuilder::quick(const CodeBundle& bundle, const std::string& name) {
  TRY(const std::string header, precompiled());
  TRY(const Files files, compile(bundle, name, {kHardly, "-include", header}));
  return link(files, {});
}

Result<Rebuilt> Rebuilder::checked(const CodeBundle& bundle, const std::string& name) {
  TRY(const Files files, compile(bundle, name, {kChecks}));
  return link(files, {});
}

Result<Hash> Rebuilder::without_signed_zeros(const CodeBundle& bundle, const std::string& name) {
  TRY(const Files files, compile(bundle, name, {"-fno-signed-zeros"}));
  TRY(const std::string object, bytes_of(files.job.object));
  TRY(const ObjectCode code, read_object_code(object, TypeNames::DoNotCount));
  return code.identity;
}

// Without optimisation the blocks and comparisons are those of the source.
Result<Rebuilt> Rebuilder::probed(const CodeBundle& bundle, const std::string& name) {
  TRY(const Files files,
      compile(bundle, name,
              {"-O0", "-fmerge-constants", "-g1", kChecks, "-fsanitize-coverage=trace-pc,trace-cmp",
               "-include", sdk_include_ + "/" + kProbedHeader}));
  TRY(const std::string collector, this->collector());
  std::vector<std::string> linked = {collector};
  const auto wrap = [&](const char* function) {
    linked.push_back(std::string("-Wl,--wrap=") + function);
  };
  std::ranges::for_each(probes::kRoundings, wrap);
  std::ranges::for_each(probes::kChoices, wrap);
  TRY(Rebuilt rebuilt, link(files, linked));
  TRY(const std::string object, bytes_of(files.job.object));
  TRY(const std::string module, bytes_of(files.job.module));
  TRY(rebuilt.sites, read_probe_sites(object, module));
  TRY(rebuilt.tables, read_tables(object));
  return rebuilt;
}

Result<void> Rebuilder::call(const std::vector<std::string>& arguments,
                             const std::string& directory) {
  TRY(const ChildResult child, run_child(arguments, directory));
  if (child.signal != 0) {
    return temporary_error("the compiler was ended by signal " + std::to_string(child.signal) +
                           " (" + strsignal(child.signal) + ")");
  }
  if (child.exit_code == 0) return {};
  return usage_error("does not compile:\n" + shorten_diagnostics(child.err, sdk_include_));
}

Result<Rebuilder::Files> Rebuilder::compile(const CodeBundle& bundle, const std::string& name,
                                            const std::vector<std::string>& flags) {
  const std::string root = folder_ + "/" + name;
  std::error_code error;
  fs::remove_all(root, error);
  for (const CodeBundle::Source& source : bundle.sources) {
    TRY_VOID(write(root + "/" + source.path, source.text));
  }
  const std::string files = folder_ + "/" + name;
  const Files made{{root, sdk_include_, bundle.unit, id_of(bundle.unit), files + ".o", files + ".d",
                    files + ".so"}};
  auto arguments = compile_arguments(toolchain_, made.job);
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  TRY_VOID(call(arguments, root));
  return made;
}

Result<Rebuilt> Rebuilder::link(const Files& files, const std::vector<std::string>& more) {
  auto arguments = link_arguments(toolchain_, files.job);
  arguments.insert(arguments.end(), more.begin(), more.end());
  TRY_VOID(call(arguments, files.job.root));
  Rebuilt rebuilt;
  rebuilt.module = files.job.module;
  TRY(const FileDigest digest, digest_file(rebuilt.module));
  rebuilt.sha256 = digest.sha256;
  TRY(const std::string object, bytes_of(files.job.object));
  TRY(rebuilt.object, read_object_code(object, TypeNames::DoNotCount));
  return rebuilt;
}

Result<std::string> Rebuilder::collector() {
  if (!collector_.empty()) return collector_;
  const std::string path = folder_ + "/collector.o";
  TRY_VOID(make_folders(folder_));
  auto arguments = toolchain_.command;
  for (const char* flag : {"-std=c++20", "-O2", "-fPIC", "-fvisibility=hidden", "-w",
                           "-DALMANAC_PROBES", "-c", "-x", "c++"}) {
    arguments.emplace_back(flag);
  }
  arguments.insert(arguments.end(), {sdk_include_ + "/almanac/probes.h", "-o", path});
  TRY_VOID(call(arguments, folder_));
  return collector_ = path;
}

// The compiler takes X.gch for X where X is included.
Result<std::string> Rebuilder::precompiled() {
  if (!precompiled_.empty()) return precompiled_;
  const std::string header = folder_ + "/precompiled/calculation.h";
  TRY_VOID(make_folders(folder_ + "/precompiled"));
  auto arguments =
      compile_arguments(toolchain_, {folder_, sdk_include_, sdk_include_ + "/almanac/calculation.h",
                                     "precompiled", header + ".gch", header + ".d", ""});
  arguments.insert(arguments.end(), {kHardly, "-w", "-x", "c++-header"});
  TRY_VOID(call(arguments, folder_));
  return precompiled_ = header;
}

}  // namespace almanac
