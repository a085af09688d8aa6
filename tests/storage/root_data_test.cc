// Indexing and reading data that is as it should be.
#include "storage/root_data.h"

#include "tests/storage/root_data_fixture.h"

namespace almanac::root_data_tests {
namespace {

TEST_F(RootDataTest, APartitionPerDateWithItsRowsAndColumns) {
  write_parquet("data/date=2022-01-03/part-0.parquet", prices(R"(["A","B"])", "[1.5, 2]"));
  write_parquet("data/date=2022-01-05/part-0.parquet", prices(R"(["A"])", "[3]"));
  open(kPositions);
  const auto dataset = index();
  EXPECT_EQ(dataset.name, "positions");
  EXPECT_EQ(dataset.entity, "user_id");
  ASSERT_EQ(dataset.partitions.size(), 2u);
  const Partition& first = dataset.partitions[0];
  EXPECT_EQ(first.date, kDay);
  EXPECT_EQ(first.presence, Presence::Present);
  EXPECT_EQ(first.rows, 2u);
  EXPECT_EQ(first.schema->names, (std::vector<std::string>{"ticker", "close"}));
  EXPECT_EQ(first.schema->types, (std::vector<std::string>{"string", "double"}));
  EXPECT_EQ(first.columns.size(), 2u);
  EXPECT_EQ(dataset.presence(kDay + 1), Presence::Never);
  EXPECT_EQ(dataset.presence(kDay + 3), Presence::NotYet);
  EXPECT_EQ(read("positions", kDay, kTickerClose), "A 1.5\nB 2\n");
}

TEST_F(RootDataTest, PartFilesFollowEachOtherByName) {
  write_parquet("data/date=2022-01-03/part-1.parquet", prices(R"(["C"])", "[3]"));
  write_parquet("data/date=2022-01-03/part-0.parquet", prices(R"(["A","B"])", "[1, 2]"));
  write_parquet("data/date=2022-01-03/_hidden.parquet", prices(R"(["X"])", "[9]"));
  write_parquet("data/date=2022-01-03/.hidden.parquet", prices(R"(["X"])", "[9]"));
  open(kPositions);
  EXPECT_EQ(index().partitions[0].rows, 3u);
  EXPECT_EQ(read("positions", kDay, kTickerClose), "A 1\nB 2\nC 3\n");
}

TEST_F(RootDataTest, AFileOfAYearIsOnePartitionPerDate) {
  write_parquet(
      "data/year=2022/prices.parquet",
      dated(R"(["2022-01-03","2022-01-04","2022-01-04"])", R"(["A","A","B"])", "[1, 2, 3]"));
  open(kPrices);
  const auto dataset = index();
  ASSERT_EQ(dataset.partitions.size(), 2u);
  EXPECT_EQ(dataset.partitions[1].date, kDay + 1);
  EXPECT_EQ(dataset.partitions[1].rows, 2u);
  EXPECT_EQ(read("prices", kDay + 1, kTickerClose), "A 2\nB 3\n");
}

TEST_F(RootDataTest, RowsOfADateKeepTheirOrderWhenDatesAreMixed) {
  write_parquet("data/year=2022/a.parquet",
                dated(R"(["2022-01-04","2022-01-03","2022-01-04","2022-01-03"])",
                      R"(["D","C","B","A"])", "[1, 2, 3, 4]"),
                2);
  write_parquet("data/year=2022/b.parquet", dated(R"(["2022-01-03"])", R"(["0"])", "[5]"));
  open(kPrices);
  EXPECT_EQ(index().partitions[0].rows, 3u);
  EXPECT_EQ(read("prices", kDay, kTickerClose), "C 2\nA 4\n0 5\n");
  EXPECT_EQ(read("prices", kDay + 1, kTickerClose), "D 1\nB 3\n");
}

TEST_F(RootDataTest, MixedAndSortedDatesHaveTheSameFingerprints) {
  write_parquet("data/year=2022/a.parquet", dated(R"(["2022-01-03","2022-01-03","2022-01-04"])",
                                                  R"(["A","B","C"])", "[1, null, 3]"));
  open(kPrices);
  const auto sorted = index();
  write_parquet(
      "data/year=2022/a.parquet",
      dated(R"(["2022-01-03","2022-01-04","2022-01-03"])", R"(["A","C","B"])", "[1, 3, null]"), 1);
  const auto mixed = index();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(sorted.partitions[i].columns, mixed.partitions[i].columns);
}

TEST_F(RootDataTest, ADateColumnMayBeADateATimestampOrADictionary) {
  const std::vector<Values> rest = prices(R"(["A","B"])", "[1, 2]");
  const std::vector<Values> dates = {
      {"date", arrow::date32(), "[18995, 18996]"},
      {"date", arrow::date64(), "[1641168000000, 1641254400000]"},
      {"date", arrow::timestamp(arrow::TimeUnit::SECOND),
       R"(["2022-01-03 23:59:59","2022-01-04"])"},
      {"date", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
       R"(["2022-01-03 23:59:59Z","2022-01-04 00:00:00Z"])"},
      {"date", arrow::dictionary(arrow::int32(), arrow::utf8()), R"(["2022-01-03","2022-01-04"])"}};
  for (const Values& date : dates) {
    write_parquet("data/year=2022/a.parquet", {date, rest[0], rest[1]});
    open(kPrices);
    const auto dataset = index();
    ASSERT_EQ(dataset.partitions.size(), 2u) << date.type->ToString();
    EXPECT_EQ(dataset.partitions[0].date, kDay) << date.type->ToString();
    EXPECT_EQ(read("prices", kDay + 1, kTickerClose), "B 2\n") << date.type->ToString();
  }
}

TEST_F(RootDataTest, AnInstantHasTheDayOfTheProjectsTimeZone) {
  if (!fs::exists("/usr/share/zoneinfo/America/New_York")) GTEST_SKIP() << "no tzdata";
  const std::vector<Values> rest = prices(R"(["A"])", "[1]");
  write_parquet(
      "data/year=2022/a.parquet",
      {{"date", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), R"(["2022-01-04 03:00:00Z"])"},
       rest[0],
       rest[1]});
  open(std::string("[project]\ntimezone = \"America/New_York\"\n") + kPrices);
  EXPECT_EQ(index().partitions.at(0).date, kDay);
}

TEST_F(RootDataTest, ChangingOneDateOfAYearChangesThatDateOnly) {
  const std::string dates = R"(["2022-01-03","2022-01-04","2022-01-05"])";
  write_parquet("data/year=2022/a.parquet", dated(dates, R"(["A","A","A"])", "[1, 2, 3]"));
  open(kPrices);
  const auto before = index();
  write_parquet("data/year=2022/a.parquet", dated(dates, R"(["A","A","A"])", "[1, 2.5, 3]"));
  const auto after = index();
  EXPECT_EQ(before.partitions[0].columns, after.partitions[0].columns);
  EXPECT_EQ(before.partitions[2].columns, after.partitions[2].columns);
  EXPECT_EQ(before.partitions[1].columns[1], after.partitions[1].columns[1]);  // ticker
  EXPECT_NE(before.partitions[1].columns[2], after.partitions[1].columns[2]);  // close
}

TEST_F(RootDataTest, RowOrderIsPartOfTheFingerprintEncodingIsNot) {
  write_parquet("data/date=2022-01-03/p.parquet", prices(R"(["A","B"])", "[1, 1]"));
  write_parquet("data/date=2022-01-04/p.parquet", prices(R"(["B","A"])", "[1, 1]"));
  write_parquet("data/date=2022-01-05/p.parquet",
                {{"ticker", arrow::dictionary(arrow::int32(), arrow::utf8()), R"(["A","B"])"},
                 {"close", arrow::float64(), "[1, 1]"}},
                1);
  open(kPositions);
  const auto dataset = index();
  EXPECT_NE(dataset.partitions[0].columns[0], dataset.partitions[1].columns[0]);
  EXPECT_EQ(dataset.partitions[0].columns[1], dataset.partitions[1].columns[1]);
  EXPECT_EQ(dataset.partitions[0].columns, dataset.partitions[2].columns);
  EXPECT_EQ(read("positions", kDay + 2, kTickerClose), "A 1\nB 1\n");
}

TEST_F(RootDataTest, EveryFormatIsReadTheSame) {
  write_text("sectors.csv", "ticker,close,day\nA,1.5,2022-01-03\nB,2,2022-01-04\n");
  const std::vector<Values> same = {{"ticker", arrow::utf8(), R"(["A","B"])"},
                                    {"close", arrow::float64(), "[1.5, 2]"},
                                    {"day", arrow::date32(), "[18995, 18996]"}};
  write_ipc("sectors.arrow", same);
  write_parquet("sectors.parquet", same);
  std::vector<std::vector<Hash>> columns;
  for (const char* ending : {"csv", "arrow", "parquet"}) {
    open(std::string("[dataset.s]\nstatic = true\npath = \"sectors.") + ending + "\"\n");
    const auto dataset = index();
    ASSERT_EQ(dataset.partitions.size(), 1u);
    EXPECT_EQ(dataset.presence(kDay), Presence::Present);
    columns.push_back(dataset.partitions[0].columns);
    EXPECT_EQ(read("s", kDay, {{"day", Type::Date}, {"ticker", Type::String}}),
              "2022-01-03 A\n2022-01-04 B\n");
  }
  EXPECT_EQ(columns[1], columns[2]);
  EXPECT_EQ(columns[0][0], columns[2][0]);  // texts are what they are, in CSV, too
}

TEST_F(RootDataTest, ColumnsAreCastWithoutLoss) {
  write_parquet("data/date=2022-01-03/p.parquet", {{"user_id", arrow::int32(), "[1, 2]"},
                                                   {"open_date", arrow::date32(), "[1, 2]"},
                                                   {"units", arrow::float64(), "[0.5, null]"}});
  open(kPositions);
  index();
  EXPECT_EQ(read("positions", kDay, {{"units", Type::Float64}, {"user_id", Type::Int64}}),
            "0.5 1\nnull 2\n");
  const std::string error = read("positions", kDay, {{"units", Type::Int64}});
  EXPECT_NE(error.find("data/date=2022-01-03/p.parquet: column \"units\""), std::string::npos)
      << error;
}

TEST_F(RootDataTest, UnchangedSeesRewrittenNewAndVanishedFiles) {
  write_parquet("data/date=2022-01-03/p.parquet", prices(R"(["A"])", "[1]"));
  write_parquet("data/year=2022/a.parquet", dated(R"(["2022-01-03"])", R"(["A"])", "[1]"));
  open(std::string(kPositions) + kPrices);
  index();
  EXPECT_TRUE(data_->unchanged("positions", kDay));
  EXPECT_TRUE(data_->unchanged("prices", kDay));
  write_parquet("data/year=2022/b.parquet", dated(R"(["2022-01-03"])", R"(["A"])", "[1]"));
  EXPECT_FALSE(data_->unchanged("prices", kDay));
  EXPECT_TRUE(data_->unchanged("positions", kDay));
  write_parquet("data/date=2022-01-03/p.parquet", prices(R"(["A"])", "[2]"));
  EXPECT_FALSE(data_->unchanged("positions", kDay));
  index();
  EXPECT_TRUE(data_->unchanged("positions", kDay));
  fs::remove(root_ / "data/date=2022-01-03/p.parquet");
  EXPECT_FALSE(data_->unchanged("positions", kDay));
}

TEST_F(RootDataTest, TheProjectMayMoveWithoutAnyDifference) {
  write_parquet("data/date=2022-01-03/p.parquet", prices(R"(["A"])", "[1]"));
  open(kPositions);
  const auto before = index();
  const fs::path moved = root_.string() + "_moved";
  fs::remove_all(moved);
  fs::rename(root_, moved);
  root_ = moved;
  open(kPositions);
  const auto after = index();
  EXPECT_EQ(before.partitions[0].columns, after.partitions[0].columns);
}

}  // namespace
}  // namespace almanac::root_data_tests
