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
  Room room({2, 1000, "", {}});
  Room::Stay one(&room, 1), third(&room, 1);
  auto two = std::make_unique<Room::Stay>(&room, 1);
  EXPECT_TRUE(one.enter());
  EXPECT_TRUE(third.enter());
  EXPECT_FALSE(two->enter());
  two.reset();
  EXPECT_TRUE(one.enter()) << "who is inside stays inside";
}

TEST(Room, LetsInWhatItsMemoryIsEnoughFor) {
  Room room({10, 1000, "", {}});
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
  Room room({10, 1000, "", {}});
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
  Room room({10, 1000, "", {}});
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
  Room room({10, 1000, "", {}});
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
  const Room::Options options{10, 1000, folder / "room", {}};
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

struct SharedRoom : testing::Test {
  std::unique_ptr<Room> process() {
    return std::make_unique<Room>(
        Room::Options{10, 1000, folder / "room", [this] { return now_ms; }});
  }
  const TemporaryFolder folder;
  int64_t now_ms = 1000;
};

TEST_F(SharedRoom, SmallOnesOfAnotherProcessDoNotPassALargeOneThatWaits) {
  const auto mine = process(), theirs = process();
  auto first = std::make_unique<Room::Stay>(theirs.get(), 900);
  EXPECT_TRUE(first->enter());
  Room::Stay large(mine.get(), 500);
  EXPECT_FALSE(large.enter());
  ++now_ms;
  auto small = std::make_unique<Room::Stay>(theirs.get(), 50);
  EXPECT_FALSE(small->enter()) << "there is room for it, but it came later";
  first.reset();
  EXPECT_FALSE(small->enter());
  EXPECT_TRUE(large.enter());
  EXPECT_TRUE(small->enter());
}

TEST_F(SharedRoom, WhoWaitedFirstInTwoProcessesEntersFirst) {
  const auto mine = process(), theirs = process();
  auto first = std::make_unique<Room::Stay>(theirs.get(), 900);
  EXPECT_TRUE(first->enter());
  Room::Stay one(mine.get(), 600);
  EXPECT_FALSE(one.enter());
  ++now_ms;
  Room::Stay two(theirs.get(), 600);
  EXPECT_FALSE(two.enter());
  now_ms += 3;
  first.reset();
  EXPECT_FALSE(two.enter());
  EXPECT_TRUE(one.enter());
}

TEST_F(SharedRoom, WhoWaitsKnowsForWhat) {
  const auto mine = process(), theirs = process();
  Room large({10, 3'000'000'000, folder / "room", [this] { return now_ms; }});
  Room::Stay inside(theirs.get(), 900), own(&large, 1'000'000'000);
  EXPECT_TRUE(inside.enter());
  EXPECT_TRUE(own.enter());
  Room::Stay waits(&large, 2'500'000'000);
  EXPECT_FALSE(waits.enter());
  EXPECT_EQ(waits.waits_for(),
            "for 2500 MB of 3000 MB; cells of this process have 1000 MB, those of "
            "process " +
                std::to_string(getpid()) + " 0 MB");
}

TEST(Room, WhoWaitsForItsTurnDoesNotWaitForMemory) {
  Room room({1, 1000});
  auto inside = std::make_unique<Room::Stay>(&room, 600);
  EXPECT_TRUE(inside->enter());
  Room::Stay first(&room, 600), second(&room, 600);
  EXPECT_FALSE(first.enter());
  EXPECT_EQ(first.waits_for(), "");
  inside.reset();
  EXPECT_EQ(second.waits_for(), "");
  EXPECT_NE(first.waits_for(), "");
}

TEST_F(SharedRoom, WhoIsHaltedWhileItWaitsLosesItsTurn) {
  const auto mine = process(), theirs = process();
  auto first = std::make_unique<Room::Stay>(theirs.get(), 900);
  EXPECT_TRUE(first->enter());
  Room::Stay large(mine.get(), 500);
  EXPECT_FALSE(large.enter());
  now_ms += Room::kPatienceMs - 1;
  Room::Stay small(theirs.get(), 50);
  EXPECT_FALSE(small.enter());
  ++now_ms;
  EXPECT_TRUE(small.enter());
}

TEST_F(SharedRoom, WhoWaitsForAPlaceOrHasGivenUpKeepsNobodyFromEntering) {
  Room one_place({1, 1000, folder / "room", [this] { return now_ms; }});
  const auto theirs = process();
  Room::Stay inside(&one_place, 100), waits(&one_place, 100);
  EXPECT_TRUE(inside.enter());
  EXPECT_FALSE(waits.enter());
  ++now_ms;
  Room::Stay small(theirs.get(), 850);
  EXPECT_TRUE(small.enter());
  const auto third = process();
  auto gives_up = std::make_unique<Room::Stay>(third.get(), 500);
  EXPECT_FALSE(gives_up->enter());
  gives_up.reset();
  ++now_ms;
  Room::Stay last(theirs.get(), 50);
  EXPECT_TRUE(last.enter());
}

TEST(Room, AProcessThatWasKilledTakesNoRoom) {
  const TemporaryFolder folder;
  const Room::Options options{10, 1000, folder / "room", {}};
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
  EXPECT_EQ(files, 1u) << "its own: that of the other is removed";
}

TEST(RoomFolder, IsThisUsersAloneOrNone) {
  const TemporaryFolder folder;
  const char* const before = getenv("TMPDIR");
  const std::string kept = before ? before : "";
  setenv("TMPDIR", folder.path().c_str(), 1);
  const std::string own = folder / ("almanac-" + std::to_string(geteuid()));
  EXPECT_EQ(room_folder(), own + "/room");
  std::filesystem::permissions(own, std::filesystem::perms::all);
  EXPECT_EQ(room_folder(), "") << "others may write there";
  std::filesystem::remove(own);
  std::filesystem::create_directory_symlink("/", own);
  EXPECT_EQ(room_folder(), "") << "a link";
  before ? setenv("TMPDIR", kept.c_str(), 1) : unsetenv("TMPDIR");
}

TEST(Room, AFolderThatCannotBeUsedHurtsNobody) {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "in the way";
  Room room({10, 1000, folder / "file", {}});
  Room::Stay one(&room, 600), two(&room, 600);
  EXPECT_TRUE(one.enter());
  EXPECT_FALSE(two.enter());
}

}  // namespace
}  // namespace almanac
