// What saves reading a file again, and when it must not.
#include "storage/fingerprint_cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/storage/root_data_fixture.h"

namespace almanac::root_data_tests {
namespace {

class FingerprintCacheTest : public RootDataTest {
 protected:
  void write_day(const std::string& close) {
    write_parquet("data/date=2022-01-03/p.parquet", prices(R"(["A"])", "[" + close + "]"));
  }
  fs::path cache() const { return root_ / ".almanac/cache/fingerprints.db"; }
  std::string cache_bytes() const {
    std::ifstream file(cache(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST_F(FingerprintCacheTest, AnUnchangedFileIsNotReadAgainByThisOrALaterProcess) {
  write_day("1");
  settle();
  open(kPositions);
  const auto first = index();
  EXPECT_EQ(data_->files_hashed(), 1u);
  index();
  EXPECT_EQ(data_->files_hashed(), 0u);
  open(kPositions);
  const auto later = index();
  EXPECT_EQ(data_->files_hashed(), 0u);
  EXPECT_EQ(later.partitions[0].columns, first.partitions[0].columns);
  EXPECT_EQ(later.partitions[0].schema->types, first.partitions[0].schema->types);
  EXPECT_EQ(later.partitions[0].rows, 1u);
}

TEST_F(FingerprintCacheTest, DatesOfAYearFileComeBackFromTheCache) {
  write_parquet("data/year=1969/a.parquet",
                dated(R"(["1969-12-30","1969-12-31"])", R"(["A","B"])", "[1, 2]"));
  settle();
  open(kPrices);
  const auto first = index();
  open(kPrices);
  const auto later = index();
  EXPECT_EQ(data_->files_hashed(), 0u);
  ASSERT_EQ(later.partitions.size(), 2u);
  EXPECT_EQ(later.partitions[0].date, Date::of(1969, 12, 30));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(later.partitions[i].columns, first.partitions[i].columns);
}

TEST_F(FingerprintCacheTest, ARewriteWithinTheClocksTickIsSeen) {
  // The same size, inode and mtime: only that it is young can tell.
  write_day("1");
  const fs::path file = root_ / "data/date=2022-01-03/p.parquet";
  struct stat before;
  ASSERT_EQ(stat(file.c_str(), &before), 0);
  open(kPositions);
  const auto first = index();
  write_day("2");
  const timespec times[2] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
  const auto second = index();
  EXPECT_EQ(data_->files_hashed(), 1u);
  EXPECT_NE(first.partitions[0].columns[1], second.partitions[0].columns[1]);
}

TEST_F(FingerprintCacheTest, YoungFilesAreNotTrusted) {
  const FileStat stat{10, 5'000'000'000, 5'000'000'000, 1};
  EXPECT_FALSE(stat.settled_by(5'000'000'000));
  EXPECT_FALSE(stat.settled_by(7'000'000'000));
  EXPECT_TRUE(stat.settled_by(7'000'000'001));
  const FileStat backdated{10, 0, 5'000'000'000, 1};  // utimensat sets mtime, never ctime
  EXPECT_FALSE(backdated.settled_by(7'000'000'000));

  FingerprintCache cache(path("cache.db").string());
  const FingerprintCache::Key key{"a.parquet", "", "UTC"};
  cache.put(key, stat, 7'000'000'000, std::make_shared<Fingerprint>());
  EXPECT_EQ(cache.find(key, stat), nullptr);
  cache.put(key, stat, 7'000'000'001, std::make_shared<Fingerprint>());
  EXPECT_NE(cache.find(key, stat), nullptr);
}

TEST_F(FingerprintCacheTest, ARestatedFileWithAnOldModificationTimeIsSeen) {
  write_day("1");
  settle();
  open(kPositions);
  const fs::path file = root_ / "data/date=2022-01-03/p.parquet";
  struct stat before;
  ASSERT_EQ(stat(file.c_str(), &before), 0);
  const auto first = index();
  write_day("2");
  const timespec times[2] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
  const auto second = index();
  EXPECT_NE(first.partitions[0].columns[1], second.partitions[0].columns[1]);
}

TEST_F(FingerprintCacheTest, NothingIsWrittenWhenNothingChanged) {
  write_day("1");
  settle();
  open(kPositions);
  index();
  const auto written = FileStat::of(cache().string());
  ASSERT_TRUE(written);
  open(kPositions);
  index();
  EXPECT_EQ(FileStat::of(cache().string()), written);
}

TEST_F(FingerprintCacheTest, EntriesOfFilesThatWentAreDropped) {
  write_day("1");
  write_parquet("data/date=2022-01-04/p.parquet", prices(R"(["A"])", "[1]"));
  settle();
  open(kPositions);
  index();
  EXPECT_NE(cache_bytes().find("date=2022-01-04"), std::string::npos);
  fs::remove_all(root_ / "data/date=2022-01-04");
  open(kPositions);
  index();
  FingerprintCache::Key gone{"data/date=2022-01-04/p.parquet", "", "UTC"};
  FingerprintCache left(cache().string());
  EXPECT_EQ(left.find(gone, {}), nullptr);
  EXPECT_EQ(data_->files_hashed(), 0u);
}

TEST_F(FingerprintCacheTest, ADamagedCacheIsRebuilt) {
  write_day("1");
  settle();
  open(kPositions);
  const auto first = index();
  const std::string whole = cache_bytes();
  for (const std::string& damaged :
       {std::string("no database"), std::string(), whole.substr(0, whole.size() / 2)}) {
    std::ofstream(cache(), std::ios::binary) << damaged;
    open(kPositions);
    EXPECT_EQ(index().partitions[0].columns, first.partitions[0].columns);
    EXPECT_EQ(data_->files_hashed(), 1u);
    open(kPositions);
    index();
    EXPECT_EQ(data_->files_hashed(), 0u);
  }
}

TEST_F(FingerprintCacheTest, AFlippedBitInARowIsNeverServed) {
  write_day("1");
  settle();
  open(kPositions);
  const auto first = index();
  std::string bytes = cache_bytes();
  const size_t at = bytes.find("double") + sizeof "double" + 20;  // in the hashes
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  std::ofstream(cache(), std::ios::binary) << bytes;
  open(kPositions);
  EXPECT_EQ(index().partitions[0].columns, first.partitions[0].columns);
  EXPECT_EQ(data_->files_hashed(), 1u);
}

TEST_F(FingerprintCacheTest, ACacheThatCannotBeWrittenOnlyCostsTime) {
  write_day("1");
  write_text(".almanac/cache", "a file where the folder should be");
  settle();
  open(kPositions);
  EXPECT_EQ(index().presence(kDay), Presence::Present);
  open(kPositions);
  EXPECT_EQ(index().presence(kDay), Presence::Present);
  EXPECT_EQ(data_->files_hashed(), 1u);
}

TEST_F(FingerprintCacheTest, AnotherDateColumnIsAnotherFingerprint) {
  write_parquet("data/year=2022/a.parquet", {{"date", arrow::utf8(), R"(["2022-01-03"])"},
                                             {"booked", arrow::utf8(), R"(["2022-01-04"])"}});
  settle();
  open(kPrices);
  EXPECT_EQ(index().partitions[0].date, kDay);
  open("[dataset.prices]\npath = \"data/year={year}/*.parquet\"\ndate_column = \"booked\"\n");
  EXPECT_EQ(index().partitions[0].date, kDay + 1);
}

}  // namespace
}  // namespace almanac::root_data_tests
