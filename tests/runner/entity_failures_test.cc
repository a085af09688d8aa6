// Entities that fail: below the breaker a part of the result, above it the end of the date.
#include "tests/runner/fixture.h"

namespace almanac {
namespace {

// Fails for odd values, skips those that are 0.
struct Picky : PerEntity {
  Table lots = dataset("lots");
  In<int64_t> value = lots["value"];
  Key<int64_t> id = key("id");
  Out<int64_t> twice = column("twice").constant();
  void process(const Entity& entity, Output& out) const override {
    const int64_t v = entity.rows(lots)[0][value];
    if (v == 0) return;
    out.add()[twice] = 2 * v;
    if (v % 2 == 1) throw std::runtime_error("odd " + std::to_string(v));
  }
};

CellOutcome run(const std::vector<int>& values, size_t batch_entities, Staging* staging) {
  std::string json;
  for (size_t i = 0; i < values.size(); ++i) {
    json += (i > 0 ? ", " : "") + std::string("{\"id\": ") + std::to_string(i) +
            ", \"value\": " + std::to_string(values[i]) + "}";
  }
  const auto lots = table({{"id", Type::Int64}, {"value", Type::Int64}}, "[" + json + "]");
  Loaded<Picky> loaded;
  CellTask task = task_of(loaded, {{{day(kDay, lots)}, "id"}});
  task.limits.batch_entities = batch_entities;
  return std::move(execute(loaded.instance, task, staging->stage())[0]);
}

TEST(EntityFailures, AFewAreCountedAndTheRestIsStored) {
  std::vector<int> values(40, 2);
  values[3] = 5;
  values[7] = 9;
  values[9] = 0;
  Staging staging;
  const auto outcome = run(values, 6, &staging);
  EXPECT_EQ(outcome.code, "");
  EXPECT_EQ(outcome.statistics.entities, 40u);
  EXPECT_EQ(outcome.statistics.failed, 2u);
  EXPECT_EQ(outcome.statistics.skipped, 1u);
  EXPECT_EQ(outcome.statistics.rows, 37u);
  EXPECT_EQ(outcome.statistics.flushes_batch, 6u);
  EXPECT_EQ(outcome.statistics.samples, (std::vector<std::string>{"id 3: odd 5", "id 7: odd 9"}));
}

TEST(EntityFailures, TheBreakerOpensAtTheSameEntityWhateverTheBatch) {
  std::vector<int> values(1000, 2);
  for (size_t i = 130; i < 170; ++i) values[i] = 1;
  for (size_t batch : {1, 7, 130, 5000}) {
    Staging staging;
    const auto outcome = run(values, batch, &staging);
    EXPECT_EQ(outcome.code, "ENTITY_CIRCUIT_BREAKER");
    EXPECT_EQ(outcome.error,
              "20.0 % of 200 entities failed (40), more than 10 %; first id 130: odd 1");
    EXPECT_EQ(outcome.stage, "process");
    EXPECT_EQ(outcome.statistics.entities, 200u);
    EXPECT_EQ(outcome.statistics.failed, 40u);
    EXPECT_FALSE(outcome.deterministic);
    EXPECT_TRUE(outcome.files.empty());
    EXPECT_EQ(staging.files(), 0u);
  }
}

TEST(EntityFailures, TheEndIsJudgedWhateverTheCount) {
  Staging staging;
  EXPECT_EQ(run({2, 2, 2, 1, 2}, 5000, &staging).code, "ENTITY_CIRCUIT_BREAKER");
  EXPECT_EQ(run({2, 2, 2, 2, 2, 2, 2, 2, 2, 1}, 5000, &staging).code, "");
}

}  // namespace
}  // namespace almanac
