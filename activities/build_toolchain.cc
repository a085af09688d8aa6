#include "activities/build_toolchain.h"

#include <gnu/libc-version.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "activities/build_process.h"
#include "activities/build_sources.h"
#include "almanac/abi.h"
#include "core/base/names.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// Flags may stand in the command, as in "ccache g++ -frounding-math": they are what follows the
// first word with a dash. What stands before only says where the compiler is.
Hash identity_of(const std::string& macros, const std::vector<std::string>& command) {
  auto lines = lines_of(macros);
  std::sort(lines.begin(), lines.end());
  Hasher hasher("toolchain/2");
  for (const auto& line : lines) hasher.add(line);
  auto flag = std::find_if(command.begin(), command.end(),
                           [](const auto& word) { return word.starts_with('-'); });
  for (; flag != command.end(); ++flag) hasher.add(*flag);
  return hasher.digest();
}

Hash made_with(const Toolchain& toolchain) {
  Hasher hasher("made-with/1");
  hasher.add(toolchain.identity).add(uint64_t{abi::kVersion});
  Toolchain anonymous;
  anonymous.gcc = toolchain.gcc;
  for (const auto& argument : compile_arguments(anonymous, {})) hasher.add(argument);
  for (const auto& argument : link_arguments(anonymous, {})) hasher.add(argument);
  return hasher.digest();
}

// The folders in what `-v` prints.
std::vector<std::string> search_folders(const std::string& text) {
  std::vector<std::string> folders;
  bool inside = false;
  for (const auto& line : lines_of(text)) {
    if (line.starts_with("End of search list")) break;
    if (inside && line.starts_with(' ')) {
      folders.push_back(fs::path(line.substr(1)).lexically_normal().string());
    }
    if (line.starts_with("#include <...>")) inside = true;
  }
  return folders;
}

Result<Toolchain> ask(const std::string& text) {
  Toolchain toolchain;
  std::istringstream words(text);
  for (std::string word; words >> word;) toolchain.command.push_back(word);
  if (toolchain.command.empty()) return usage_error("the name of the compiler is empty");

  auto arguments = toolchain.command;
  for (const auto& flag : meaningful_flags()) arguments.push_back(flag);
  for (const char* flag : {"-fPIC", "-E", "-dM", "-v", "-x", "c++", "-"}) arguments.push_back(flag);
  TRY(const ChildResult child, run_child(arguments, "/", "#include <version>\n"));
  if (child.exit_code != 0) {
    return usage_error("the compiler " + in_quotes(text) + " does not compile C++20: " +
                       child.err.substr(0, 500) + "\ninstall g++ 12 or newer, or set ALMANAC_CXX");
  }
  toolchain.gcc = child.out.find("#define __clang__ ") == std::string::npos;
  toolchain.identity = identity_of(child.out, toolchain.command);
  toolchain.made_with = made_with(toolchain);
  toolchain.folders = search_folders(child.err);
  return toolchain;
}

// libm chooses among variants of its functions by these.
std::string cpu_level() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2") ? "x86-64 fma" : "x86-64";
#else
  return "baseline";
#endif
}

// Folders that hold headers of the compiler and of the C++ library.
bool is_compiler_folder(const std::string& folder) {
  for (const char* part : {"/c++/", "/gcc/", "/clang/"}) {
    if ((folder + "/").find(part) != std::string::npos) return true;
  }
  return false;
}

// /usr/include, and the folder in it that is named by the target, as x86_64-linux-gnu.
bool is_libc_folder(const fs::path& folder) {
  return folder == "/usr/include" ||
         (folder.parent_path() == "/usr/include" &&
          folder.filename().string().find("-linux-") != std::string::npos);
}

// Headers of the C library and the kernel, whose version is part of the identity. By name, because
// they share their folder with everybody else's.
bool is_libc_header(const std::string& name) {
  static const std::vector<std::string> kFolders = {"arpa",  "asm", "asm-generic", "bits", "gnu",
                                                    "linux", "net", "netinet",     "rpc",  "sys"};
  static const std::vector<std::string> kNames = {
      "aio.h",      "alloca.h",   "assert.h",      "byteswap.h",  "complex.h",  "cpio.h",
      "ctype.h",    "dirent.h",   "dlfcn.h",       "elf.h",       "endian.h",   "err.h",
      "errno.h",    "error.h",    "execinfo.h",    "fcntl.h",     "features.h", "features-time64.h",
      "fenv.h",     "float.h",    "fmtmsg.h",      "fnmatch.h",   "ftw.h",      "getopt.h",
      "glob.h",     "grp.h",      "iconv.h",       "ifaddrs.h",   "inttypes.h", "langinfo.h",
      "libgen.h",   "libintl.h",  "limits.h",      "link.h",      "locale.h",   "malloc.h",
      "math.h",     "memory.h",   "mntent.h",      "monetary.h",  "mqueue.h",   "netdb.h",
      "nl_types.h", "poll.h",     "pthread.h",     "pty.h",       "pwd.h",      "regex.h",
      "resolv.h",   "sched.h",    "search.h",      "semaphore.h", "setjmp.h",   "signal.h",
      "spawn.h",    "stab.h",     "stdc-predef.h", "stdint.h",    "stdio.h",    "stdio_ext.h",
      "stdlib.h",   "string.h",   "strings.h",     "stropts.h",   "syslog.h",   "tar.h",
      "termio.h",   "termios.h",  "tgmath.h",      "thread_db.h", "threads.h",  "time.h",
      "uchar.h",    "ucontext.h", "ulimit.h",      "unistd.h",    "utime.h",    "utmp.h",
      "utmpx.h",    "values.h",   "wait.h",        "wchar.h",     "wctype.h",   "wordexp.h"};
  const size_t slash = name.find('/');
  const auto& known = slash == name.npos ? kNames : kFolders;
  return std::find(known.begin(), known.end(), name.substr(0, slash)) != known.end();
}

