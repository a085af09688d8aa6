// Builds that are killed while their compilers run: what these still do reaches no later build.
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "tests/activities/build_fixture.h"

namespace almanac {
namespace {

namespace fs = std::filesystem;

class BuildKilledTest : public BuildTest {
 protected:
  // A compiler that runs a line of shell before it makes a module, and then g++.
  void before_compiling(const std::string& line) {
    write("compiler",
          "#!/bin/sh\ncase \"$*\" in *-shared*) " + line + ";; esac\nexec g++ \"$@\"\n");
    chmod((folder_ / "compiler").c_str(), 0755);
    options_.compiler = (folder_ / "compiler").string();
  }
};

// Waits for a condition; false when it does not come true.
bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    usleep(5000);
  }
  return false;
}

// What the system says of a process; empty when it is gone.
std::string status_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(BuildKilledTest, ACompilerDiesWithItsBuild) {
  add("a");
  const std::string note = (folder_ / "pid").string();
  before_compiling("echo $$ > " + note + ".new; mv " + note + ".new " + note + "; exec sleep 60");
  const pid_t builder = fork();
  if (builder == 0) {
    (void)build(project_, options_);
    _exit(0);
  }
  ASSERT_TRUE(eventually([&] { return fs::exists(note); }));
  const pid_t compiler = std::stoi(read("pid"));
  EXPECT_EQ(kill(compiler, 0), 0);
  kill(builder, SIGKILL);
  waitpid(builder, nullptr, 0);
  // Whoever takes over the orphan may leave it a zombie.
  EXPECT_TRUE(eventually([&] {
    return status_of(compiler).empty() || status_of(compiler).find(") Z") != std::string::npos;
  }));
}

TEST_F(BuildKilledTest, EachBuildWorksInAFolderOfItsOwnThatGoesWithIt) {
  add("a");
  before_compiling("echo \"$*\" | sed 's/.* -o \\([^ ]*\\) .*/\\1/' > " +
                   (folder_ / "output").string());
  built();
  const std::string first = read("output");
  EXPECT_NE(first.find("project/.almanac/build/work/"), std::string::npos) << first;
  write("project/.almanac/build/work/1-2-3/a.so", "of a build that was killed");
  replace("project/calculations/a.cc", "struct C", "int x;\nstruct C");
  built();
  EXPECT_NE(read("output"), first);
  EXPECT_TRUE(fs::is_empty(folder_ / "project/.almanac/build/work"));
}

TEST_F(BuildKilledTest, WhatIsDescribedIsWhatWasDigested) {
  add("a");
  write("describe", "#!/bin/sh\necho >> \"$2\"\nexec " + options_.describe + " \"$@\"\n");
  chmod((folder_ / "describe").c_str(), 0755);
  options_.describe = (folder_ / "describe").string();
  const std::string text = failure();
  EXPECT_NE(text.find("calculations/a.cc: its module: expected content "), text.npos) << text;
}

}  // namespace
}  // namespace almanac
