// What runs at a time does not need more memory than there is, whoever started it.
#include "isolation/room.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "tests/support/temporary_folder.h"

namespace almanac {
namespace {

TEST(Room, LetsInAsManyAsThereArePlaces) {
  Room room({2, 1000, ""});
  Room::Stay one(&room, 1), third(&room, 1);
  auto two = std::make_unique<Room::Stay>(&room, 1);
  EXPECT_TRUE(one.enter());
  EXPECT_TRUE(third.enter());
  EXPECT_FALSE(two->enter());
  two.reset();
  EXPECT_TRUE(one.enter()) << "who is inside stays inside";
}

TEST(Room, LetsInWhatItsMemoryIsEnoughFor) {
  Room room({10, 1000, ""});
  Room::Stay large(&room, 600);
  EXPECT_TRUE(large.enter());
  {
    Room::Stay small(&room, 400);
    EXPECT_TRUE(small.enter());
  }
  Room::Stay too_large(&room, 401);
  EXPECT_FALSE(too_large.enter());
}

TEST(Room, WhatIsLargerThanTheRoomRunsAlone) {
  Room room({10, 1000, ""});
  auto small = std::make_unique<Room::Stay>(&room, 10);
  EXPECT_TRUE(small->enter());
  Room::Stay giant(&room, 5000);
  EXPECT_FALSE(giant.enter());
  small.reset();
  EXPECT_TRUE(giant.enter());
  Room::Stay next(&room, 1);
  EXPECT_FALSE(next.enter());
}

TEST(Room, SmallOnesDoNotPassALargeOneThatWaits) {
  Room room({10, 1000, ""});
  auto first = std::make_unique<Room::Stay>(&room, 900);
  EXPECT_TRUE(first->enter());
  auto large = std::make_unique<Room::Stay>(&room, 500);
  Room::Stay small(&room, 50);
  EXPECT_FALSE(large->enter());
  EXPECT_FALSE(small.enter());
  first.reset();
  EXPECT_FALSE(small.enter());
  EXPECT_TRUE(large->enter());
  EXPECT_TRUE(small.enter());
}

TEST(Room, WhoGivesUpWaitingKeepsNobodyFromEntering) {
  Room room({10, 1000, ""});
  Room::Stay first(&room, 900);
  EXPECT_TRUE(first.enter());
  auto large = std::make_unique<Room::Stay>(&room, 500);
  EXPECT_FALSE(large->enter());
  Room::Stay small(&room, 50);
  large.reset();
  EXPECT_TRUE(small.enter());
}

TEST(Room, ProcessesOfAHostShareIt) {
  const TemporaryFolder folder;
  const Room::Options options{10, 1000, folder / "room"};
  Room mine(options);
  auto theirs = std::make_unique<Room>(options);
  Room::Stay one(&mine, 600);
  EXPECT_TRUE(one.enter());
  auto two = std::make_unique<Room::Stay>(theirs.get(), 600);
  EXPECT_FALSE(two->enter());
  Room::Stay small(theirs.get(), 300);
  EXPECT_FALSE(small.enter()) << "who came first enters first";
  two.reset();
  EXPECT_TRUE(small.enter());
}

TEST(Room, AProcessThatWasKilledTakesNoRoom) {
  const TemporaryFolder folder;
  const Room::Options options{10, 1000, folder / "room"};
  int inside[2];
  ASSERT_EQ(pipe(inside), 0);
  const pid_t child = fork();
  if (child == 0) {
    Room room(options);
    Room::Stay stay(&room, 900);
    const char said = stay.enter() ? 'y' : 'n';
    (void)!write(inside[1], &said, 1);
    for (;;) pause();
  }
  char said = 0;
  ASSERT_EQ(read(inside[0], &said, 1), 1);
  ASSERT_EQ(said, 'y');
  Room room(options);
  Room::Stay stay(&room, 200);
  EXPECT_FALSE(stay.enter());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(stay.enter());
  size_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(options.folder)) {
    ++files;
  }
  EXPECT_EQ(files, 2u) << "the lock and its own: that of the other is removed";
}

TEST(Room, AFolderThatCannotBeUsedHurtsNobody) {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "in the way";
  Room room({10, 1000, folder / "file"});
  Room::Stay one(&room, 600), two(&room, 600);
  EXPECT_TRUE(one.enter());
  EXPECT_FALSE(two.enter());
}

}  // namespace
}  // namespace almanac
