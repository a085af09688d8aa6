// The compiler of calculations: which one, what it is (by what it says of itself, never by where it
// is), how it is called, and whose a header is that it read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "activities/build_record.h"
#include "core/base/hash.h"
#include "core/base/result.h"

namespace almanac {

struct Toolchain {
  std::vector<std::string> command;  // "g++", or "ccache", "g++"
  bool gcc = true;                   // otherwise clang
  Hash identity;   // of all macros it predefines: compiler, target, C and C++ library; and of
                   // the flags in the command
  Hash made_with;  // of identity, flags and SDK ABI: all that makes the same sources
                   // another module. The SDK's text is not in it: an engine upgrade
                   // compiles nothing again
  std::vector<std::string> folders;  // that it searches for <headers>, in order; of this machine
};

// `wanted` empty: ALMANAC_CXX, CXX, g++, clang++ or clang++-19, the first there is. Usage error
// when there is none, or when it does not know C++20.
Result<Toolchain> find_toolchain(const std::string& wanted);

// A source on its way to an object and a module. Paths of the project are relative to it, where the
// compiler runs.
struct CompileJob {
  std::string root, sdk_include;  // absolute
  std::string source, id;
  std::string object, dependencies, module;  // output files
};
std::vector<std::string> compile_arguments(const Toolchain& toolchain, const CompileJob& job);
std::vector<std::string> link_arguments(const Toolchain& toolchain, const CompileJob& job);

// The flags that change what code means; part of the code hash.
const std::vector<std::string>& meaningful_flags();

// The compute ABI of a calculation: compiler, target, C and C++ library with their versions, the
// level of the CPU that the math library adapts to, SDK ABI, and third-party headers by name.
Hash infrastructure_of(const Toolchain& toolchain, const std::vector<ThirdPartyHeader>& headers);

// The prerequisites in a make rule, as compilers write it with -MD, without "./" and "x/../".
std::vector<std::string> parse_dependencies(std::string_view rule);

// Whose a header is. The toolchain's own and the C library's are told by folder and name.
enum class Origin { Project, Sdk, Toolchain, ThirdParty, Outside };
Origin origin_of(const Toolchain& toolchain, const std::string& sdk_include,
                 const std::string& path);

// Name of a third-party header below the folder that it was found in, and the other way round.
std::string third_party_name(const Toolchain& toolchain, const std::string& path);
std::optional<Hash> third_party_content(const Toolchain& toolchain, const std::string& name);

}  // namespace almanac
