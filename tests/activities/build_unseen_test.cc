// Edits that change what is compiled and that a look at names or at contents alone would miss: a
// cell would be skipped though its code changed.
#include <cstdlib>

#include "tests/activities/build_fixture.h"

namespace almanac {
namespace {

namespace fs = std::filesystem;

class BuildUnseenTest : public BuildTest {
 protected:
  ~BuildUnseenTest() override { unsetenv("CPATH"); }

  // The hashes of calculation a after a build.
  Calculation now() {
    const Manifest manifest = built();
    const Calculation* found = manifest.find("a");
    return found != nullptr ? *found : Calculation{};
  }

  // Builds again; fails when a was not compiled or kept its code hash.
  void expect_other_code(const Hash& before) {
    EXPECT_NE(now().code_hash, before);
    EXPECT_EQ(compiled(), "a");
    built();
    EXPECT_EQ(compiled(), "");
  }
};

TEST_F(BuildUnseenTest, AFileThatHasIncludeAsksForAppears) {
  add("a", "#if __has_include(\"extra.h\")\nint extra;\n#endif");
  const Hash before = now().code_hash;
  write("project/extra.h", "");
  expect_other_code(before);
  fs::remove(folder_ / "project/extra.h");
  EXPECT_EQ(now().code_hash, before);
}

TEST_F(BuildUnseenTest, AMacroHidesThatHasIncludeAsks) {
  write("project/ask.h", "#define HAS(x) __has_include(x)\n");
  add("a", "#include \"ask.h\"\n#if HAS(\"extra.h\")\nint extra;\n#endif");
  const Hash before = now().code_hash;
  write("project/calculations/extra.h", "");
  expect_other_code(before);
}

TEST_F(BuildUnseenTest, AThirdPartyHeaderThatHasIncludeAsksForAppears) {
  fs::create_directories(folder_ / "include");
  setenv("CPATH", (folder_ / "include").c_str(), 1);
  add("a", "#if __has_include(<solver.h>)\nint extra;\n#endif");
  const Hash before = now().code_hash;
  write("include/solver.h", "");
  expect_other_code(before);
}

TEST_F(BuildUnseenTest, TwoFilesSwapTheirContents) {
  write("project/one.inc", "int one() { return 1; }\n");
  write("project/two.inc", "int two() { return 2; }\n");
  add("a", "#include \"one.inc\"\n#define one uno\n#include \"two.inc\"");
  const Hash before = now().code_hash;
  fs::rename(folder_ / "project/one.inc", folder_ / "project/x");
  fs::rename(folder_ / "project/two.inc", folder_ / "project/one.inc");
  fs::rename(folder_ / "project/x", folder_ / "project/two.inc");
  expect_other_code(before);
}

TEST_F(BuildUnseenTest, TwoThirdPartyHeadersSwapTheirContents) {
  write("include/solver/one.h", "#define ONE 1\n");
  write("include/solver/two.h", "#define TWO 2\n");
  setenv("CPATH", (folder_ / "include").c_str(), 1);
  add("a", "#include <solver/one.h>\n#undef ONE\n#include <solver/two.h>");
  const Hash before = now().infrastructure;
  write("include/solver/one.h", "#define TWO 2\n");
  write("include/solver/two.h", "#define ONE 1\n");
  EXPECT_NE(now().infrastructure, before);
  EXPECT_EQ(compiled(), "a");
}

TEST_F(BuildUnseenTest, ThirdPartyHeadersMayBeCalledLikeThoseOfTheCLibrary) {
  setenv("CPATH", (folder_ / "include").c_str(), 1);
  for (const char* name : {"net/mine.h", "error.h", "sys/types.h"}) {
    write(std::string("include/") + name, "#define MINE 1\n");
    add("a", "#include <" + std::string(name) + ">");
    const Hash before = now().infrastructure;
    write(std::string("include/") + name, "#define MINE 2\n");
    EXPECT_NE(now().infrastructure, before) << name;
    EXPECT_EQ(compiled(), "a") << name;
    fs::remove(folder_ / "include" / name);
  }
}

TEST_F(BuildUnseenTest, FilesOfTheProjectHideNoHeaderOfALibrary) {
  add("a", "#include <string_view>\n#include <cmath>");
  const std::string before = now().module_sha256;
  write("project/string_view", "#error not the project's\n");
  write("project/math.h", "#error not the project's\n");
  write("project/almanac/abi.h", "#error not the project's\n");
  write("project/almanac/c_data.h", "#error not the project's\n");
  fs::remove_all(folder_ / "project/.almanac");
  EXPECT_EQ(now().module_sha256, before);
}

TEST_F(BuildUnseenTest, WhatReadsFilesThatCannotBeToldIsRefused) {
  write("project/v.h", "\n");
  add("a", "#define HDR \"v.h\"\n#include HDR");
  EXPECT_TRUE(failure().starts_with(
      "calculations/a.cc names the file of an #include by a macro, so that it cannot be told"));
  write("project/layers/table.h", "__asm__(\".incbin \\\"table.txt\\\"\");\n");
  write("project/table.txt", "5");
  add("a", "#include \"layers/table.h\"");
  EXPECT_TRUE(failure().starts_with("layers/table.h uses asm, which can read any file"))
      << failure();
}

TEST_F(BuildUnseenTest, PastedTokensCanNameTheLine) {
  add("a",
      "#define PASTE2(a, b) a##b\n#define PASTE(a, b) PASTE2(a, b)\n"
      "int line() { return PASTE(__LI, NE__); }");
  const Hash before = now().code_hash;
  replace("project/calculations/a.cc", "int line", "// moved\nint line");
  expect_other_code(before);
}

TEST_F(BuildUnseenTest, FlagsStandInTheCommand) {
  add("a");
  const Hash plain = now().infrastructure;
  for (const char* command : {"g++ -fassociative-math", "g++ -frounding-math", "g++ -O0"}) {
    options_.compiler = command;
    EXPECT_NE(now().infrastructure, plain) << command;
    EXPECT_EQ(compiled(), "a") << command;
  }
  options_.compiler = "/usr/bin/env g++";
  EXPECT_EQ(now().infrastructure, plain) << "where the compiler is does not count";
}

}  // namespace
}  // namespace almanac
