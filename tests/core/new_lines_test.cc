// Which lines of a text are new.
#include "core/code/new_lines.h"

#include <gtest/gtest.h>

namespace almanac {
namespace {

using Lines = std::vector<bool>;

TEST(NewLines, ALineThatIsThereAlreadyIsNotNew) {
  EXPECT_EQ(new_lines("a\nb\nc", "a\nB\nc"), (Lines{false, true, false}));
  EXPECT_EQ(new_lines("a\nc", "a\nb\nc"), (Lines{false, true, false}));
  EXPECT_EQ(new_lines("a\nb\nc", "a\nc"), (Lines{false, false}));
}

TEST(NewLines, ALineThatWasMovedIsNew) {
  EXPECT_EQ(new_lines("a\nb\nc\nd", "d\na\nb\nc"), (Lines{true, false, false, false}));
}

TEST(NewLines, ALineThatIsThereOnceMoreIsNew) {
  EXPECT_EQ(new_lines("a\nb", "a\na\nb"), (Lines{false, true, false}));
}

TEST(NewLines, WhiteSpaceDoesNotCount) {
  EXPECT_EQ(new_lines("int a = 1;", "\n  int a=1;"), (Lines{true, false}));
}

TEST(NewLines, AllIsNewWhereThereWasNothing) {
  EXPECT_EQ(new_lines("", "a\nb"), (Lines{true, true}));
}

}  // namespace
}  // namespace almanac
