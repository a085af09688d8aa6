// What is compiled again and what is not, and that identities follow content and nothing else.
#include "activities/build.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "activities/build_describe.h"
#include "tests/activities/build_fixture.h"

// The test is its own describer: build() starts it again, before any test runs.
__attribute__((constructor)) static void describe_instead(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], almanac::kDescribeModule) == 0) {
    std::_Exit(almanac::describe_module(argv[2]));
  }
}

namespace almanac {
namespace {

namespace fs = std::filesystem;

TEST_F(BuildTest, AuthorsExampleBecomesAModule) {
  options_.sdk_include = std::string(ALMANAC_SOURCE_DIR) + "/sdk";
  project_.datasets = {{.name = "positions", .entity = "user_id"}};
  write("project/calculations/deep/net_profit.cc", R"cc(
#include <almanac/calculation.h>
    using namespace almanac;

    struct NetProfit : PerEntity {
      Table positions = dataset("positions");
      In<double> cost = positions["invested"];
      In<double> profit = positions["net_profit"];

      Key<int64_t> user = key("user_id");
      Out<double> invested = column("invested");
      Out<double> percent = column("net_profit_pct").nullable();

      void process(const Entity& user, Output& out) const override {
        double sum = 0, earned = 0;
        for (Row lot : user.rows(positions)) {
          sum += lot[cost];
          earned += lot[profit];
        }
        Record record = out.add();
        record[invested] = sum;
        if (sum != 0) record[percent] = 100 * earned / sum;
      }
    };
    ALMANAC_CALCULATION(NetProfit, "portfolio", "net_profit")
  )cc");
  const Manifest manifest = built();
  const Calculation* c = manifest.find("net_profit");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(lines_.size(), 1u) << "compiles without a warning: " << lines_.back();
  EXPECT_EQ(c->category, "portfolio");
  EXPECT_EQ(c->kind, Calculation::Kind::PerEntity);
  EXPECT_EQ(c->file, "calculations/deep/net_profit.cc");
  EXPECT_EQ(c->entity(), "user_id");
  ASSERT_EQ(c->reads.size(), 1u);
  EXPECT_EQ(c->reads[0].columns.size(), 2u);
  EXPECT_EQ(c->outputs.size(), 3u);
  EXPECT_FALSE(c->code_hash.zero());
  EXPECT_FALSE(c->infrastructure.zero());
  EXPECT_EQ(c->module, "net_profit-" + c->module_sha256.substr(0, 16) + ".so");
  EXPECT_TRUE(fs::exists(folder_ / "project/.almanac/build/modules" / c->module));
}

TEST_F(BuildTest, NothingChangedCompilesAndWritesNothing) {
  add("a");
  add("b", "", "a");
  built();
  EXPECT_EQ(compiled(), "a b");
  struct stat before, after;
  const std::string path = (folder_ / "project/.almanac/build/manifest.json").string();
  ASSERT_EQ(stat(path.c_str(), &before), 0);
  const Manifest manifest = built();
  EXPECT_EQ(compiled(), "");
  EXPECT_TRUE(lines_.empty());
  ASSERT_EQ(stat(path.c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(manifest.dependencies, (Graph{{}, {0}}));
}

TEST_F(BuildTest, CommentsAndLayoutCompileNothing) {
  write("project/layers/lots.h", "#pragma once\ninline double lots() { return 1; }\n");
  write("project/calculations/helper.h", "inline int helper() { return 2; }\n");
  add("a", "#include \"helper.h\"\n#include \"layers/lots.h\"\n");
  built();
  const std::string manifest = build_file("manifest.json");
  replace("project/calculations/a.cc", "struct C {", "// why\nstruct C  /* x */\n{");
  replace("project/calculations/helper.h", "{ return 2; }", "{\n  return 2;  // two\n}");
  replace("project/layers/lots.h", "inline", "// a layer\ninline");
  built();
  EXPECT_EQ(compiled(), "");
  EXPECT_EQ(build_file("manifest.json"), manifest);
}

TEST_F(BuildTest, CodeThatReadsItsLayoutIsCompiledWhenItMoves) {
  add("a", "int line() { return __LINE__; }");
  const Hash before = built().find("a")->code_hash;
  replace("project/calculations/a.cc", "int line", "// moved\nint line");
  EXPECT_NE(built().find("a")->code_hash, before);
  EXPECT_EQ(compiled(), "a");
}

TEST_F(BuildTest, AnEditCompilesWhatItReaches) {
  write("project/layers/lots.h", "#pragma once\ninline int lots() { return 1; }\n");
  write("project/calculations/helper.h", "inline int helper() { return 2; }\n");
  add("own");
  add("with_header", "#include \"helper.h\"");
  add("with_layer", "#include \"layers/lots.h\"");
  const Manifest first = built();

  replace("project/calculations/own.cc", "struct C", "int x;\nstruct C");
  const Manifest own = built();
  EXPECT_EQ(compiled(), "own");
  EXPECT_NE(own.find("own")->code_hash, first.find("own")->code_hash);
  EXPECT_EQ(own.find("own")->infrastructure, first.find("own")->infrastructure);

  replace("project/calculations/helper.h", "2", "3");
  const Manifest header = built();
  EXPECT_EQ(compiled(), "with_header");
  EXPECT_NE(header.find("with_header")->code_hash, first.find("with_header")->code_hash);
  EXPECT_TRUE(header.find("with_header")->layers.empty());

  replace("project/layers/lots.h", "1", "4");
  const Manifest layer = built();
  EXPECT_EQ(compiled(), "with_layer");
  const Calculation &before = *first.find("with_layer"), &after = *layer.find("with_layer");
  EXPECT_EQ(after.code_hash, before.code_hash) << "the layer is a part of its own";
  ASSERT_EQ(after.layers.size(), 1u);
  EXPECT_EQ(after.layers[0].path, "layers/lots.h");
  EXPECT_NE(after.layers[0].hash, before.layers[0].hash);
}

TEST_F(BuildTest, CategoryAndFolderAreNotPartOfTheIdentity) {
  add("a");
  const Hash before = built().find("a")->code_hash;
  replace("project/calculations/a.cc", "\"signals\"", "\"risk\"");
  fs::create_directories(folder_ / "project/calculations/deeper");
  fs::rename(folder_ / "project/calculations/a.cc", folder_ / "project/calculations/deeper/a.cc");
  const Manifest moved = built();
  EXPECT_EQ(moved.find("a")->category, "risk");
  EXPECT_EQ(moved.find("a")->file, "calculations/deeper/a.cc");
  EXPECT_EQ(moved.find("a")->code_hash, before);
}

TEST_F(BuildTest, ACopiedProjectIsUpToDateAndNamesNoPlace) {
  write("project/layers/lots.h", "#pragma once\ninline const char* lots() { return __FILE__; }\n");
  add("a", "#include \"layers/lots.h\"\nconst char* f() { return lots(); }");
  const Manifest first = built();
  for (const char* file : {"manifest.json", "record.json"}) {
    EXPECT_EQ(build_file(file).find(folder_.string()), std::string::npos) << file;
    EXPECT_EQ(build_file(file).find("\"/"), std::string::npos) << file;
  }
  fs::copy(folder_ / "project", folder_ / "elsewhere", fs::copy_options::recursive);
  fs::rename(folder_ / "sdk", folder_ / "sdk2");
  options_.sdk_include = (folder_ / "sdk2").string();
  project_.root = (folder_ / "elsewhere").string();
  const std::string manifest = build_file("manifest.json");
  built();
  EXPECT_EQ(compiled(), "");
  EXPECT_EQ(read("elsewhere/.almanac/build/manifest.json"), manifest);

  fs::remove_all(folder_ / "elsewhere/.almanac");
  EXPECT_EQ(built().find("a")->module_sha256, first.find("a")->module_sha256);
  EXPECT_EQ(read("elsewhere/.almanac/build/manifest.json"), manifest);
}

TEST_F(BuildTest, AnUpgradeOfTheSdkCompilesNothing) {
  add("a");
  built();
  write("sdk/almanac/calculation.h", std::string(kLightSdk) + "\nint more;\n");
  built();
  EXPECT_EQ(compiled(), "");
}

TEST_F(BuildTest, ThirdPartyHeadersAreInfrastructureByContent) {
  write("include/solver/core.h", "inline int solve() { return 1; }\n");
  setenv("CPATH", (folder_ / "include").c_str(), 1);
  add("a", "#include <solver/core.h>\n#include <cmath>\n#include <unistd.h>");
  add("b", "#include <cmath>\n#include <string>");
  add("c");
  const Manifest first = built();
  EXPECT_EQ(first.find("b")->infrastructure, first.find("c")->infrastructure);
  EXPECT_NE(first.find("a")->infrastructure, first.find("c")->infrastructure);
  EXPECT_EQ(build_file("record.json").find("unistd"), std::string::npos);

  fs::rename(folder_ / "include", folder_ / "include2");
  setenv("CPATH", (folder_ / "include2").c_str(), 1);
  built();
  EXPECT_EQ(compiled(), "") << "where it is does not count";

  write("include2/solver/core.h", "inline int solve() { return 2; }\n");
  const Manifest changed = built();
  EXPECT_EQ(compiled(), "a");
  EXPECT_NE(changed.find("a")->infrastructure, first.find("a")->infrastructure);
  EXPECT_EQ(changed.find("a")->code_hash, first.find("a")->code_hash);
  unsetenv("CPATH");
}

TEST_F(BuildTest, ANewHeaderThatHidesAnotherIsSeen) {
  write("project/helper.h", "inline int helper() { return 1; }\n");
  add("a", "#include \"helper.h\"");
  const Hash before = built().find("a")->code_hash;
  write("project/calculations/helper.h", "inline int helper() { return 2; }\n");
  EXPECT_NE(built().find("a")->code_hash, before);
  EXPECT_EQ(compiled(), "a");
}

TEST_F(BuildTest, AHeaderThatIsNeverReachedIsNotWaitedFor) {
  write("project/calculations/helper.h", "#error not here\n");
  add("a", "#if 0\n#include \"helper.h\"\n#endif");
  built();
  built();
  EXPECT_EQ(compiled(), "");
}

TEST_F(BuildTest, ARemovedCalculationDisappears) {
  add("a");
  add("b");
  built();
  fs::remove(folder_ / "project/calculations/b.cc");
  const Manifest manifest = built();
  EXPECT_EQ(compiled(), "");
  EXPECT_EQ(manifest.calculations.size(), 1u);
  EXPECT_EQ(build_file("manifest.json").find("\"b\""), std::string::npos);
}

TEST_F(BuildTest, ParametersOfTheProjectCompileNothing) {
  add("a");
  built();
  project_.parameters["a"] = {{"period", "21"}};
  EXPECT_EQ(built().find("a")->parameters[0].text, "21");
  EXPECT_EQ(compiled(), "");
  project_.parameters.clear();
  EXPECT_EQ(built().find("a")->parameters[0].text, "14");
}

TEST_F(BuildTest, AnEmptyProjectHasAnEmptyManifest) {
  fs::create_directories(folder_ / "project");
  EXPECT_TRUE(built().calculations.empty());
}

}  // namespace
}  // namespace almanac
