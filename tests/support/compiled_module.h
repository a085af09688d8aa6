// Compiles calculations into shared objects, as `build` does, in a folder that goes with the
// object.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/check.h"

namespace almanac {

class ModuleFolder {
 public:
  ModuleFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "almanac-module-XXXXXX";
    CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary folder can be made");
    path_ = pattern;
  }
  ModuleFolder(const ModuleFolder&) = delete;
  ModuleFolder& operator=(const ModuleFolder&) = delete;
  ~ModuleFolder() {
    std::error_code ignored;  // what is left in the temporary folder harms nobody
    std::filesystem::remove_all(path_, ignored);
  }

  std::string file(const std::string& name) const { return path_ / name; }

  // The path of the shared object; CHECKs that the source compiles without a warning.
  std::string compile(const std::string& source, const std::string& name) const {
    const char* compiler = std::getenv("CXX");
    const std::string command =
        std::string(compiler != nullptr ? compiler : "c++") +
        " -std=c++20 -shared -fPIC -fvisibility=hidden -Wall -Wextra -Werror"
        " -I" ALMANAC_SOURCE_DIR "/sdk " +
        source + " -o " + file(name);
    CHECK(std::system(command.c_str()) == 0, command.c_str());
    return file(name);
  }

  std::string compile_text(const std::string& text, const std::string& name) const {
    const std::string source = file(name + ".cc");
    std::ofstream(source) << text;
    return compile(source, name);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace almanac
