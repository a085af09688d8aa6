// Rebuild: builds a version of a calculation from its bundle, away from the project. With probes,
// to see what of it runs; or as it was built, after a change of a source.
#pragma once

#include <string>
#include <vector>

#include "activities/build_toolchain.h"
#include "core/base/result.h"
#include "core/code/code_bundle.h"
#include "core/code/object_code.h"
#include "core/code/probe_sites.h"

namespace almanac {

struct Rebuilt {
  std::string module, sha256;  // path; 64 hex digits of its bytes
  ObjectCode object;
  std::vector<ProbeSite> sites;       // none without probes
  std::vector<ConstantTable> tables;  // the same
};

class Rebuilder {
 public:
  // `folder`: of this object alone; made when needed. All paths are absolute.
  Rebuilder(Toolchain toolchain, std::string sdk_include, std::string folder)
      : toolchain_(std::move(toolchain)),
        sdk_include_(std::move(sdk_include)),
        folder_(std::move(folder)) {}

  // `name`: of its files in the folder; what has that name is replaced. Usage error where it does
  // not compile. Thread rule: one call per name at a time; probed() one at a time, and quick() the
  // first time.
  Result<Rebuilt> plain(const CodeBundle& bundle, const std::string& name);
  // Hardly optimised, and with the SDK compiled before: in half the time.
  Result<Rebuilt> quick(const CodeBundle& bundle, const std::string& name);
  // Like plain(), but whoever reads past the end of a container of the standard library ends its
  // process.
  Result<Rebuilt> checked(const CodeBundle& bundle, const std::string& name);
  // The identity of its object code where the compiler need not care for the sign of zero.
  Result<Hash> without_signed_zeros(const CodeBundle& bundle, const std::string& name);
  // Checked, too.
  Result<Rebuilt> probed(const CodeBundle& bundle, const std::string& name);

 private:
  struct Files;
  Result<Files> compile(const CodeBundle& bundle, const std::string& name,
                        const std::vector<std::string>& flags);
  Result<Rebuilt> link(const Files& files, const std::vector<std::string>& more);
  Result<std::string> collector();
  Result<std::string> precompiled();
  Result<void> call(const std::vector<std::string>& arguments, const std::string& directory);

  const Toolchain toolchain_;
  const std::string sdk_include_, folder_;
  std::string collector_;    // object file, once it is made
  std::string precompiled_;  // header, the same
};

}  // namespace almanac
