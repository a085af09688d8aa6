// CSV files in which a field is not what the others of its column are.
#include "tests/storage/root_data_fixture.h"

namespace almanac::root_data_tests {
namespace {

constexpr const char* kReadings = R"(
[dataset.readings]
path = "readings.csv"
entity = "station"
date_column = "date"
)";

constexpr const char* kDaily = R"(
[dataset.readings]
path = "data/date={date}/*"
entity = "station"
)";

class CsvStray : public RootDataTest {
 protected:
  // Of a column that cannot be read as a type: "FIELD in FILE, row N"; empty where it can.
  static std::string stray(const DatasetAvailability& dataset, Date date, const std::string& name,
                           Type type) {
    const Partition* partition = dataset.find(date);
    if (partition == nullptr || partition->presence != Presence::Present) return "not there";
    const auto& names = partition->schema->names;
    const auto column =
        static_cast<uint64_t>(std::find(names.begin(), names.end(), name) - names.begin());
    for (const Stray& stray : partition->strays) {
      if (stray.column != column || !stray.types.has(type)) continue;
      return stray.text + " in " + stray.file + ", row " + std::to_string(stray.row);
    }
    return "";
  }
  void expect_problem(const std::string& problem) {
    const auto dataset = index();
    ASSERT_FALSE(dataset.partitions.empty());
    EXPECT_EQ(dataset.partitions[0].presence, Presence::Unreadable);
    EXPECT_EQ(dataset.partitions[0].problem, problem);
  }
};

const Calculation::Column kCelsius = {"celsius", Type::Float64};
const Calculation::Column kStation = {"station", Type::String};

TEST_F(CsvStray, BelongsToItsDateAndColumnAlone) {
  write_text("readings.csv",
             "date,station,celsius\n"
             "2022-01-03,hill,1\n2022-01-04,hill,2\n2022-01-03,quay,3\n2022-01-04,quay,abc\n"
             "2022-01-04,pier,def\n2022-01-05,hill,\n");
  open(kReadings);
  const auto dataset = index();
  EXPECT_EQ(stray(dataset, kDay, "celsius", Type::Float64), "");
  EXPECT_EQ(stray(dataset, kDay + 1, "celsius", Type::Float64), "\"abc\" in readings.csv, row 5");
  EXPECT_EQ(stray(dataset, kDay + 1, "celsius", Type::String), "");
  EXPECT_EQ(stray(dataset, kDay + 1, "station", Type::Int64), "\"hill\" in readings.csv, row 3");
  EXPECT_EQ(stray(dataset, kDay + 2, "celsius", Type::Int64), "");
  EXPECT_EQ(read("readings", kDay, {kStation, kCelsius}), "hill 1\nquay 3\n");
  EXPECT_EQ(read("readings", kDay + 1, {kStation}), "hill\nquay\npier\n");
  EXPECT_EQ(read("readings", kDay + 2, {kStation, kCelsius}), "hill null\n");
  EXPECT_EQ(read("readings", kDay + 1, {kStation, kCelsius}),
            "readings.csv: column \"celsius\": expected float64, found \"abc\"");
}

TEST_F(CsvStray, ComesBackFromTheCache) {
  write_text("readings.csv", "date,station,celsius\n2022-01-03,hill,abc\n2022-01-04,hill,1\n");
  settle();
  for (const size_t hashed : {1, 0}) {
    open(kReadings);
    const auto dataset = index();
    EXPECT_EQ(data_->files_hashed(), hashed);
    EXPECT_EQ(stray(dataset, kDay, "celsius", Type::Float64), "\"abc\" in readings.csv, row 2");
    EXPECT_EQ(stray(dataset, kDay, "celsius", Type::Date), "\"abc\" in readings.csv, row 2");
    EXPECT_EQ(stray(dataset, kDay + 1, "celsius", Type::Float64), "");
    EXPECT_EQ(stray(dataset, kDay + 1, "celsius", Type::Date), "\"1\" in readings.csv, row 3");
  }
}

TEST_F(CsvStray, TextsThatLookLikeSomethingElseOnSomeDaysAreTexts) {
  const std::vector<std::string> ids = {"007",        "true", "1.10", "1e3",  "10:30",
                                        "2024-01-02", "NA",   "null", "hill", ""};
  for (size_t i = 0; i < ids.size(); ++i) {
    const Date date = kDay + static_cast<int>(i);
    write_text("data/date=" + date.str() + "/a.csv", "station,celsius\n" + ids[i] + ",1\n");
  }
  open(kDaily);
  const auto dataset = index();
  for (size_t i = 0; i < ids.size(); ++i) {
    const Date date = kDay + static_cast<int>(i);
    EXPECT_EQ(stray(dataset, date, "station", Type::String), "");
    EXPECT_EQ(read("readings", date, {kStation, kCelsius}), ids[i] + " 1\n");
  }
}

