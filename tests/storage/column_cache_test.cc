#include "storage/column_cache.h"

#include <arrow/array.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/buffer.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "columns/cast.h"
#include "columns/column_stream.h"
#include "tests/support/temporary_folder.h"

namespace almanac {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kLarge = 100'000;  // rows, which make a file
constexpr uint64_t kLimit = uint64_t{1} << 30;

class ColumnCacheTest : public testing::Test {
 protected:
  static std::shared_ptr<arrow::Array> numbers(int64_t rows, int64_t first) {
    arrow::Int64Builder builder;
    for (int64_t i = 0; i < rows; ++i) EXPECT_TRUE(builder.Append(first + i).ok());
    return *builder.Finish();
  }

  // A table whose columns count from the place of their name in `opened_` on.
  ColumnCache::Open table(int64_t rows) {
    return [this, rows](const std::vector<Calculation::Column>& columns)
               -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
      std::vector<std::shared_ptr<arrow::Array>> arrays;
      for (const auto& column : columns) {
        arrays.push_back(numbers(rows, column.name == "a" ? 0 : 7));
        const std::lock_guard lock(mutex_);
        opened_.insert(column.name);
      }
      auto table = arrow::Table::Make(arrow_schema(columns), arrays, rows);
      return std::shared_ptr<arrow::RecordBatchReader>(
          std::make_shared<arrow::TableBatchReader>(table));
    };
  }

  static ColumnCache::Wanted wanted(const std::string& name, uint64_t key) {
    return {Hash{1, key}, {name, Type::Int64}};
  }

  static std::vector<ColumnCache::Column> get(ColumnCache& cache,
                                              const std::vector<ColumnCache::Wanted>& wanted,
                                              const ColumnCache::Open& open, bool sound = true) {
    auto columns = cache.get(wanted, open, [sound] { return sound; });
    EXPECT_TRUE(columns.ok());
    return std::move(columns).value();
  }

  // The first value and how many there are, as a process reads them that maps the file.
  static std::pair<int64_t, int64_t> read(const ColumnFile& column) {
    const uint64_t header = column.file.valid() ? ColumnFile::kHeaderBytes : 0;
    const void* memory = column.bytes.data();
    if (column.file.valid()) {
      memory = mmap(nullptr, column.size + header, PROT_READ, MAP_SHARED, column.file.get(), 0);
      EXPECT_NE(memory, MAP_FAILED);
    }
    const auto* begin = static_cast<const uint8_t*>(memory) + header;
    const auto arrays = read_column(
        std::make_shared<arrow::Buffer>(begin, static_cast<int64_t>(column.size)), Type::Int64);
    EXPECT_TRUE(arrays.ok());
    int64_t rows = 0;
    for (const auto& array : *arrays) rows += array->length();
    const auto& first = static_cast<const arrow::Int64Array&>(*arrays->front());
    return {first.Value(0), rows};
  }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path();
  std::mutex mutex_;
  std::set<std::string> opened_;
};

TEST_F(ColumnCacheTest, SmallColumnsAreBytesAndLargeOnesFiles) {
  ColumnCache cache(folder_, kLimit);
  const auto small = get(cache, {wanted("a", 1), wanted("b", 2)}, table(3));
  EXPECT_FALSE(small[0]->file.valid());
  EXPECT_EQ(read(*small[0]), std::pair(int64_t{0}, int64_t{3}));
  EXPECT_EQ(read(*small[1]), std::pair(int64_t{7}, int64_t{3}));
  EXPECT_EQ(files().size(), 0u);
  const auto large = get(cache, {wanted("a", 3)}, table(kLarge));
  EXPECT_TRUE(large[0]->file.valid());
  EXPECT_EQ(read(*large[0]), std::pair(int64_t{0}, kLarge));
  EXPECT_EQ(files(), std::vector{(Hash{1, 3}).hex()});
}

// A child that is sent it could change what others read.
TEST_F(ColumnCacheTest, WhoMapsAColumnCannotWriteToIt) {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "in the way";
  for (const std::string& place : {folder / "columns", folder / "file/columns"}) {
    ColumnCache cache(place, kLimit);
    const auto column = get(cache, {wanted("a", 1)}, table(kLarge))[0];
    ASSERT_TRUE(column->file.valid());
    const size_t size = column->size + ColumnFile::kHeaderBytes;
    void* memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, column->file.get(), 0);
    ASSERT_NE(memory, MAP_FAILED);
    EXPECT_NE(mprotect(memory, size, PROT_READ | PROT_WRITE), 0) << place;
    munmap(memory, size);
  }
}

TEST_F(ColumnCacheTest, WhoFailsToDecodeKeepsNobodyWaiting) {
  const TemporaryFolder folder;
  ColumnCache cache(folder / "columns", kLimit);
  const auto fails = [](const auto&) -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
    throw std::bad_alloc();
  };
  EXPECT_THROW((void)cache.get({wanted("a", 1)}, fails, [] { return true; }), std::bad_alloc);
  EXPECT_EQ(get(cache, {wanted("a", 1)}, table(3)).size(), 1u);
}

TEST_F(ColumnCacheTest, OnlyWhatIsMissingIsDecoded) {
  ColumnCache cache(folder_, kLimit);
  get(cache, {wanted("a", 1)}, table(kLarge));
  opened_.clear();
  const auto both = get(cache, {wanted("a", 1), wanted("b", 2)}, table(kLarge));
  EXPECT_EQ(opened_, std::set<std::string>{"b"});
  EXPECT_EQ(read(*both[0]).first, 0);
  EXPECT_EQ(read(*both[1]).first, 7);
}

