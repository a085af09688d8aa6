#include "isolation/cgroup.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

namespace almanac {
namespace {

constexpr uint64_t kLimitBytes = 64u << 20;

std::string read_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// At the root of the hierarchy: the group of the tests belongs to who runs them.
class CgroupOfAChild : public testing::Test {
 protected:
  void SetUp() override {
    for (const CgroupFolder& folder : cgroup_folders("", read_text("/proc/self/mountinfo"))) {
      auto created = Cgroup::create_in(folder, name_, kLimitBytes);
      if (created) {
        folder_ = folder;
        group_ = std::move(created).value();
        return;
      }
      reasons_ += created.error().message + "; ";
    }
    GTEST_SKIP() << "no group can be made: " << reasons_;
  }

  // How a child of the group ends that takes so much memory.
  int use(size_t bytes) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    const int child = fork();
    if (child == 0) {
      char added = 0;
      if (read(ends[0], &added, 1) != 1) _exit(2);
      void* memory =
          mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED) _exit(3);
      std::memset(memory, 1, bytes);
      _exit(0);
    }
    const auto added = group_->add(child);
    EXPECT_TRUE(added.ok()) << added.error().message;
    EXPECT_EQ(write(ends[1], "x", 1), 1);
    int status = 0;
    waitpid(child, &status, 0);
    close(ends[0]);
    close(ends[1]);
    return status;
  }

  std::string name_ = "almanac-test-" + std::to_string(getpid());
  CgroupFolder folder_;
  std::unique_ptr<Cgroup> group_;
  std::string reasons_;
};

TEST_F(CgroupOfAChild, TooMuchMemoryKillsItAlone) {
  const int status = use(4 * kLimitBytes);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  EXPECT_EQ(group_->oom_kills(), 1u);
}

TEST_F(CgroupOfAChild, WhatItTookAtMostIsKnown) {
  EXPECT_EQ(use(kLimitBytes / 2), 0);
  EXPECT_EQ(group_->oom_kills(), 0u);
  if (folder_.version == 2 && !std::filesystem::exists(group_->path() + "/memory.peak")) {
    GTEST_SKIP() << "memory.peak came with Linux 5.19";
  }
  EXPECT_GE(group_->peak_bytes(), kLimitBytes / 2);
  EXPECT_LE(group_->peak_bytes(), kLimitBytes);
}

TEST_F(CgroupOfAChild, ItGoesWithTheObject) {
  const std::string path = group_->path();
  EXPECT_EQ(use(1 << 20), 0);
  EXPECT_TRUE(std::filesystem::exists(path));
  group_.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(CgroupOfAChild, OneThatWasLeftBehindIsReplaced) {
  const std::string path = group_->path();
  EXPECT_EQ(use(kLimitBytes / 2), 0);
  auto again = Cgroup::create_in(folder_, name_, kLimitBytes);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_LT((*again)->peak_bytes(), kLimitBytes / 2);
}

TEST_F(CgroupOfAChild, AProcessThatDoesNotExistIsNotAdded) {
  const auto added = group_->add(1 << 30);
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().message, group_->path() + "/cgroup.procs = 1073741824: No such process");
}

// Another process that is at work reads in it how its child ended.
TEST_F(CgroupOfAChild, GroupsOfProcessesThatAreGoneAreRemovedAndNoOthers) {
  const std::string prefix = "almanac-swept-";
  const pid_t gone = fork();
  if (gone == 0) _exit(0);
  waitpid(gone, nullptr, 0);
  const auto make = [&](pid_t parent) {
    const std::string path = folder_.path + "/" + prefix + std::to_string(parent) + "-1";
    EXPECT_TRUE(std::filesystem::create_directory(path));
    return path;
  };
  const std::string living = make(getpid()), dead = make(gone);
  Cgroup::sweep(prefix);
  EXPECT_TRUE(std::filesystem::exists(living));
  EXPECT_FALSE(std::filesystem::exists(dead));
  rmdir(living.c_str());
}

TEST(Cgroup, WhereNoneCanBeMadeTheReasonIsNamed) {
  const auto created = Cgroup::create_in({"/proc/self", 1}, "group", kLimitBytes);
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().message, "/proc/self/group: cannot be made: No such file or directory");
}

TEST(Cgroup, GroupsOfVersion2AreMadeInTheOwnGroupOrBesideIt) {
  EXPECT_EQ(cgroup_folders("0::/almanac.slice/worker.service\n",
                           "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"),
            (std::vector<CgroupFolder>{{"/sys/fs/cgroup/almanac.slice/worker.service", 2},
                                       {"/sys/fs/cgroup/almanac.slice", 2},
                                       {"/sys/fs/cgroup", 2}}));
}

TEST(Cgroup, OfVersion1TheMemoryControllerCounts) {
  EXPECT_EQ(cgroup_folders("5:cpu,cpuacct:/jobs\n4:memory:/jobs/a\n",
                           "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                           "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"),
            (std::vector<CgroupFolder>{{"/sys/fs/cgroup/memory/jobs/a", 1},
                                       {"/sys/fs/cgroup/memory/jobs", 1},
                                       {"/sys/fs/cgroup/memory", 1}}));
}

TEST(Cgroup, AContainerSeesAPartOfTheHierarchy) {
  EXPECT_EQ(cgroup_folders(
                "4:memory:/docker/1a2b/worker\n",
                "35 31 0:32 /docker/1a2b /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"),
            (std::vector<CgroupFolder>{{"/sys/fs/cgroup/memory/worker", 1},
                                       {"/sys/fs/cgroup/memory", 1}}));
}

TEST(Cgroup, AGroupBesideWhatIsSeenIsNotTakenForOneInside) {
  EXPECT_EQ(cgroup_folders("0::/pods/pod12/box\n",
                           "30 24 0:26 /pods/pod1 /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
            (std::vector<CgroupFolder>{{"/sys/fs/cgroup/pods/pod12/box", 2},
                                       {"/sys/fs/cgroup/pods/pod12", 2},
                                       {"/sys/fs/cgroup", 2}}));
}

// A limit may stand on any of them.
TEST(Cgroup, AllGroupsAroundTheOwnOneAreLookedAt) {
  EXPECT_EQ(cgroup_folders("0::/pods/pod1/box\n",
                           "30 24 0:26 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw\n", 9),
            (std::vector<CgroupFolder>{{"/sys/fs/cgroup/pods/pod1/box", 2},
                                       {"/sys/fs/cgroup/pods/pod1", 2},
                                       {"/sys/fs/cgroup/pods", 2},
                                       {"/sys/fs/cgroup", 2}}));
}

}  // namespace
}  // namespace almanac