TEST_F(CsvStray, OneLatin1ByteHidesItsDateFromReadersOfThatTextOnly) {
  write_text("readings.csv", "date,station,celsius\n2022-01-03,hill,1\n2022-01-04,M\xfcnchen,2\n");
  open(kReadings);
  const auto dataset = index();
  EXPECT_EQ(stray(dataset, kDay + 1, "station", Type::String),
            "\"M\\xfcnchen\" in readings.csv, row 3");
  EXPECT_EQ(read("readings", kDay, {kStation}), "hill\n");
  EXPECT_EQ(read("readings", kDay + 1, {kCelsius}), "2\n");
}

TEST_F(CsvStray, ABadDateOrNoneIsNamedWithItsRow) {
  open(kReadings);
  write_text("readings.csv", "date,station\n2022-01-03,hill\n2022-01-0x,hill\n");
  expect_problem(
      "readings.csv: has the date \"2022-01-0x\" in the column \"date\" of row 3; "
      "expected YYYY-MM-DD");
  write_text("readings.csv", "date,station\n2022-01-03,hill\n2022-01-03,quay\n,hill\n");
  expect_problem("readings.csv: has no date in the column \"date\" of row 4; expected YYYY-MM-DD");
}

TEST_F(CsvStray, RowsAreCountedThroughAllBatches) {
  std::string text = "date,station,celsius\n";
  const std::string line = "2022-01-03,hill,1\n";
  while (text.size() < (3u << 20)) text += line;
  const size_t rows = (text.size() - std::string("date,station,celsius\n").size()) / line.size();
  write_text("readings.csv", text + "2022-01-04,hill,abc\n");
  open(kReadings);
  const std::string row = ", row " + std::to_string(rows + 2);
  EXPECT_EQ(stray(index(), kDay + 1, "celsius", Type::Float64), "\"abc\" in readings.csv" + row);
  write_text("readings.csv", text + "tomorrow,hill,1\n");
  EXPECT_NE(index().partitions[0].problem.find("of row " + std::to_string(rows + 2)),
            std::string::npos);
}

TEST_F(CsvStray, ADateColumnMayHaveTimesAndInstants) {
  write_text("readings.csv",
             "date,station\n2022-01-03 23:59:59.5,a\n2022-01-04,b\n2022-01-04T00:00:00,c\n");
  open(kReadings);
  EXPECT_EQ(index().partitions.size(), 2u);
  EXPECT_EQ(read("readings", kDay + 1, {kStation}), "b\nc\n");
  write_text("readings.csv", "date,station\n2022-01-04T03:00:00Z,a\n2022-01-04T01:00:00-04:00,b\n");
  EXPECT_EQ(index().partitions.at(0).date, kDay + 1);
  if (!fs::exists("/usr/share/zoneinfo/America/New_York")) GTEST_SKIP() << "no tzdata";
  open(std::string("[project]\ntimezone = \"America/New_York\"\n") + kReadings);
  EXPECT_EQ(index().partitions.at(0).date, kDay);
  EXPECT_EQ(read("readings", kDay + 1, {kStation}), "b\n");
}

TEST_F(CsvStray, OfSeveralFilesNamesItsOwn) {
  write_text("data/date=2022-01-03/a.csv", "station,celsius\nhill,1\n");
  write_text("data/date=2022-01-03/b.csv", "station,celsius\nquay,abc\n");
  write_parquet("data/date=2022-01-03/c.parquet",
                {{"station", arrow::utf8(), R"(["pier"])"}, {"celsius", arrow::float64(), "[3]"}});
  open(kDaily);
  const auto dataset = index();
  EXPECT_EQ(dataset.partitions[0].schema->types, (std::vector<std::string>{"string", "double"}));
  EXPECT_EQ(stray(dataset, kDay, "celsius", Type::Float64),
            "\"abc\" in data/date=2022-01-03/b.csv, row 2");
  write_text("data/date=2022-01-03/b.csv", "station,celsius\nquay,2\n");
  EXPECT_EQ(stray(index(), kDay, "celsius", Type::Float64), "");
  EXPECT_EQ(read("readings", kDay, {kStation, kCelsius}), "hill 1\nquay 2\npier 3\n");
}

TEST_F(CsvStray, FingerprintsAreOfTheTexts) {
  const auto hash = [&](const std::string& field) {
    write_text("data/date=2022-01-03/a.csv", "station,celsius\nhill," + field + "\n");
    return index().partitions[0].columns[1];
  };
  open(kDaily);
  EXPECT_EQ(hash("1"), hash("1"));
  EXPECT_NE(hash("1"), hash("1.0"));
  EXPECT_NE(hash(""), hash("NA"));
}

}  // namespace
}  // namespace almanac::root_data_tests
