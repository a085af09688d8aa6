// Files that cannot be read as tables: the index says which, and goes on.
#include "storage/fingerprint.h"
#include "tests/storage/root_data_fixture.h"

namespace almanac::root_data_tests {
namespace {

using RootDataBadInput = RootDataTest;

void expect_problem(const DatasetAvailability& dataset, Date date,
                    const std::vector<std::string>& parts) {
  ASSERT_EQ(dataset.presence(date), Presence::Unreadable) << date.str();
  const std::string& problem = dataset.find(date)->problem;
  for (const std::string& part : parts) {
    EXPECT_NE(problem.find(part), std::string::npos) << "in: " << problem << "\nwanted: " << part;
  }
}

TEST_F(RootDataBadInput, AForeignFileIsUnreadableAndTheOtherDatesAreNot) {
  write_text("data/date=2022-01-03/p.parquet", "hello, this is no Parquet file");
  write_text("data/date=2022-01-04/p.parquet", "");
  write_parquet("data/date=2022-01-05/p.parquet", prices(R"(["A"])", "[1]"));
  open(kPositions);
  const auto dataset = index();
  expect_problem(dataset, kDay,
                 {"data/date=2022-01-03/p.parquet: cannot be read", "expected a Parquet file"});
  expect_problem(dataset, kDay + 1, {"data/date=2022-01-04/p.parquet"});
  EXPECT_EQ(dataset.presence(kDay + 2), Presence::Present);
}

TEST_F(RootDataBadInput, EveryTruncationIsUnreadableAndNoneCrashes) {
  write_parquet("whole.parquet", prices(R"(["A","B","C"])", "[1, 2, 3]"), 1);
  std::ifstream whole(root_ / "whole.parquet", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(whole)), {});
  open(kPositions);
  for (size_t size = 0; size < bytes.size(); size += 7) {
    write_text("data/date=2022-01-03/p.parquet", bytes.substr(0, size));
    EXPECT_EQ(index().presence(kDay), Presence::Unreadable) << size;
  }
}

TEST_F(RootDataBadInput, DamagedBytesNeverCrashTheIndex) {
  const std::vector<Values> table = {
      {"ticker", arrow::dictionary(arrow::int32(), arrow::utf8()), R"(["A","B","A"])"},
      {"name", arrow::utf8(), R"(["x","yy",null])"},
      {"list", arrow::list(arrow::float64()), "[[1],[],[2,3]]"}};
  write_parquet("whole.parquet", table);
  write_ipc("whole.arrow", table);
  for (const char* ending : {"parquet", "arrow"}) {
    std::ifstream whole(root_ / (std::string("whole.") + ending), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(whole)), {});
    open(std::string("[dataset.s]\nstatic = true\npath = \"s.") + ending + "\"\n");
    for (size_t at = 0; at < bytes.size(); at += 3) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 0xff);
      write_text(std::string("s.") + ending, damaged);
      EXPECT_LE(index().partitions.size(), 1u) << at;
      read("s", kDay, {{"ticker", Type::String}, {"list", Type::Float64List}});
    }
  }
}

TEST_F(RootDataBadInput, ARowWithoutADateOrWithABadOneIsNamed) {
  write_parquet("data/year=2022/a.parquet",
                dated(R"(["2022-01-03", null])", R"(["A","A"])", "[1, 2]"));
  open(kPrices);
  expect_problem(index(), kDay, {"data/year=2022/a.parquet", "without a date", "\"date\""});
  write_parquet("data/year=2022/a.parquet", dated(R"(["3.1.2022"])", R"(["A"])", "[1]"));
  expect_problem(index(), kDay, {"3.1.2022", "YYYY-MM-DD"});
  write_parquet("data/year=2022/a.parquet", prices(R"(["A"])", "[1]"));
  expect_problem(index(), kDay, {"no date column \"date\""});
  write_parquet("data/year=2022/a.parquet",
                {{"date", arrow::int64(), "[20220103]"}, {"ticker", arrow::utf8(), R"(["A"])"}});
  expect_problem(index(), kDay, {"int64", "expected a date"});
}

