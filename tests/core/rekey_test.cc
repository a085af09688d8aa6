// A recorded key is translated only as far as it is what the code before would give.
#include "core/plan/rekey.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

Hash hash(const char* text) {
  return Hasher("test/1").add(std::string_view(text)).digest();
}

const Identity kBefore{{{"code", hash("code")}, {"columns", hash("columns")}},
                       {"dependency:old", "window:old"}};
const Identity kNow{{{"code", hash("code'")}, {"columns", hash("columns'")}},
                    {"dependency:new", "window:new"}};

TEST(Rekey, WhatIsAsBeforeIsAsNow) {
  EXPECT_EQ(rekeyed(kBefore, kBefore, kNow), kNow);
}

TEST(Rekey, APartThatDifferedGoesOnDiffering) {
  Identity older = kBefore;
  older.parts[0].hash = hash("older code");
  Identity expected = kNow;
  expected.parts[0].hash = hash("older code");
  EXPECT_EQ(rekeyed(older, kBefore, kNow), expected);
}

TEST(Rekey, OtherReadsKeepTheirNames) {
  Identity older = kBefore;
  older.dated = {"dependency:old"};  // window:old may as well be a dataset's
  EXPECT_EQ(rekeyed(older, kBefore, kNow).dated, older.dated);
}

TEST(Rekey, APartThatIsLeftOutStays) {
  Identity without = kBefore;
  without.parts.erase(without.parts.begin());
  EXPECT_EQ(rekeyed(kBefore, without, kNow).parts[0].hash, hash("code"));
}

TEST(Rekey, EveryPartOfAKeyCounts) {
  const Date date(1);
  const Hash key = key_of("old", date, kBefore, {hash("a"), hash("b")});
  EXPECT_NE(key, key_of("new", date, kBefore, {hash("a"), hash("b")}));
  EXPECT_NE(key, key_of("old", Date(2), kBefore, {hash("a"), hash("b")}));
  EXPECT_NE(key, key_of("old", date, kNow, {hash("a"), hash("b")}));
  EXPECT_NE(key, key_of("old", date, kBefore, {hash("b"), hash("a")}));
}

}  // namespace
}  // namespace almanac
