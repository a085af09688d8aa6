// Laboratory: where versions of calculations are built, run and compared: a folder of its own, a
// compiler, and child processes behind the same walls as those that compute cells.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "activities/rebuild.h"
#include "core/code/code_bundle.h"
#include "core/manifest/calculation.h"
#include "isolation/child.h"

namespace almanac::behaviour {

// A version of a calculation that can be run.
struct Version {
  Calculation calculation;  // module_sha256 is that of the module
  CodeBundle bundle;
  std::string module;  // path
};

class Laboratory {
 public:
  struct Options {
    Toolchain toolchain;
    std::string sdk_include;
    std::string folder;  // goes with the laboratory
    // Of a child (isolation/serve.h); its program describes modules, too.
    std::vector<std::string> command;
    std::string sandbox;
    uint64_t memory_bytes = 0;
    int64_t wall_ms = 10'000;                 // of a batch of contexts
    const std::atomic<bool>* stop = nullptr;  // once it is set, nothing more is observed
  };
  explicit Laboratory(Options options);
  ~Laboratory();

  Rebuilder& rebuilder() { return rebuilder_; }
  int64_t wall_ms() const { return options_.wall_ms; }
  bool is_stopped() const { return options_.stop != nullptr && *options_.stop; }

  // Where a child can read it: modules lie in no other folder.
  Result<std::string> bring(const std::string& module, const std::string& name);

  // What a module declares. Errors are those of almanac::describe.
  Result<Calculation> describe(const Rebuilt& rebuilt) const;

  // By the thread that uses it. `elsewhere`: see Child::Options.
  Result<std::unique_ptr<Child>> start_child(bool elsewhere = false);

 private:
  const Options options_;
  Rebuilder rebuilder_;
  std::atomic<int> children_ = 0;
};

// Runs the module of a version in a child, in one context after the other. Not thread-safe.
class Subject {
 public:
  static Result<Subject> start(Laboratory& laboratory, const Calculation& calculation,
                               const std::string& module, bool elsewhere = false);

  // One observation per context. Data error: the calculation ended its process, or ran too long.
  Result<std::vector<Observation>> observe(std::vector<std::string> contexts, bool tables = false);

 private:
  Subject(const Laboratory& laboratory, std::unique_ptr<Child> child,
          const Calculation& calculation, std::string module);

  const Laboratory* laboratory_;
  std::unique_ptr<Child> child_;
  std::unique_ptr<Calculation> calculation_;  // stays where it is
  std::string module_;
};

// Whether a calculation was ended since it had too little time or memory, which is not always due
// to it: an error of Subject::observe.
bool is_lack(const Error& error);

}  // namespace almanac::behaviour
