// Module: a calculation's shared object, loaded into this process. Loading runs its code, so only
// the runner's child processes and `build` do it.
//
// Thread rule: a Module may be used by several threads; an Instance by one at a time. An Instance
// must not outlive its Module.
#pragma once

#include <string>
#include <vector>

#include "almanac/abi.h"
#include "almanac/probes.h"
#include "core/base/result.h"
#include "core/manifest/calculation.h"

namespace almanac {

// A calculation with its parameters, ready to compute.
class Instance {
 public:
  struct Outcome {
    abi::Status status;
    std::string message;  // empty if Ok
  };

  Instance(const abi::Module* module, void* instance) : module_(module), instance_(instance) {}
  Instance(Instance&& other) noexcept;
  Instance& operator=(Instance&&) = delete;
  ~Instance();

  // One call; what it puts out goes to the sink.
  Outcome process(const abi::Batch& batch, const abi::Sink& sink);

 private:
  const abi::Module* module_;
  void* instance_;
};

class Module {
 public:
  // The bytes that are checked are the bytes that are loaded, also when the file is replaced in
  // between. `sha256`: 64 hex digits that they must have; empty: any. Errors name the file.
  static Result<Module> load(const std::string& path, const std::string& sha256 = "");

  Module(Module&& other) noexcept;
  Module& operator=(Module&&) = delete;
  ~Module();

  // What the calculation declares, see runner/description.h for what is left to fill in.
  Result<Calculation> describe() const;

  // What tells which of its probes were met; null where it has none.
  probes::Take probes() const;

  // `parameters`: all or some, by name; the others have their defaults.
  Result<Instance> create(const std::vector<Calculation::Parameter>& parameters) const;

 private:
  Module(std::string path, int fd, void* handle)
      : path_(std::move(path)), fd_(fd), handle_(handle) {}

  std::string path_;
  int fd_;        // open as long as the object is loaded: the loader knows it by this number
  void* handle_;  // of dlopen
  const abi::Module* module_ = nullptr;
};

}  // namespace almanac
