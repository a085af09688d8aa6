// build: compiles the calculations of a project into modules and makes the manifest.
//
// 1. finds calculations/**/*.cc;
// 2. looks at each source, its project headers and its compiler by content, and compiles what
// changed,
//    in parallel, each into one shared object named by its content;
// 3. lets a child process load each new module and print what it declares;
// 4. validates all of it into a manifest and replaces what changed in .almanac/build:
//    manifest.json, record.json (what each module was made of), modules/<id>-<16 hex digits>.so and
//    modules/<sha256>.code, its code bundle (core/code/code_bundle.h).
//
// Nothing in there names a place of this machine, so a project that is copied or moved with its
// build is up to date. Each file is written aside and renamed: a build that is killed leaves the
// last one. A second build of the same project waits for the first.
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/manifest/manifest.h"
#include "core/manifest/project.h"

namespace almanac {

struct BuildOptions {
  std::string sdk_include;  // folder that holds almanac/calculation.h
  std::string describe;     // prints what a module declares (activities/build_describe.h)
  std::string compiler;     // empty: ALMANAC_CXX, CXX, g++, clang++ or clang++-19 of the PATH
  unsigned jobs = 1;        // compilers at a time
  std::string aside;        // a folder that takes all that is made; the project stays as it is
  std::function<void(const std::string& line)>
      progress;  // may be empty; one call at a time, of any thread
};

// Usage errors: a source that does not compile (all of them are reported, shortened), a module that
// does not load, whatever make_manifest finds, no compiler. The last good build stays in place.
Result<Manifest> build(const Project& project, const BuildOptions& options);

}  // namespace almanac
