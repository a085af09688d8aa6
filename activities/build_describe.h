// What a module declares. It is loaded in a process of its own, so that what its constructors do is
// done there.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/manifest/calculation.h"

namespace almanac {

// `EXECUTABLE --describe-module PATH`: what main must do for those whose `executable` is this one.
// Prints the description of the module as JSON to stdout; stdin gives the SHA-256 that the module
// must have, nothing: any. The exit code of the process.
inline constexpr const char* kDescribeModule = "--describe-module";
int describe_module(const char* path);

// The declaration alone: no hashes, no file, no module. Usage error, which calls it "its module",
// where it cannot be loaded or says something that is no declaration. `sha256`: of its bytes.
Result<Calculation> describe(const std::string& executable, const std::string& module,
                             const std::string& sha256);

}  // namespace almanac
