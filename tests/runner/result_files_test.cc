// What other readers find in the files: the declared schema and nothing else, sorted by the keys.
#include <openssl/evp.h>
#include <parquet/file_reader.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "tests/runner/fixture.h"

namespace almanac {
namespace {

struct Everything : WholeDate {
  Parameter<int64_t> rows = parameter("rows", 3);
  Key<Date> date = key("date");
  Key<std::string_view> ticker = key("ticker");
  Key<bool> side = key("side");
  Out<double> value = column("value").sparse();
  Out<int64_t> count = column("count").constant();
  Out<List<double>> numbers = column("numbers").nullable();
  Out<List<std::string_view>> names = column("names");
  void process(const Day& day, Output& out) const override {
    for (int64_t i = rows; i > 0; --i) {
      Record record = out.add();
      record[date] = day.date() + static_cast<int>(i % 2);
      record[ticker] = "T" + std::to_string(i);
      record[side] = i % 3 == 0;
      if (i % 2 == 0) record[value] = static_cast<double>(i) / 4;
      record[count] = i;
      if (i % 3 != 0) record[numbers] = std::vector<double>{0.5, std::nan("")};
      record[names] = std::vector<std::string>(static_cast<size_t>(i % 3), "n");
    }
  }
};

CellOutcome run(const char* rows, const Limits& limits, Staging* staging) {
  Loaded<Everything> loaded;
  const abi::ParameterValue value = {"rows", rows};
  Instance instance(loaded.module, loaded.module->create(&value, 1, nullptr, 0));
  CellTask task = task_of(loaded, {});
  task.limits = limits;
  return std::move(execute(instance, task, staging->stage())[0]);
}

TEST(ResultFiles, HaveTheDeclaredSchemaSortedByAllKeys) {
  Staging staging;
  const auto outcome = run("3", {}, &staging);
  ASSERT_EQ(outcome.files.size(), 1u) << outcome.error;
  EXPECT_EQ(text_of(outcome),
            "2024-01-02, T2, false, 0.5, 2, list<element: double>[0.5, nan], "
            "list<element: string>[n, n]; "
            "2024-01-03, T1, false, null, 1, list<element: double>[0.5, nan], "
            "list<element: string>[n]; "
            "2024-01-03, T3, true, null, 3, null, list<element: string>[]");
  const auto schema = read_back(outcome.files)->schema();
  EXPECT_EQ(schema->ToString(),
            "date: date32[day] not null\nticker: string not null\nside: bool not null\n"
            "value: double\ncount: int64 not null\nnumbers: list<element: double>\n"
            "names: list<element: string> not null");
  const auto file = parquet::ParquetFileReader::OpenFile(outcome.files[0].path, false);
  EXPECT_EQ(file->metadata()->key_value_metadata(), nullptr);
}

TEST(ResultFiles, AreNamedByTheirBytes) {
  Staging staging;
  for (const char* rows : {"3", "20000"}) {
    const auto outcome = run(rows, {}, &staging);
    ASSERT_EQ(outcome.files.size(), 1u) << outcome.error;
    std::ifstream file(outcome.files[0].path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(bytes.size(), outcome.files[0].blob.bytes);
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, EVP_sha256(), nullptr);
    std::string hex;
    for (int i = 0; i < 32; ++i) {
      hex += "0123456789abcdef"[digest[i] >> 4];
      hex += "0123456789abcdef"[digest[i] & 15];
    }
    EXPECT_EQ(outcome.files[0].blob.sha256, hex);
    EXPECT_EQ(outcome.result.shards.size(), 1u);
  }
}

TEST(ResultFiles, AnEmptyResultIsOneFileWithTheSchema) {
  Staging staging;
  const auto outcome = run("0", {}, &staging);
  EXPECT_EQ(outcome.code, "");
  ASSERT_EQ(outcome.files.size(), 1u) << outcome.error;
  EXPECT_EQ(outcome.result.rows, 0u);
  EXPECT_EQ(read_back(outcome.files)->num_columns(), 7);
}

TEST(ResultFiles, ShardsAreNoLargerThanAllowedAndFollowEachOther) {
  Staging staging;
  Limits limits;
  limits.shard_bytes = 64 << 10;
  const auto whole = run("20000", {}, &staging);
  const auto sharded = run("20000", limits, &staging);
  EXPECT_GT(sharded.files.size(), 2u);
  for (const auto& file : sharded.files) EXPECT_LE(file.blob.bytes, limits.shard_bytes + 4096);
  EXPECT_EQ(whole.result.hash, sharded.result.hash);
  EXPECT_EQ(text_of(whole), text_of(sharded));
}

TEST(ResultFiles, SmallOnesAreSmallAndLargeOnesCompressed) {
  Staging staging;
  EXPECT_LT(run("3", {}, &staging).statistics.bytes, 3000u);
  const auto large = run("20000", {}, &staging);
  EXPECT_LT(large.statistics.bytes, 20000u * 20);
}

}  // namespace
}  // namespace almanac