// The longest search folder that a path is below.
std::string folder_of(const Toolchain& toolchain, const std::string& path) {
  std::string longest;
  for (const auto& folder : toolchain.folders) {
    if (path.starts_with(folder + "/") && folder.size() > longest.size()) longest = folder;
  }
  return longest;
}

}  // namespace

Result<Toolchain> find_toolchain(const std::string& wanted) {
  if (!wanted.empty()) return ask(wanted);
  for (const char* variable : {"ALMANAC_CXX", "CXX"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    auto toolchain = ask(value);
    if (toolchain.ok()) return toolchain;
    return usage_error("environment variable " + std::string(variable) + ": " +
                       toolchain.error().message);
  }
  std::string tried;
  for (const char* name : {"g++", "clang++", "clang++-19"}) {
    auto toolchain = ask(name);
    if (toolchain.ok()) return toolchain;
    tried += "\n  " + toolchain.error().message;
  }
  return usage_error(
      "no C++ compiler for the calculations; install g++ 12 or newer, or set ALMANAC_CXX" + tried);
}

const std::vector<std::string>& meaningful_flags() {
  static const std::vector<std::string> kFlags = {"-std=c++20", "-O2", "-DNDEBUG",
                                                  "-ffp-contract=off", "-fno-fast-math"};
  return kFlags;
}

std::vector<std::string> compile_arguments(const Toolchain& toolchain, const CompileJob& job) {
  auto arguments = toolchain.command;
  auto add = [&](std::initializer_list<std::string> more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
  };
  for (const auto& flag : meaningful_flags()) add({flag});
  add({"-c", "-fPIC", "-fvisibility=hidden", "-fno-semantic-interposition"});
  // What the compiler made of each function and constant can be told (core/code/object_code.h).
  add({"-ffunction-sections", "-fdata-sections"});
  if (toolchain.gcc) add({"-fno-gnu-unique", "-frandom-seed=" + job.id});
  // The same bytes on every machine and at any time.
  add({"-g0", "-fno-ident", "-Werror=date-time", "-ffile-prefix-map=" + job.root + "=.",
       "-ffile-prefix-map=" + job.sdk_include + "=sdk"});
  // <x> never finds a file of the project, so none takes the place of a header of the libraries;
  // nor of the SDK, whose headers name each other in quotes.
  add({"-Wall", "-iquote" + job.sdk_include, "-iquote.", "-I" + job.sdk_include});
  add({"-MD", "-MF", job.dependencies, "-MT", "module", "-o", job.object, job.source});
  return arguments;
}

// Bound to itself: a module never takes a function of another one, or of the engine.
std::vector<std::string> link_arguments(const Toolchain& toolchain, const CompileJob& job) {
  auto arguments = toolchain.command;
  for (const char* flag : {"-shared", "-Wl,-Bsymbolic", "-Wl,-z,defs", "-o"}) {
    arguments.emplace_back(flag);
  }
  arguments.push_back(job.module);
  arguments.push_back(job.object);
  return arguments;
}

Hash infrastructure_of(const Toolchain& toolchain, const std::vector<ThirdPartyHeader>& headers) {
  Hasher hasher("infrastructure/2");
  hasher.add(toolchain.identity).add(gnu_get_libc_version()).add(cpu_level());
  hasher.add(uint64_t{abi::kVersion});
  for (const auto& header : headers) hasher.add(header.name).add(header.content);
  return hasher.digest();
}

std::vector<std::string> parse_dependencies(std::string_view rule) {
  std::vector<std::string> paths;
  std::string path;
  const size_t colon = rule.find(": ");
  auto finish = [&] {
    if (!path.empty()) paths.push_back(fs::path(path).lexically_normal().string());
    path.clear();
  };
  for (size_t i = colon == rule.npos ? rule.size() : colon + 1; i < rule.size(); ++i) {
    const char c = rule[i], next = i + 1 < rule.size() ? rule[i + 1] : '\n';
    if (c == '\\' && next == '\n') {
      ++i;
      finish();
    } else if ((c == '\\' && (next == ' ' || next == '#' || next == '\\')) ||
               (c == '$' && next == '$')) {
      path += next;
      ++i;
    } else if (c == ' ' || c == '\n') {
      finish();
    } else {
      path += c;
    }
  }
  finish();
  return paths;
}

Origin origin_of(const Toolchain& toolchain, const std::string& sdk_include,
                 const std::string& path) {
  if (!path.starts_with('/')) return path.starts_with("..") ? Origin::Outside : Origin::Project;
  if (path.starts_with(sdk_include + "/almanac/")) return Origin::Sdk;
  const std::string folder = folder_of(toolchain, path);
  if (folder.empty()) return Origin::Outside;
  const bool own = is_compiler_folder(folder) ||
                   (is_libc_folder(folder) && is_libc_header(path.substr(folder.size() + 1)));
  return own ? Origin::Toolchain : Origin::ThirdParty;
}

std::string third_party_name(const Toolchain& toolchain, const std::string& path) {
  return path.substr(folder_of(toolchain, path).size() + 1);
}

std::optional<Hash> third_party_content(const Toolchain& toolchain, const std::string& name) {
  for (const auto& folder : toolchain.folders) {
    const auto text = read_text(folder + "/" + name);
    if (text) return hash_bytes(text->data(), text->size());
  }
  return std::nullopt;
}

}  // namespace almanac
