#include "storage/path_pattern.h"

#include <unistd.h>

#include "tests/storage/root_data_fixture.h"

namespace almanac::root_data_tests {
namespace {

class PathPattern : public RootDataTest {
 protected:
  std::vector<std::string> find(const std::string& pattern) {
    std::vector<std::string> paths;
    for (const FoundPath& found : find_paths(root_.string(), pattern)) paths.push_back(found.path);
    return paths;
  }
};

using Paths = std::vector<std::string>;

TEST_F(PathPattern, MatchesFilesByNameInOrder) {
  for (const char* path : {"d/b.csv", "d/a.csv", "d/a.txt", "d/.h.csv", "d/_t.csv", "e/a.csv"}) {
    write_text(path, "");
  }
  EXPECT_EQ(find("d/*.csv"), (Paths{"d/a.csv", "d/b.csv"}));
  EXPECT_EQ(find("?/a.csv"), (Paths{"d/a.csv", "e/a.csv"}));
  EXPECT_EQ(find("d/_*.csv"), (Paths{"d/_t.csv"}));
  EXPECT_EQ(find("d/a.csv"), (Paths{"d/a.csv"}));
  EXPECT_EQ(find("none/*.csv"), Paths{});
}

TEST_F(PathPattern, AFolderNamedLikeATableIsReported) {
  fs::create_directories(root_ / "d/folder.csv");
  fs::create_directories(root_ / "d/other");
  const auto found = find_paths(root_.string(), "d/*");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].problem, "d/folder.csv: is a folder; expected a file");
}

TEST_F(PathPattern, PlaceholdersGiveTheDaysOfAPath) {
  for (const char* path :
       {"date=2022-01-03/a", "date=2022-02-30/a", "date=x/a", "date=2022-01-031/a"}) {
    write_text(path, "");
  }
  const auto found = find_paths(root_.string(), "date={date}/*");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].span, (DateSpan{kDay, kDay}));
}

TEST_F(PathPattern, AMonthHasItsLastDay) {
  write_text("2020/02/a", "");
  write_text("2021/12/a", "");
  write_text("2021/13/a", "");
  const auto found = find_paths(root_.string(), "{year}/{month}/a");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].span, (DateSpan{Date::of(2020, 2, 1), Date::of(2020, 2, 29)}));
  EXPECT_EQ(found[1].span, (DateSpan{Date::of(2021, 12, 1), Date::of(2021, 12, 31)}));
}

TEST_F(PathPattern, PlaceholdersThatDisagreeDoNotMatch) {
  write_text("2022/2022-01-03.csv", "");
  write_text("2022/2021-12-31.csv", "");
  EXPECT_EQ(find("{year}/{date}.csv"), (Paths{"2022/2022-01-03.csv"}));
}

TEST_F(PathPattern, FillingInADateFindsItsFilesOnly) {
  EXPECT_EQ(fill_pattern("y={year}/m={month}/{date}/*.csv", kDay), "y=2022/m=01/2022-01-03/*.csv");
}

TEST_F(PathPattern, LinkedFoldersAreFollowed) {
  write_text("real/date=2022-01-03/a", "");
  fs::create_directory_symlink(root_ / "real", root_ / "linked");
  EXPECT_EQ(find("linked/date={date}/*"), (Paths{"linked/date=2022-01-03/a"}));
}

TEST_F(PathPattern, AFolderThatCannotBeListedIsReportedForItsDate) {
  if (geteuid() == 0) GTEST_SKIP() << "root may list every folder";
  write_text("date=2022-01-03/a", "");
  fs::permissions(root_ / "date=2022-01-03", fs::perms::none);
  const auto found = find_paths(root_.string(), "date={date}/*");
  fs::permissions(root_ / "date=2022-01-03", fs::perms::owner_all);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].problem.find("date=2022-01-03"), std::string::npos);
  EXPECT_EQ(found[0].span.first, kDay);
}

}  // namespace
}  // namespace almanac::root_data_tests
