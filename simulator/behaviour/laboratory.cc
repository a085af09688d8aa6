#include "simulator/behaviour/laboratory.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "activities/build_describe.h"
#include "runner/lack.h"
#include "storage/files.h"

namespace almanac::behaviour {

namespace {

namespace fs = std::filesystem;

constexpr int64_t kCores = 4;            // that a batch may keep busy
constexpr size_t kMostBytes = 16 << 20;  // of contexts that travel together, or one

std::string build_folder(const std::string& folder) {
  return folder + "/build";
}

}  // namespace

Laboratory::Laboratory(Options options)
    : options_(std::move(options)),
      rebuilder_(options_.toolchain, options_.sdk_include, build_folder(options_.folder)) {}

Laboratory::~Laboratory() {
  std::error_code error;  // what stays goes with the folder that it is in
  fs::remove_all(options_.folder, error);
}

Result<std::string> Laboratory::bring(const std::string& module, const std::string& name) {
  const std::string path = build_folder(options_.folder) + "/" + name + ".so";
  TRY_VOID(make_folders(build_folder(options_.folder)));
  std::error_code error;
  fs::copy_file(module, path, fs::copy_options::overwrite_existing, error);
  if (error) return temporary_error(module + " cannot be copied: " + error.message());
  return path;
}

Result<Calculation> Laboratory::describe(const Rebuilt& rebuilt) const {
  return almanac::describe(options_.command.front(), rebuilt.module, rebuilt.sha256);
}

Result<std::unique_ptr<Child>> Laboratory::start_child(bool elsewhere) {
  Child::Options options;
  options.command = options_.command;
  options.staging = options_.folder + "/child" + std::to_string(children_++);
  options.modules = build_folder(options_.folder);
  options.sandbox = options_.sandbox;
  options.memory_bytes = options_.memory_bytes;
  options.wall_ms = options_.wall_ms;
  options.cpu_ms = options_.wall_ms * kCores;
  options.elsewhere = elsewhere;
  options.silent = true;  // mutants say much
  return Child::start(options);
}

Subject::Subject(const Laboratory& laboratory, std::unique_ptr<Child> child,
                 const Calculation& calculation, std::string module)
    : laboratory_(&laboratory),
      child_(std::move(child)),
      calculation_(std::make_unique<Calculation>(calculation)),
      module_(std::move(module)) {}

Result<Subject> Subject::start(Laboratory& laboratory, const Calculation& calculation,
                               const std::string& module, bool elsewhere) {
  TRY(auto child, laboratory.start_child(elsewhere));
  return Subject(laboratory, std::move(child), calculation, module);
}

Result<std::vector<Observation>> Subject::observe(std::vector<std::string> contexts, bool tables) {
  std::vector<Observation> all;
  for (size_t first = 0, end; first < contexts.size(); first = end) {
    if (laboratory_->is_stopped()) return temporary_error("stopped before all was compared");
    std::vector<std::string> together;
    size_t bytes = 0;
    for (end = first; end < contexts.size(); ++end) {
      bytes += contexts[end].size();
      if (bytes > kMostBytes && end > first) break;
      together.push_back(std::move(contexts[end]));
    }
    TRY(Observed observed,
        child_->observe(*calculation_, module_, {std::move(together), {}, tables}));
    std::ranges::move(observed.observations, std::back_inserter(all));
  }
  return all;
}

bool is_lack(const Error& error) {
  return almanac::is_lack(error.message.substr(0, error.message.find(':')), error.message);
}

}  // namespace almanac::behaviour
