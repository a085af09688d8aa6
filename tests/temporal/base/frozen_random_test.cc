// Random numbers and ids of open runs: every bit is what it was.
#include <gtest/gtest.h>

#include "temporal/base/random.h"

namespace {

TEST(FrozenRandom, HashIsFnv1aOfTheBytes) {
  EXPECT_EQ(temporal::frozen_hash(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(temporal::frozen_hash("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(temporal::frozen_hash("foobar"), 0x85944171f73967e8ULL);
}

TEST(FrozenRandom, NumbersAreThoseOfSplitMix64) {
  std::uint64_t state = 1234567;
  EXPECT_EQ(temporal::next_random(state), 6457827717110365317ULL);
  EXPECT_EQ(temporal::next_random(state), 3203168211198807973ULL);
  EXPECT_EQ(temporal::next_random(state), 9817491932198370423ULL);
}

TEST(FrozenRandom, UuidsAreOfVersion4) {
  EXPECT_EQ(temporal::uuid_of(0, 0), "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(temporal::uuid_of(~0ULL, ~0ULL), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  EXPECT_EQ(temporal::uuid_of(0x0123456789abcdefULL, 0x0123456789abcdefULL),
            "01234567-89ab-4def-8123-456789abcdef");
}

}  // namespace
