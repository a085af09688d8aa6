// Files of many dates, read date by date.
#include "storage/day_cache.h"

#include <thread>

#include "tests/storage/root_data_fixture.h"

namespace almanac::root_data_tests {
namespace {

class DayCacheTest : public RootDataTest {
 protected:
  DayCache::File write_year(const std::string& name) {
    write_parquet(
        name, dated(R"(["2022-01-03","2022-01-04","2022-01-03"])", R"(["A","B","C"])", "[1, 2, 3]"),
        2);
    return {path(name).string(), *FileStat::of(path(name).string()), "date", "UTC"};
  }
  // Tickers of a date, one after the other.
  static std::string tickers(DayCache* cache, const DayCache::File& file, Date date) {
    auto stream = cache->read(file, {{"ticker", Type::String}}, date);
    if (!stream.ok()) return stream.error().message;
    std::string text;
    const auto table = (*stream)->ToTable().ValueOrDie();
    for (int64_t row = 0; row < table->num_rows(); ++row) {
      text += table->column(0)->GetScalar(row).ValueOrDie()->ToString();
    }
    return text;
  }
};

constexpr size_t kPlenty = 1 << 20;

TEST_F(DayCacheTest, ConsecutiveDatesDecodeAFileOnce) {
  const auto file = write_year("a.parquet");
  DayCache cache(kPlenty);
  EXPECT_EQ(tickers(&cache, file, kDay), "AC");
  EXPECT_EQ(tickers(&cache, file, kDay + 1), "B");
  EXPECT_EQ(tickers(&cache, file, kDay + 2), "");
  EXPECT_EQ(cache.files_decoded(), 1u);
}

TEST_F(DayCacheTest, AFileLargerThanTheLimitIsStreamed) {
  const auto file = write_year("a.parquet");
  DayCache cache(1);
  EXPECT_EQ(tickers(&cache, file, kDay), "AC");
  EXPECT_EQ(tickers(&cache, file, kDay + 1), "B");
  EXPECT_EQ(tickers(&cache, file, kDay + 2), "");
  EXPECT_EQ(cache.files_decoded(), 0u);
}

TEST_F(DayCacheTest, TheFileThatWasNotUsedForLongestGoes) {
  const auto a = write_year("a.parquet"), b = write_year("b.parquet"), c = write_year("c.parquet");
  DayCache cache(42);  // room for two such files, not for three
  tickers(&cache, a, kDay);
  tickers(&cache, b, kDay);
  tickers(&cache, a, kDay);
  EXPECT_EQ(cache.files_decoded(), 2u);
  tickers(&cache, c, kDay);
  tickers(&cache, a, kDay);
  EXPECT_EQ(cache.files_decoded(), 3u);
  tickers(&cache, b, kDay);
  EXPECT_EQ(cache.files_decoded(), 4u);
}

TEST_F(DayCacheTest, ARewrittenFileIsAnotherFile) {
  auto file = write_year("a.parquet");
  DayCache cache(kPlenty);
  EXPECT_EQ(tickers(&cache, file, kDay), "AC");
  write_parquet("a.parquet", dated(R"(["2022-01-03"])", R"(["Z"])", "[1]"));
  file.stat = *FileStat::of(file.path);
  EXPECT_EQ(tickers(&cache, file, kDay), "Z");
}

TEST_F(DayCacheTest, ThreadsThatWantTheSameFileDecodeItOnce) {
  const auto file = write_year("a.parquet");
  DayCache cache(kPlenty);
  std::vector<std::string> found(8);
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < found.size(); ++i) {
      threads.emplace_back(
          [&, i] { found[i] = tickers(&cache, file, kDay + static_cast<int>(i % 2)); });
    }
  }
  for (size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], i % 2 == 0 ? "AC" : "B");
  EXPECT_EQ(cache.files_decoded(), 1u);
}

TEST_F(DayCacheTest, AColumnThatDoesNotFitIsNamed) {
  const auto file = write_year("a.parquet");
  DayCache cache(kPlenty);
  const auto stream = cache.read(file, {{"ticker", Type::Int64}}, kDay);
  ASSERT_FALSE(stream.ok());
  EXPECT_NE(stream.error().message.find("\"ticker\""), std::string::npos);
}

}  // namespace
}  // namespace almanac::root_data_tests
