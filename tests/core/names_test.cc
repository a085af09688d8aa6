#include "core/base/names.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace almanac {
namespace {

TEST(Names, AcceptsWhatIsDocumented) {
  for (const char* name : {"rsi", "a", "price_extractor", "v2.1", "a-b", "x0"}) {
    EXPECT_TRUE(valid_name(name)) << name;
  }
  EXPECT_TRUE(valid_name(std::string(64, 'a')));
}

TEST(Names, RejectsWhatCouldBecomeAPathOrLookLikeAnotherName) {
  for (const char* name : {"", "Rsi", "1a", "_a", ".a", "a..b", "a/b", "a b", "a\n", "r\xc3\xa9",
                           "-a", "..", "a\xe2\x80\xae"}) {
    EXPECT_FALSE(valid_name(name)) << name;
  }
  EXPECT_FALSE(valid_name(std::string(65, 'a')));
  EXPECT_FALSE(valid_name(std::string_view("a\0b", 3)));
}

TEST(Names, TheErrorSaysWhichNameAndWhatIsExpected) {
  const auto checked = check_name("dataset", "Bad Name");
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().kind, Error::Kind::Usage);
  EXPECT_NE(checked.error().message.find("dataset \"Bad Name\""), std::string::npos);
}

TEST(Paths, StayBelowTheProject) {
  for (const char* path : {"a", "data/prices.parquet", "data/date={date}/*.parquet", "a/..b/c"}) {
    EXPECT_TRUE(check_below("path", path).ok()) << path;
  }
  for (const char* path :
       {"", "/etc/passwd", "..", "../x", "a/../b", "a/..", "a//b", "./a", "a/", "a/\x01", "a\nb"}) {
    EXPECT_FALSE(check_below("path", path).ok()) << path;
  }
  EXPECT_FALSE(check_below("path", std::string_view("a\0.parquet", 10)).ok());
}

TEST(Paths, NoAcceptedPathHasAParentSegment) {
  EXPECT_TRUE(rc::check([] {
    const auto path =
        *rc::gen::container<std::string>(rc::gen::element('a', '.', '/', '\0', '*', '{'));
    if (!check_below("path", path).ok()) return;
    RC_ASSERT(("/" + path + "/").find("/../") == std::string::npos);
    RC_ASSERT(path.find('\0') == std::string::npos);
    RC_ASSERT(path[0] != '/');
  }));
}

TEST(Paths, TextsInMessagesHaveNoControlCharacters) {
  EXPECT_EQ(in_quotes("a\nb"), "\"a\\x0ab\"");
  EXPECT_EQ(in_quotes(std::string(100, 'x')), "\"" + std::string(80, 'x') + "...\"");
}

}  // namespace
}  // namespace almanac
