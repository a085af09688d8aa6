// Not yet, never, archived: what is there, may come, or went.
#include "tests/storage/root_data_fixture.h"

namespace almanac::root_data_tests {
namespace {

using RootDataPresence = RootDataTest;

const std::string kCanary = std::string(kPositions) + "canary = \"data/date={date}/_SUCCESS\"\n";

TEST_F(RootDataPresence, WithoutItsCanaryADateIsNotYetAndItsFilesAreNotRead) {
  write_parquet("data/date=2022-01-03/p.parquet", prices(R"(["A"])", "[1]"));
  write_text("data/date=2022-01-04/p.parquet", "half written");
  write_parquet("data/date=2022-01-05/p.parquet", prices(R"(["A"])", "[1]"));
  write_text("data/date=2022-01-03/_SUCCESS", "");
  write_text("data/date=2022-01-05/_SUCCESS", "");
  open(kCanary);
  const auto dataset = index();
  EXPECT_EQ(dataset.presence(kDay), Presence::Present);
  EXPECT_EQ(dataset.presence(kDay + 1), Presence::NotYet);  // although a later date has rows
  EXPECT_EQ(dataset.presence(kDay + 2), Presence::Present);
  EXPECT_EQ(data_->files_hashed(), 2u);
}

TEST_F(RootDataPresence, ACanaryWithoutRowsClosesTheDateAsEmpty) {
  write_parquet("data/date=2022-01-03/p.parquet", prices(R"(["A"])", "[1]"));
  write_text("data/date=2022-01-03/_SUCCESS", "");
  write_text("data/date=2022-01-04/_SUCCESS", "");
  write_parquet("data/date=2022-01-05/p.parquet", prices("[]", "[]"));
  write_text("data/date=2022-01-05/_SUCCESS", "");
  open(kCanary);
  const auto dataset = index();
  EXPECT_EQ(dataset.presence(kDay + 1), Presence::Never);
  EXPECT_EQ(dataset.presence(kDay + 2), Presence::Never);
  EXPECT_EQ(dataset.presence(kDay + 3), Presence::NotYet);
}

TEST_F(RootDataPresence, LateDataTurnsNeverBack) {
  write_parquet("data/date=2022-01-03/p.parquet", prices(R"(["A"])", "[1]"));
  write_parquet("data/date=2022-01-05/p.parquet", prices(R"(["A"])", "[1]"));
  open(kPositions);
  EXPECT_EQ(index().presence(kDay + 1), Presence::Never);
  write_parquet("data/date=2022-01-04/p.parquet", prices(R"(["A"])", "[1]"));
  EXPECT_EQ(index().presence(kDay + 1), Presence::Present);
}

TEST_F(RootDataPresence, AnEmptyFileAfterTheLastRowsIsNotYet) {
  write_parquet("data/date=2022-01-03/p.parquet", prices("[]", "[]"));
  write_parquet("data/date=2022-01-04/p.parquet", prices(R"(["A"])", "[1]"));
  write_parquet("data/date=2022-01-05/p.parquet", prices("[]", "[]"));
  open(std::string(kPositions) + "first = \"2022-01-03\"\n");
  const auto dataset = index();
  EXPECT_EQ(dataset.presence(kDay), Presence::Never);
  EXPECT_EQ(dataset.presence(kDay + 2), Presence::NotYet);
}

TEST_F(RootDataPresence, BeforeFirstIsNeverWhateverIsThere) {
  write_text("data/date=2022-01-03/p.parquet", "not even a table");
  write_parquet("data/date=2022-01-04/p.parquet", prices(R"(["A"])", "[1]"));
  open(std::string(kPositions) + "first = \"2022-01-04\"\n");
  const auto dataset = index();
  EXPECT_EQ(dataset.presence(kDay), Presence::Never);
  EXPECT_EQ(dataset.partitions.size(), 1u);
  EXPECT_EQ(data_->files_hashed(), 1u);
}

TEST_F(RootDataPresence, AVanishedPartitionIsArchivedWithItsFingerprint) {
  write_parquet("data/date=2022-01-03/p.parquet", prices(R"(["A"])", "[1]"));
  write_parquet("data/date=2022-01-04/p.parquet", prices(R"(["A"])", "[2]"));
  open(kPositions);
  const auto recorded = index();
  fs::remove_all(root_ / "data/date=2022-01-03");
  const auto now = index({recorded});
  ASSERT_EQ(now.presence(kDay), Presence::Archived);
  EXPECT_EQ(now.find(kDay)->columns, recorded.find(kDay)->columns);
  EXPECT_EQ(now.find(kDay)->rows, 1u);
  EXPECT_EQ(now.presence(kDay + 1), Presence::Present);
  EXPECT_NE(read("positions", kDay, kTickerClose).find("no rows"), std::string::npos);
  EXPECT_EQ(index({now}).presence(kDay), Presence::Archived);  // once archived, still archived
}

TEST_F(RootDataPresence, APartitionRestatedAsEmptyIsNotArchived) {
  for (const char* date : {"2022-01-03", "2022-01-04"}) {
    write_parquet("data/date=" + std::string(date) + "/p.parquet", prices(R"(["A"])", "[1]"));
  }
  open(kPositions);
  const auto recorded = index();
  write_parquet("data/date=2022-01-03/p.parquet", prices("[]", "[]"));
  const auto now = index({recorded});
  EXPECT_EQ(now.presence(kDay), Presence::Never);
  EXPECT_EQ(now.presence(kDay + 1), Presence::Present);
  write_parquet("data/date=2022-01-04/p.parquet", prices("[]", "[]"));
  EXPECT_EQ(index({recorded}).presence(kDay + 1), Presence::NotYet);
}

TEST_F(RootDataPresence, ADateThatVanishesFromAYearFileIsArchived) {
  write_parquet("data/year=2022/a.parquet",
                dated(R"(["2022-01-03","2022-01-04"])", R"(["A","A"])", "[1, 2]"));
  open(kPrices);
  const auto recorded = index();
  write_parquet("data/year=2022/a.parquet", dated(R"(["2022-01-04"])", R"(["A"])", "[2]"));
  EXPECT_EQ(index({recorded}).presence(kDay), Presence::Archived);
}

TEST_F(RootDataPresence, ADateWhoseCanaryWentWithItsFilesStillThereIsNotYet) {
  write_parquet("data/date=2022-01-03/p.parquet", prices(R"(["A"])", "[1]"));
  write_text("data/date=2022-01-03/_SUCCESS", "");
  open(kCanary);
  const auto recorded = index();
  fs::remove(root_ / "data/date=2022-01-03/_SUCCESS");
  EXPECT_EQ(index({recorded}).presence(kDay), Presence::NotYet);
  write_text("data/date=2022-01-03/_SUCCESS", "");
  fs::remove(root_ / "data/date=2022-01-03/p.parquet");
  EXPECT_EQ(index({recorded}).presence(kDay), Presence::Never);  // restated as empty
}

TEST_F(RootDataPresence, ACanaryOfAYearClosesItsRemainingDays) {
  write_parquet("data/year=2022/a.parquet", dated(R"(["2022-01-03"])", R"(["A"])", "[1]"));
  open(std::string(kPrices) + "canary = \"data/year={year}/_SUCCESS\"\n");
  EXPECT_EQ(index().presence(kDay), Presence::NotYet);
  write_text("data/year=2022/_SUCCESS", "");
  const auto dataset = index();
  EXPECT_EQ(dataset.presence(kDay), Presence::Present);
  EXPECT_EQ(dataset.presence(kDay + 100), Presence::Never);
}

TEST_F(RootDataPresence, AStaticTableMayBeMissingOrGo) {
  open("[dataset.s]\npath = \"s.csv\"\nstatic = true\n");
  EXPECT_EQ(index().presence(kDay), Presence::NotYet);
  write_text("s.csv", "a\n1\n");
  const auto recorded = index();
  EXPECT_EQ(recorded.presence(kDay), Presence::Present);
  write_text("s.csv", "a\n");
  EXPECT_EQ(index({recorded}).presence(kDay), Presence::NotYet);
  fs::remove(root_ / "s.csv");
  EXPECT_EQ(index({recorded}).presence(kDay), Presence::Archived);
}

TEST_F(RootDataPresence, TheCalendarIsTheDatesOfItsDataset) {
  write_parquet("data/year=2022/a.parquet", dated(R"(["2022-01-03","2022-01-05","2023-01-02"])",
                                                  R"(["A","A","A"])", "[1, 2, 3]"));
  open(
      "[project]\ncalendar = \"dataset:prices\"\n[dataset.prices]\n"
      "path = \"data/year=2022/*.parquet\"\ndate_column = \"date\"\n");
  index();
  EXPECT_EQ(availability_.calendar, (std::vector<Date>{kDay, kDay + 2}));  // up to the last day
}

}  // namespace
}  // namespace almanac::root_data_tests