TEST_F(RootDataBadInput, RowsOfAnotherYearThanThePathSaysAreRefused) {
  write_parquet("data/year=2022/a.parquet",
                dated(R"(["2022-01-03","2021-12-31"])", R"(["A","A"])", "[1, 2]"));
  open(kPrices);
  expect_problem(index(), kDay, {"rows of 2021-12-31", "2022-01-01 to 2022-12-31"});
}

TEST_F(RootDataBadInput, AnUnreadableYearFileHidesTheDatesItIsKnownToHold) {
  write_parquet("data/year=2021/a.parquet", dated(R"(["2021-12-31"])", R"(["A"])", "[1]"));
  write_parquet("data/year=2022/a.parquet",
                dated(R"(["2022-01-03","2022-01-05"])", R"(["A","A"])", "[1, 2]"));
  open(kPrices);
  const auto recorded = index();
  write_text("data/year=2022/a.parquet", "damaged");
  write_parquet("data/year=2022/b.parquet", dated(R"(["2022-01-06"])", R"(["A"])", "[3]"));
  const auto now = index({recorded});
  EXPECT_EQ(now.presence(kDay - 3), Presence::Present);
  for (const int day : {0, 2, 3}) expect_problem(now, kDay + day, {"data/year=2022/a.parquet"});
  EXPECT_EQ(now.partitions.size(), 4u);
}

TEST_F(RootDataBadInput, AnUnreadableYearFileThatNobodyKnowsHidesTheWholeYear) {
  write_parquet("data/year=2023/a.parquet", dated(R"(["2023-01-02"])", R"(["A"])", "[1]"));
  write_text("data/year=2022/a.parquet", "damaged");
  open(kPrices);
  const auto dataset = index();
  EXPECT_EQ(dataset.partitions.size(), 366u);
  expect_problem(dataset, Date::of(2022, 1, 1), {"data/year=2022/a.parquet"});
  expect_problem(dataset, Date::of(2022, 12, 31), {"data/year=2022/a.parquet"});
}

TEST_F(RootDataBadInput, AnUnreadableFileOfAllTimeShowsOnTheLastDay) {
  write_text("prices.parquet", "damaged");
  open(
      "[project]\ncalendar = \"dataset:prices\"\n"
      "[dataset.prices]\npath = \"prices.parquet\"\ndate_column = \"date\"\n");
  expect_problem(index(), kLastDay, {"prices.parquet"});
}

TEST_F(RootDataBadInput, ACalendarThatCannotBeReadHasNoDay) {
  const std::string prices =
      "[dataset.prices]\npath = \"prices.parquet\"\ndate_column = \"date\"\n";
  const std::string by_prices = "[project]\ncalendar = \"dataset:prices\"\n" + prices;
  write_text("prices.parquet", "damaged");
  for (const std::string& toml : {by_prices, prices}) {
    open(toml);
    index();
    EXPECT_EQ(availability_.calendar, std::vector<Date>());
    EXPECT_EQ(availability_.calendar_problem.find("prices.parquet: cannot be read"), 0u)
        << availability_.calendar_problem;
  }
  // What the ledger knows is no invention.
  write_parquet("prices.parquet", dated(R"(["2022-01-03"])", R"(["A"])", "[1]"));
  open(by_prices);
  const auto recorded = index();
  write_text("prices.parquet", "damaged");
  index({recorded});
  EXPECT_EQ(availability_.calendar, std::vector<Date>{kDay});
  EXPECT_EQ(availability_.calendar_problem, "");
}

