// A small project on disk and a light SDK, so that a test compiles many calculations quickly.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "activities/build.h"

namespace almanac {

// Declares one WholeDate calculation with the output column kColumn, by the real abi.h alone.
inline constexpr const char* kLightSdk = R"cc(
#pragma once
#include <almanac/abi.h>
#define ALMANAC_CALCULATION(Class, category_, id_)                                                 \
    namespace almanac {                                                                              \
    static const abi::Description* describe(char*, size_t) {                                         \
      static const Class instance;                                                                   \
      static const abi::Read read = {abi::Source::Calculation, Class::kReads, false, 1, nullptr, 0}; \
      static const abi::OutputColumn output = {Class::kColumn, 2, false, false, false, false};       \
      static const abi::Parameter parameter = {"period", 1, "14"};                                   \
      static const abi::Description description = {id_,                                              \
                                                   category_,                                        \
                                                   abi::Kind::WholeDate,                             \
                                                   nullptr,                                          \
                                                   0,                                                \
                                                   nullptr,                                          \
                                                   0,                                                \
                                                   &parameter,                                       \
                                                   1,                                                \
                                                   &read,                                            \
                                                   *Class::kReads ? size_t{1} : size_t{0},           \
                                                   &output,                                          \
                                                   1,                                                \
                                                   "",                                               \
                                                   0};                                               \
      return &description;                                                                           \
    }                                                                                                \
    static const abi::Module module = {abi::kVersion, &describe, nullptr, nullptr, nullptr};         \
    }                                                                                                \
    extern "C" __attribute__((visibility("default"))) const almanac::abi::Module* almanac_module() { \
      return &almanac::module;                                                                       \
    }
)cc";

class BuildTest : public testing::Test {
 protected:
  BuildTest() {
    std::string pattern = testing::TempDir() + "/almanac-build-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    const auto real = std::filesystem::path(ALMANAC_SOURCE_DIR) / "sdk/almanac";
    std::filesystem::create_directories(folder_ / "sdk/almanac");
    for (const char* name : {"abi.h", "c_data.h"}) {
      std::filesystem::copy_file(real / name, folder_ / "sdk/almanac" / name);
    }
    write("sdk/almanac/calculation.h", kLightSdk);
    project_.root = (folder_ / "project").string();
    options_.sdk_include = (folder_ / "sdk").string();
    options_.describe = std::filesystem::read_symlink("/proc/self/exe").string();
    options_.jobs = 2;
    options_.progress = [this](const std::string& line) {
      lines_.push_back(line);
      if (!line.starts_with("compiling ")) return;
      const std::string source = line.substr(10, line.find(' ', 10) - 10);
      compiled_.push_back(std::filesystem::path(source).stem().string());
    };
  }
  ~BuildTest() override { std::filesystem::remove_all(folder_); }

  // `path` is relative to the test's folder.
  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path, std::ios::trunc) << text;
  }
  std::string read(const std::string& path) const {
    std::ifstream file(folder_ / path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void replace(const std::string& path, const std::string& from, const std::string& to) {
    std::string text = read(path);
    ASSERT_NE(text.find(from), text.npos) << path << ": " << from;
    write(path, text.replace(text.find(from), from.size(), to));
  }

  // A calculation with some code before its class.
  void add(const std::string& id, const std::string& code = "", const std::string& reads = "",
           const std::string& folder = "project/calculations/") {
    write(folder + id + ".cc", "#include <almanac/calculation.h>\n" + code +
                                   "\nstruct C {\n  static constexpr const char* kReads = \"" +
                                   reads +
                                   "\";\n  static constexpr const char* kColumn = \"value\";\n" +
                                   "};\nALMANAC_CALCULATION(C, \"signals\", \"" + id + "\")\n");
  }

  // Which calculations a build compiled, sorted, is in compiled().
  Result<Manifest> build_now() {
    compiled_.clear();
    lines_.clear();
    return build(project_, options_);
  }
  Manifest built() {
    auto manifest = build_now();
    EXPECT_TRUE(manifest.ok()) << manifest.error().message;
    return manifest.ok() ? std::move(manifest).value() : Manifest{};
  }
  std::string failure() {
    const auto manifest = build_now();
    EXPECT_FALSE(manifest.ok());
    return manifest.ok() ? "" : manifest.error().message;
  }
  std::string compiled() {
    std::sort(compiled_.begin(), compiled_.end());
    std::string text;
    for (const auto& id : compiled_) text += (text.empty() ? "" : " ") + id;
    return text;
  }

  std::string build_file(const std::string& name) const {
    return read("project/.almanac/build/" + name);
  }

  std::filesystem::path folder_;
  Project project_;
  BuildOptions options_;
  std::vector<std::string> lines_, compiled_;
};

}  // namespace almanac
