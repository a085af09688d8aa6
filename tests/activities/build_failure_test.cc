// Sources that do not compile, modules that crash, builds that are killed or run twice, and edits
// while the compiler runs.
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "activities/build_errors.h"
#include "activities/build_toolchain.h"
#include "tests/activities/build_fixture.h"

namespace almanac {
namespace {

namespace fs = std::filesystem;

class BuildFailureTest : public BuildTest {
 protected:
  // A compiler that runs a shell script; $@ are the arguments of g++.
  void compile_by(const std::string& script) {
    write("compiler", "#!/bin/sh\n" + script);
    chmod((folder_ / "compiler").c_str(), 0755);
    options_.compiler = (folder_ / "compiler").string();
  }
};

TEST_F(BuildFailureTest, AllErrorsAreReportedAndTheLastManifestStays) {
  add("a");
  add("b");
  add("c");
  built();
  const std::string manifest = build_file("manifest.json");
  replace("project/calculations/a.cc", "struct C", "int x = undeclared;\nstruct C");
  replace("project/calculations/b.cc", "struct C",
          "void missing();\nvoid f() { missing(); }\nstruct C");
  replace("project/calculations/c.cc", "struct C", "int fine;\nstruct C");
  const std::string text = failure();
  EXPECT_EQ(compiled(), "a b c");
  EXPECT_TRUE(
      text.starts_with("calculations/a.cc does not compile:\n  calculations/a.cc:3:9: error: "))
      << text;
  EXPECT_NE(text.find("\n      3 | int x = undeclared;"), text.npos) << text;
  EXPECT_NE(text.find("\ncalculations/b.cc does not compile:\n"), text.npos) << text;
  EXPECT_NE(text.find("undefined reference to `missing()'"), text.npos) << text;
  EXPECT_EQ(text.find("calculations/c.cc"), text.npos) << text;
  EXPECT_EQ(text.find(folder_.string()), text.npos) << text;
  EXPECT_EQ(build_file("manifest.json"), manifest);

  replace("project/calculations/a.cc", "int x = undeclared;\n", "");
  replace("project/calculations/b.cc", "void missing();\nvoid f() { missing(); }\n", "");
  built();
  EXPECT_EQ(compiled(), "") << "undoing an edit costs nothing, and c was kept";
}

TEST_F(BuildFailureTest, WarningsAreShownOnceAndDoNotFail) {
  add("a", "static int f() { int unused_value; return 1; }\nint g() { return f(); }");
  built();
  ASSERT_EQ(lines_.size(), 2u);
  EXPECT_NE(lines_[1].find("unused_value"), std::string::npos) << lines_[1];
}

TEST_F(BuildFailureTest, TimeOfDayInCodeIsRefused) {
  add("a", "const char* t = __TIME__;");
  EXPECT_NE(failure().find("__TIME__"), std::string::npos);
}

TEST_F(BuildFailureTest, ACrashInAModuleNamesFileAndSignal) {
  add("a", "struct Crash { Crash() { __builtin_trap(); } } crash;");
  add("b", "#include <cstdio>\nstruct Print { Print() { puts(\"{\"); } } print;");
  const std::string text = failure();
  EXPECT_TRUE(text.starts_with("calculations/a.cc: its module crashed with signal 4")) << text;
  EXPECT_EQ(text.find("calculations/b.cc"), text.npos) << text;
}

TEST_F(BuildFailureTest, ASourceWithoutACalculationIsNamed) {
  write("project/calculations/a.cc", "int x;\n");
  const std::string text = failure();
  EXPECT_TRUE(text.starts_with("calculations/a.cc: ")) << text;
  EXPECT_EQ(text.find(folder_.string()), text.npos) << text;
}

TEST_F(BuildFailureTest, AFaultyManifestKeepsTheLastAndCompilesNothingLater) {
  add("a");
  add("b", "", "a");
  built();
  const std::string manifest = build_file("manifest.json");
  add("b", "", "aa");
  EXPECT_EQ(
      failure(),
      "calculations/b.cc: reads calculation \"aa\", which does not exist; did you mean \"a\"?");
  EXPECT_EQ(build_file("manifest.json"), manifest);
  add("aa");
  built();
  EXPECT_EQ(compiled(), "aa");
}

TEST_F(BuildFailureTest, FilesThatCannotBeCalculationsAreAllNamed) {
  add("a");
  add("a", "", "", "project/calculations/x/");
  add("Bad Name");
  add(".hidden");
  add("outside", "", "", "");
  fs::create_symlink(folder_ / "outside.cc", folder_ / "project/calculations/outside.cc");
  fs::create_directory_symlink(folder_ / "project/calculations/x",
                               folder_ / "project/calculations/y");
  const std::string text = failure();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
  EXPECT_NE(text.find("calculations/x/a.cc: calculation \"a\" is also in calculations/a.cc"),
            text.npos)
      << text;
  EXPECT_NE(text.find("calculations/Bad Name.cc: "), text.npos) << text;
  EXPECT_NE(text.find("calculations/outside.cc: is a link that leaves the project"), text.npos);
  EXPECT_NE(text.find("calculations/y: is a link to a folder"), text.npos);
}

TEST_F(BuildFailureTest, HeadersFromOutsideAreRefused) {
  write("outside.h", "");
  add("a", "#include \"../../outside.h\"");
  const std::string text = failure();
  EXPECT_NE(text.find("calculations/a.cc includes ../outside.h, which is neither in the project"),
            text.npos)
      << text;
}

TEST_F(BuildFailureTest, LostOrDamagedFilesAreMadeAgain) {
  add("a");
  const std::string module = built().find("a")->module;
  const auto folder = folder_ / "project/.almanac/build";
  for (const char* damage : {"", "{", "[]", "{\"version\":1,\"calculations\":[{}]}"}) {
    write("project/.almanac/build/record.json", damage);
    built();
    EXPECT_EQ(compiled(), "a") << damage;
  }
  fs::resize_file(folder / "modules" / module, 100);
  built();
  EXPECT_EQ(compiled(), "a");
  std::string bytes = build_file("modules/" + module);
  bytes[bytes.size() / 2] ^= 1;
  write("project/.almanac/build/modules/" + module, bytes);
  built();
  EXPECT_EQ(compiled(), "a") << "one bit is another";
  fs::remove(folder / "modules" / module);
  built();
  EXPECT_EQ(compiled(), "a");
  fs::remove(folder / "manifest.json");
  write("project/.almanac/build/work/a.so", "of a build that was killed");
  built();
  EXPECT_EQ(compiled(), "");
  EXPECT_NE(build_file("manifest.json"), "");
  EXPECT_FALSE(fs::exists(folder / "work/a.so"));
}

TEST_F(BuildFailureTest, AnEditWhileTheCompilerRunsIsCompiledAgain) {
  add("a");
  write("once", "");
  const std::string source = (folder_ / "project/calculations/a.cc").string();
  compile_by("g++ \"$@\"\ncode=$?\ncase \"$*\" in *-shared*)\n  if rm " +
             (folder_ / "once").string() + " 2>/dev/null; then sed -i s/value/newer/ " + source +
             "; fi;;\nesac\nexit $code\n");
  EXPECT_EQ(built().find("a")->outputs[0].name, "newer");
  options_.compiler = "";
  built();
  EXPECT_EQ(compiled(), "");

  compile_by("g++ \"$@\"\ncode=$?\ncase \"$*\" in *-shared*) touch " + source +
             ";; esac\nexit $code\n");
  replace("project/calculations/a.cc", "newer", "value");
  const auto result = build_now();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, Error::Kind::Temporary);
}

TEST_F(BuildFailureTest, TwoBuildsAtOnceCompileOnce) {
  add("a");
  add("b");
  std::atomic<int> compiles = 0;
  options_.progress = [&](const std::string& line) { compiles += line.starts_with("compiling"); };
  std::vector<std::jthread> builds;
  for (int i = 0; i < 3; ++i) {
    builds.emplace_back([&] {
      const auto result = build(project_, options_);
      EXPECT_TRUE(result.ok());
    });
  }
  builds.clear();
  EXPECT_EQ(compiles, 2);
}

TEST_F(BuildFailureTest, ACompilerThatIsNoneIsNamed) {
  add("a");
  options_.compiler = "no-such-compiler";
  EXPECT_NE(failure().find("cannot start no-such-compiler"), std::string::npos);
  compile_by("echo too old >&2; exit 1\n");
  EXPECT_NE(failure().find("does not compile C++20: too old"), std::string::npos);
  options_.compiler = "";
  setenv("ALMANAC_CXX", "no-such-compiler -x", 1);
  EXPECT_NE(failure().find("ALMANAC_CXX"), std::string::npos);
  unsetenv("ALMANAC_CXX");
}

TEST_F(BuildFailureTest, AnotherCompilerIsAnotherInfrastructure) {
  if (std::system("clang++-19 --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no clang++-19";
  add("a");
  const Manifest gcc = built();
  options_.compiler = "clang++-19";
  const Manifest clang = built();
  EXPECT_EQ(compiled(), "a");
  EXPECT_NE(clang.find("a")->infrastructure, gcc.find("a")->infrastructure);
  EXPECT_EQ(clang.find("a")->code_hash, gcc.find("a")->code_hash);
}

TEST(ShortenDiagnostics, KeepsWhatMattersAndSaysWhatIsLeftOut) {
  const std::string text =
      "In file included from ./layers/x.h:3,\n"
      "                 from calculations/a.cc:1:\n"
      "./layers/x.h: In function 'int f()':\n"
      "./layers/x.h:5:10: error: 'y' was not declared in this scope\n"
      "    5 |   return y;\n"
      "      |          ^\n"
      "./layers/x.h:5:10: note: suggested alternative\n"
      "    5 |   return z;\n"
      "/opt/sdk/almanac/rows.h:7:1: error: no match\n";
  EXPECT_EQ(shorten_diagnostics(text, "/opt/sdk"),
            "  layers/x.h:5:10: error: 'y' was not declared in this scope\n"
            "      5 |   return y;\n"
            "        |          ^\n"
            "  almanac/rows.h:7:1: error: no match");
  const std::string missing =
      "a.cc:9:1: error: cannot allocate an object of abstract type 'C'\n"
      "a.cc:3:8: note:   because the following virtual functions are pure within 'C':\n"
      "/opt/sdk/almanac/calculation.h:24:16: note:     'virtual void process(const Day&) const'\n"
      "/opt/sdk/almanac/calculation.h:25:16: note:     'virtual void other() const'\n";
  EXPECT_EQ(shorten_diagnostics(missing, "/opt/sdk"),
            "  a.cc:9:1: error: cannot allocate an object of abstract type 'C'\n"
            "  almanac/calculation.h:24:16: note:     'virtual void process(const Day&) const'");
  const std::string lengthy = "a.cc:1:1: error: " + std::string(300, 'x') + " do this";
  EXPECT_EQ(shorten_diagnostics(lengthy + "\n", "/opt/sdk"), "  " + lengthy);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "a.cc:1:1: error: e\n";
  const std::string cut = shorten_diagnostics(many, "/opt/sdk");
  EXPECT_EQ(std::count(cut.begin(), cut.end(), '\n'), 20);
  EXPECT_TRUE(cut.ends_with("\n  ... and 80 more lines")) << cut;
  EXPECT_EQ(shorten_diagnostics("killed\n", ""), "  killed");
}

TEST(ParseDependencies, UnderstandsEscapesAndContinuations) {
  EXPECT_EQ(
      parse_dependencies("module: calculations/a.cc ./layers/x.h \\\n /usr/a\\ b.h c$$d.h\\\n"
                         " x/../y\\#.h\n"),
      (std::vector<std::string>{"calculations/a.cc", "layers/x.h", "/usr/a b.h", "c$d.h", "y#.h"}));
  EXPECT_TRUE(parse_dependencies("").empty());
}

}  // namespace
}  // namespace almanac
