// Files that users' code is not to reach: the walls files and landlock, each without the other.
#include <sys/mman.h>
#include <sys/stat.h>

#include "tests/isolation/walled_child.h"

namespace almanac {
namespace {

std::string open_for(const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC, 0644);
  const std::string outcome = outcome_of(fd);
  if (fd >= 0) close(fd);
  return outcome;
}

std::string contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Inside and outside /tmp, which becomes the process's own.
class WallsOfFiles : public testing::TestWithParam<const char*> {
 protected:
  Grounds grounds{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Walls, WallsOfFiles, testing::Values("/tmp", "/var/tmp"),
                         [](const auto& info) { return info.index == 0 ? "Tmp" : "VarTmp"; });

TEST_P(WallsOfFiles, AFileOutsideCannotBeRead) {
  NEEDS_WALL(Wall::Landlock);
  const auto outcome = behind({Wall::Landlock}, grounds.limits, [&] {
    return outcomes({open_for("/etc/passwd", O_RDONLY), open_for("/root", O_RDONLY),
                     open_for(grounds.outside("secret"), O_RDONLY),
                     open_for(ALMANAC_SOURCE_DIR "/README.md", O_RDONLY)});
  });
  EXPECT_EQ(outcome, "EACCES EACCES EACCES EACCES");
}

TEST_P(WallsOfFiles, AnotherProcessCannotBeRead) {
  NEEDS_WALL(Wall::Landlock);
  const std::string parent = "/proc/" + std::to_string(getpid());
  const auto outcome = behind({Wall::Landlock}, grounds.limits, [&] {
    return outcomes({open_for(parent + "/environ", O_RDONLY), open_for(parent + "/mem", O_RDWR),
                     open_for("/proc/self/statm", O_RDONLY)});
  });
  EXPECT_EQ(outcome, "EACCES EACCES allowed");
}

TEST_P(WallsOfFiles, AFileOutsideCannotBeMade) {
  NEEDS_WALL(Wall::Landlock);
  NEEDS_WALL(Wall::Files);
  const auto make = [&] {
    return outcomes({open_for(grounds.staging("made"), O_WRONLY | O_CREAT),
                     open_for(grounds.outside("made"), O_WRONLY | O_CREAT),
                     open_for(grounds.modules("made"), O_WRONLY | O_CREAT),
                     open_for(grounds.modules("table"), O_WRONLY)});
  };
  EXPECT_EQ(behind({Wall::Landlock}, grounds.limits, make), "allowed EACCES EACCES EACCES");
  // Under /tmp, what is made beside the folders is made in the own /tmp.
  const bool tmp = std::string(GetParam()) == "/tmp";
  EXPECT_EQ(behind({Wall::Files}, grounds.limits, make),
            tmp ? "allowed allowed EROFS EROFS" : "allowed EROFS EROFS EROFS");
  EXPECT_TRUE(std::filesystem::exists(grounds.staging("made")));
  EXPECT_FALSE(std::filesystem::exists(grounds.outside("made")));
}

TEST_P(WallsOfFiles, WhatIsReadableStaysVisible) {
  for (const std::vector<Wall>& walls :
       {std::vector{Wall::Files}, {Wall::Landlock}, {Wall::Files, Wall::Landlock}}) {
    for (const Wall wall : walls) NEEDS_WALL(wall);
    EXPECT_EQ(behind(walls, grounds.limits, [&] { return contents(grounds.modules("table")); }),
              "rows");
  }
}

TEST_P(WallsOfFiles, AFileThatIsReadableAloneStaysVisible) {
  NEEDS_WALL(Wall::Files);
  grounds.limits.readable = {grounds.outside("secret")};
  EXPECT_EQ(
      behind({Wall::Files}, grounds.limits, [&] { return contents(grounds.outside("secret")); }),
      "secret");
}

TEST_P(WallsOfFiles, TmpIsOwn) {
  NEEDS_WALL(Wall::Files);
  const Grounds others("/tmp");
  const std::string theirs = others.outside("secret");
  const std::string mine = "/tmp/almanac-walls-" + std::to_string(getpid());
  const auto outcome = behind({Wall::Files, Wall::Landlock}, grounds.limits, [&] {
    return outcomes({open_for(theirs, O_RDONLY), open_for(mine, O_RDWR | O_CREAT)});
  });
  EXPECT_EQ(outcome, "ENOENT allowed");
  EXPECT_FALSE(std::filesystem::exists(mine));
}

TEST_P(WallsOfFiles, TmpIsBounded) {
  NEEDS_WALL(Wall::Files);
  const auto outcome = behind({Wall::Files}, grounds.limits, [&] {
    const int fd = open("/tmp/large", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    const auto bytes = static_cast<off_t>(kPrivateTmpBytes);
    return outcomes({outcome_of(fd), outcome_of(fallocate(fd, 0, 0, bytes / 2)),
                     outcome_of(fallocate(fd, 0, 0, bytes + 1))});
  });
  EXPECT_EQ(outcome, "allowed allowed ENOSPC");
}

// A table comes as a descriptor that is open for reading. /proc gives it a path again.
TEST_P(WallsOfFiles, ADescriptorForReadingDoesNotBecomeOneForWriting) {
  NEEDS_WALL(Wall::Landlock);
  const int fd = open(grounds.outside("secret").c_str(), O_RDONLY | O_CLOEXEC);
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  EXPECT_EQ(behind({Wall::Landlock}, grounds.limits, [&] { return open_for(path, O_RDWR); }),
            "EACCES");
  const auto change = [&] { return outcome_of(fchmod(fd, 0777)); };
  EXPECT_EQ(behind({Wall::Seccomp}, grounds.limits, change), "EPERM");
  close(fd);
}

// The parent opens what it finds in staging.
TEST_P(WallsOfFiles, StagingHoldsNothingButFilesAndFolders) {
  const auto make = [&] {
    return outcomes({outcome_of(symlink("/etc/passwd", grounds.staging("link").c_str())),
                     outcome_of(mkfifo(grounds.staging("pipe").c_str(), 0644)),
                     outcome_of(mkdir(grounds.staging("folder").c_str(), 0755))});
  };
  NEEDS_WALL(Wall::Seccomp);
  EXPECT_EQ(behind({Wall::Seccomp}, grounds.limits, make), "EPERM EPERM allowed");
  std::filesystem::remove(grounds.staging("folder"));
  NEEDS_WALL(Wall::Landlock);
  EXPECT_EQ(behind({Wall::Landlock}, grounds.limits, make), "EACCES EACCES allowed");
}

TEST_P(WallsOfFiles, FilesInStagingAreMovedAndRemoved) {
  const auto work = [&] {
    namespace fs = std::filesystem;
    std::error_code error;
    fs::create_directories(grounds.staging("a/b"), error);
    std::ofstream(grounds.staging("a/one")) << "text";
    if (!error) fs::rename(grounds.staging("a/one"), grounds.staging("a/b/two"), error);
    if (error) return error.message();
    const std::string text = contents(grounds.staging("a/b/two"));
    size_t found = 0;
    for (const auto& entry : fs::recursive_directory_iterator(grounds.staging(""))) {
      found += entry.exists();
    }
    fs::remove_all(grounds.staging("a"), error);
    return error ? error.message() : text + " " + std::to_string(found);
  };
  for (const Wall wall : kAllWalls) NEEDS_WALL(wall);
  EXPECT_EQ(behind({kAllWalls.begin(), kAllWalls.end()}, grounds.limits, work), "text 3");
}

}  // namespace
}  // namespace almanac