TEST_F(RootDataBadInput, AFileThatCannotBeOpenedSaysWhyAndNothingOfItsFormat) {
  for (const char* ending : {"csv", "parquet", "arrow"}) {
    const std::string file = std::string("data/date=2022-01-03/a.") + ending;
    fs::create_symlink(std::string("a.") + ending, path(file));  // opens itself
    const auto fingerprint = fingerprint_file((root_ / file).string(), "", "UTC");
    ASSERT_FALSE(fingerprint.ok());
    EXPECT_EQ(fingerprint.error().message, "cannot be opened: Too many levels of symbolic links");
  }
}

TEST_F(RootDataBadInput, FilesOfOneDateMustAgreeOnTheirColumns) {
  write_parquet("data/date=2022-01-03/a.parquet", prices(R"(["A"])", "[1]"));
  write_parquet("data/date=2022-01-03/b.parquet",
                {{"ticker", arrow::utf8(), R"(["B"])"}, {"close", arrow::utf8(), R"(["1"])"}});
  write_parquet("data/date=2022-01-04/a.parquet",
                {{"ticker", arrow::utf8(), R"(["B"])"}, {"close", arrow::int64(), "[1]"}});
  open(kPositions);
  const auto dataset = index();
  expect_problem(dataset, kDay,
                 {"2022-01-03/a.parquet", "2022-01-03/b.parquet", "\"close\"", "double", "string"});
  EXPECT_EQ(dataset.presence(kDay + 1), Presence::Present);  // another date may have other types
  EXPECT_EQ(dataset.find(kDay + 1)->schema->types[1], "int64");
}

TEST_F(RootDataBadInput, FilesOfOneDateMayEncodeTheSameValuesDifferently) {
  write_parquet("data/date=2022-01-03/a.parquet",
                {{"ticker", arrow::utf8(), R"(["A"])"}, {"close", arrow::int64(), "[1]"}});
  write_parquet("data/date=2022-01-03/b.parquet", {{"ticker", arrow::large_utf8(), R"(["B"])"},
                                                   {"close", arrow::float64(), "[1.5]"}});
  open(kPositions);
  const auto dataset = index();
  EXPECT_EQ(dataset.presence(kDay), Presence::Present);
  EXPECT_EQ(dataset.find(kDay)->schema->types[1], "double");
  EXPECT_EQ(read("positions", kDay, {{"ticker", Type::String}, {"close", Type::Float64}}),
            "A 1\nB 1.5\n");
}

TEST_F(RootDataBadInput, AColumnThatIsNotThereIsNamedWithTheNearest) {
  write_parquet("data/date=2022-01-03/a.parquet", prices(R"(["A"])", "[1]"));
  open(kPositions);
  index();
  const std::string error = read("positions", kDay, {{"closed", Type::Float64}});
  EXPECT_NE(error.find("no column \"closed\"; the nearest is \"close\""), std::string::npos)
      << error;
}

TEST_F(RootDataBadInput, AColumnThatIsThereTwiceIsRefused) {
  write_parquet("data/date=2022-01-03/a.parquet",
                {{"a", arrow::int64(), "[1]"}, {"a", arrow::int64(), "[2]"}});
  open(kPositions);
  expect_problem(index(), kDay, {"\"a\" twice"});
}

TEST_F(RootDataBadInput, AFileWithoutAKnownEndingIsNamed) {
  write_text("data/date=2022-01-03/a.json", "{}");
  open("[dataset.a]\npath = \"data/date={date}/*\"\n");
  expect_problem(index(), kDay, {"a.json", ".parquet"});
}

TEST_F(RootDataBadInput, AFileThatIsDamagedAfterTheIndexFailsTheRead) {
  write_parquet("data/date=2022-01-03/a.parquet", prices(R"(["A"])", "[1]"));
  open(kPositions);
  index();
  write_text("data/date=2022-01-03/a.parquet", "damaged");
  const std::string error = read("positions", kDay, kTickerClose);
  EXPECT_NE(error.find("data/date=2022-01-03/a.parquet: cannot be read"), std::string::npos)
      << error;
  EXPECT_FALSE(data_->unchanged("positions", kDay));
}

}  // namespace
}  // namespace almanac::root_data_tests