TEST_F(ColumnCacheTest, AnotherProcessTakesTheFile) {
  {
    ColumnCache(folder_, kLimit).get({wanted("a", 1)}, table(kLarge), [] { return true; }).ok();
  }
  ColumnCache later(folder_, kLimit);
  const auto column = get(later, {wanted("a", 1)}, table(kLarge));
  EXPECT_EQ(later.decoded(), 0u);
  EXPECT_EQ(read(*column[0]), std::pair(int64_t{0}, kLarge));
}

TEST_F(ColumnCacheTest, ADamagedFileIsDecodedAnew) {
  for (const uintmax_t at : {uintmax_t{3}, uintmax_t{20}, uintmax_t{30}, uintmax_t{400'000}}) {
    fs::remove_all(folder_);
    ColumnCache first(folder_, kLimit);
    get(first, {wanted("a", 1)}, table(kLarge));
    std::fstream file(folder_ + "/" + (Hash{1, 1}).hex(),
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char changed = static_cast<char>(file.get() ^ 1);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(changed);
    file.close();
    ColumnCache later(folder_, kLimit);
    const auto column = get(later, {wanted("a", 1)}, table(kLarge));
    EXPECT_EQ(later.decoded(), 1u) << "byte " << at;
    EXPECT_EQ(read(*column[0]), std::pair(int64_t{0}, kLarge));
  }
}

TEST_F(ColumnCacheTest, AFileThatWasCutOffIsDecodedAnew) {
  {
    ColumnCache(folder_, kLimit).get({wanted("a", 1)}, table(kLarge), [] { return true; }).ok();
  }
  for (const uintmax_t size : {uintmax_t{0}, uintmax_t{10}, uintmax_t{64}, uintmax_t{5000}}) {
    fs::resize_file(folder_ + "/" + (Hash{1, 1}).hex(), size);
    ColumnCache later(folder_, kLimit);
    EXPECT_EQ(read(*get(later, {wanted("a", 1)}, table(kLarge))[0]).second, kLarge);
    EXPECT_EQ(later.decoded(), 1u);
  }
}

TEST_F(ColumnCacheTest, WhatMovedWhileItWasReadIsNotKept) {
  ColumnCache cache(folder_, kLimit);
  const auto moved = get(cache, {wanted("a", 1)}, table(kLarge), false);
  EXPECT_EQ(read(*moved[0]).second, kLarge);
  EXPECT_EQ(files().size(), 0u);
  get(cache, {wanted("a", 1)}, table(kLarge));
  EXPECT_EQ(cache.decoded(), 2u);
}

TEST_F(ColumnCacheTest, AColumnWithoutIdentityIsNotKept) {
  ColumnCache cache(folder_, kLimit);
  const ColumnCache::Wanted unknown{{}, {"a", Type::Int64}};
  get(cache, {unknown}, table(kLarge));
  const auto again = get(cache, {unknown, unknown}, table(kLarge));
  EXPECT_EQ(cache.decoded(), 3u);
  EXPECT_EQ(read(*again[1]).second, kLarge);
  EXPECT_EQ(files().size(), 0u);
}

TEST_F(ColumnCacheTest, AFolderThatCannotBeWrittenCostsNothingButTheFile) {
  std::ofstream(folder_ + "/file") << "in the way";
  ColumnCache cache(folder_ + "/file/columns", kLimit);
  EXPECT_EQ(read(*get(cache, {wanted("a", 1)}, table(kLarge))[0]), std::pair(int64_t{0}, kLarge));
  get(cache, {wanted("a", 1)}, table(kLarge));
  EXPECT_EQ(cache.decoded(), 1u);
}

TEST_F(ColumnCacheTest, ThreadsThatWantTheSameColumnDecodeItOnce) {
  ColumnCache cache(folder_, kLimit);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (uint64_t key = 1; key <= 20; ++key) {
        EXPECT_EQ(read(*get(cache, {wanted("a", key), wanted("b", key + 100)}, table(5000))[0]),
                  std::pair(int64_t{0}, int64_t{5000}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cache.decoded(), 40u);
}

TEST_F(ColumnCacheTest, TheFolderStaysBelowItsLimit) {
  constexpr uint64_t kColumn = 800'000;
  ColumnCache cache(folder_, 10 * kColumn);
  for (uint64_t key = 1; key <= 100; ++key) get(cache, {wanted("a", key)}, table(kLarge));
  uint64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) bytes += entry.file_size();
  EXPECT_LT(bytes, 13 * kColumn);
  EXPECT_GT(bytes, 5 * kColumn);
  ColumnCache later(folder_, 10 * kColumn);
  get(later, {wanted("a", 100)}, table(kLarge));
  EXPECT_EQ(later.decoded(), 0u) << "what was used last stays";
}

TEST_F(ColumnCacheTest, TroubleOfTheTableIsTold) {
  ColumnCache cache(folder_, kLimit);
  const ColumnCache::Open broken = [](const auto&) {
    return Result<std::shared_ptr<arrow::RecordBatchReader>>(data_error("the table is broken"));
  };
  const auto columns = cache.get({wanted("a", 1)}, broken, [] { return true; });
  ASSERT_FALSE(columns.ok());
  EXPECT_EQ(columns.error().message, "the table is broken");
  EXPECT_EQ(read(*get(cache, {wanted("a", 1)}, table(3))[0]).second, 3) << "nobody waits for it";
}

}  // namespace
}  // namespace almanac
