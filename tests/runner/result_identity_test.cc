// The identity of a result must depend on what was computed and on nothing of how.
#include <rapidcheck.h>

#include "tests/runner/fixture.h"

namespace almanac {
namespace {

// One row per lot that is not rejected; users with a negative sum fail.
struct Lots : PerEntity {
  Table lots = dataset("lots");
  In<int64_t> lot = lots["lot"];
  In<double> value = lots["value"];
  Key<int64_t> user = key("user_id");
  Key<int64_t> id = key("lot");
  Out<double> share = column("share").sparse().constant();
  Out<std::string_view> label = column("label").nullable().sparse();
  Out<List<double>> all = column("all");

  void process(const Entity& entity, Output& out) const override {
    double sum = 0;
    std::vector<double> values;
    for (Row row : entity.rows(lots)) {
      values.push_back(row[value]);
      sum += row[value];
    }
    if (sum < -5) throw std::runtime_error("negative sum of " + std::to_string(sum));
    for (Row row : entity.rows(lots)) {
      if (row[value] == 7) {
        entity.reject("seven");
        continue;
      }
      Record record = out.add();
      record[id] = row[lot];
      if (row[value] != 3) record[share] = row[value] / 2;
      if (row[value] > 0) record[label] = std::string(static_cast<size_t>(row[value]) % 4, 'x');
      record[all] = values;
    }
  }
};

const std::vector<Calculation::Column> kColumns = {
    {"user_id", Type::Int64}, {"lot", Type::Int64}, {"value", Type::Float64}};

std::shared_ptr<arrow::RecordBatch> lots_of(const std::vector<int>& values) {
  std::string json;
  int user = 0, lot = 1000;
  for (int value : values) {
    user += std::abs(value) % 3;
    json += (json.empty() ? "" : ", ") + std::string("{\"user_id\": ") + std::to_string(user) +
            ", \"lot\": " + std::to_string(lot--) + ", \"value\": " + std::to_string(value) + "}";
  }
  return table(kColumns, "[" + json + "]");
}

CellOutcome run(const std::shared_ptr<arrow::RecordBatch>& lots, int64_t batch_rows,
                const Limits& limits, Staging* staging) {
  Loaded<Lots> loaded;
  CellTask task = task_of(loaded, {{{day(kDay, lots, batch_rows)}, "user_id"}});
  task.limits = limits;
  return std::move(execute(loaded.instance, task, staging->stage())[0]);
}

TEST(ResultIdentity, DoesNotDependOnBatchesFlushesOrShards) {
  EXPECT_TRUE(rc::check([](std::vector<int> values, uint8_t code, uint8_t rows) {
    for (int& value : values) value = value % 20 + 3;
    const auto lots = lots_of(values);
    Staging staging;
    const CellOutcome plain = run(lots, 1 << 20, {}, &staging);
    Limits limits;
    limits.batch_entities = std::vector<size_t>{1, 7, 5000}[code % 3];
    limits.memory_bytes = code % 2 == 0 ? 1 : limits.memory_bytes;  // flush whenever rows are read
    limits.shard_bytes = code % 5 == 0 ? 300 : limits.shard_bytes;
    limits.max_shards = 100000;
    const CellOutcome other = run(lots, rows % 9 + 1, limits, &staging);
    RC_ASSERT(plain.code == other.code);
    RC_ASSERT(plain.error == other.error);
    RC_ASSERT(plain.result.hash == other.result.hash);
    RC_ASSERT(plain.result.columns == other.result.columns);
    RC_ASSERT(plain.statistics.failed == other.statistics.failed);
    RC_ASSERT(plain.statistics.skipped == other.statistics.skipped);
    RC_ASSERT(plain.statistics.rejected == other.statistics.rejected);
    RC_ASSERT(text_of(plain) == text_of(other));
  }));
}

std::string hash_of(const std::vector<int>& values) {
  Staging staging;
  const CellOutcome outcome = run(lots_of(values), 1 << 20, {}, &staging);
  return outcome.code.empty() ? outcome.result.hash.hex() : outcome.code + outcome.error;
}

TEST(ResultIdentity, GoldenVectors) {
  EXPECT_EQ(hash_of({}), "c39630928af08091088459d736cbd417");
  EXPECT_EQ(hash_of({3, 4, 7, 2, 5}), "197f100923f4ac5b9d1bfd941a93a93a");
}

TEST(ResultIdentity, CoversFailedEntitiesAndTheirMessages) {
  std::vector<int> twenty(20, 1);
  std::vector<int> one_fails = twenty, another_message = twenty;
  one_fails.push_back(-10);
  another_message.push_back(-13);
  EXPECT_EQ(hash_of(one_fails), hash_of(one_fails));
  EXPECT_NE(hash_of(twenty), hash_of(one_fails));
  EXPECT_NE(hash_of(one_fails), hash_of(another_message));
}

// Rejects rows of a reason and puts nothing else out.
struct Rejecting : WholeDate {
  Parameter<std::string> reason = parameter("reason", "old");
  Parameter<int64_t> rows = parameter("rows", 1);
  Key<int64_t> id = key("id");
  void process(const Day& day, Output&) const override {
    day.reject(static_cast<const std::string&>(reason), rows);
  }
};

Hash hash_with(const char* reason, const char* rows) {
  Loaded<Rejecting> loaded;
  const abi::ParameterValue values[] = {{"reason", reason}, {"rows", rows}};
  Instance instance(loaded.module, loaded.module->create(values, 2, nullptr, 0));
  Staging staging;
  const auto outcomes = execute(instance, task_of(loaded, {}), staging.stage());
  EXPECT_EQ(outcomes[0].code, "");
  EXPECT_EQ(std::to_string(outcomes[0].statistics.rejected), rows);
  EXPECT_EQ(std::to_string(outcomes[0].statistics.reasons.at(reason)), rows);
  return outcomes[0].result.hash;
}

TEST(ResultIdentity, CoversRejectedRowsByReason) {
  EXPECT_EQ(hash_with("old", "1"), hash_with("old", "1"));
  EXPECT_NE(hash_with("old", "1"), hash_with("old", "2"));
  EXPECT_NE(hash_with("old", "1"), hash_with("new", "1"));
}

}  // namespace
}  // namespace almanac
