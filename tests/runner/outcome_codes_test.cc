// Every way in which a date can end without a result, with what follows from it.
#include <sys/resource.h>

#include <cmath>
#include <csignal>

#include "tests/runner/fixture.h"
#include "tests/runner/raw_module.h"

namespace almanac {
namespace {

std::string summary(const CellOutcome& outcome) {
  return outcome.code + " at " + outcome.stage + (outcome.deterministic ? " deterministic" : "") +
         (outcome.engine_fault ? " engine" : "") + ": " + outcome.error;
}

// A whole date that puts out what the test says.
struct Scripted : WholeDate {
  Key<std::string_view> name = key("name");
  Key<double> level = key("level");
  Out<double> value = column("value");
  std::function<void(const Scripted&, Output&)> script;
  void process(const Day&, Output& out) const override { script(*this, out); }

  void row(Output& out, std::string_view n, double l, double v) const {
    Record record = out.add();
    record[name] = n;
    record[level] = l;
    record[value] = v;
  }
};

CellOutcome run(const std::function<void(const Scripted&, Output&)>& script,
                const Limits& limits = {}, StagePath stage = {}) {
  Loaded<Scripted> loaded;
  auto* scripted = new Scripted;
  scripted->script = script;
  Instance instance(loaded.module, scripted);
  Staging staging;
  CellTask task = task_of(loaded, {});
  task.limits = limits;
  CellOutcome outcome = std::move(execute(instance, task, stage ? stage : staging.stage())[0]);
  EXPECT_EQ(outcome.files.size(), staging.files()) << "nothing is left of a failed date";
  if (!outcome.code.empty()) {
    EXPECT_TRUE(outcome.files.empty());
    EXPECT_TRUE(outcome.result.hash.zero());
  }
  return outcome;
}

TEST(OutcomeCodes, FailedAndPermanent) {
  EXPECT_EQ(summary(run([](auto&, Output&) { throw std::runtime_error("division by zero"); })),
            "FAILED at process: division by zero");
  EXPECT_EQ(summary(run([](auto&, Output&) { throw PermanentError("unknown market"); })),
            "PERMANENT at process deterministic: unknown market");
}

TEST(OutcomeCodes, DuplicateKeyIsNamed) {
  const auto outcome = run([](const Scripted& self, Output& out) {
    self.row(out, "b", 2, 1);
    self.row(out, "a", 1, 2);
    self.row(out, "b", 2, 3);
  });
  EXPECT_EQ(summary(outcome),
            "DUPLICATE_KEY at validate deterministic: subject on 2024-01-02: two rows have the key "
            "name b, level 2; put out one row for each key, or declare another key field");
}

TEST(OutcomeCodes, NegativeZeroIsNoOtherKey) {
  const auto outcome = run([](const Scripted& self, Output& out) {
    self.row(out, "a", 0.0, 1);
    self.row(out, "a", -0.0, 2);
  });
  EXPECT_EQ(outcome.code, "DUPLICATE_KEY");
}

TEST(OutcomeCodes, ValidatorStopsTheDate) {
  const auto outcome = run([](const Scripted& self, Output& out) {
    self.row(out, "a", std::nan(""), 1);
    self.row(out, "a", std::nan(""), 2);
  });
  EXPECT_EQ(summary(outcome),
            "QUALITY_CIRCUIT_BREAKER at validate deterministic: subject on 2024-01-02: column "
            "'level': 2 of 2 keys are NaN or infinite");
  const auto flat = run([](const Scripted& self, Output& out) {
    for (int i = 0; i < 1000; ++i) self.row(out, "a", i, 4);
  });
  EXPECT_EQ(flat.code, "QUALITY_CIRCUIT_BREAKER");
}

TEST(OutcomeCodes, TooManyShards) {
  const auto script = [](const Scripted& self, Output& out) {
    for (int i = 0; i < 1000; ++i) self.row(out, "some name", i, i);
  };
  Limits limits;
  limits.shard_bytes = 1000;
  limits.max_shards = 3;
  EXPECT_EQ(summary(run(script, limits)),
            "SHARDING_LIMIT_EXCEEDED at store deterministic: the result needs more than 3 files of "
            "1000 bytes; put out less, or raise the limit");
  limits.max_shards = 1000;
  EXPECT_EQ(run(script, limits).code, "");
}

TEST(OutcomeCodes, StagingThatCannotBeWrittenIsTheEnginesFault) {
  const auto script = [](const Scripted& self, Output& out) {
    for (int i = 0; i < 10000; ++i) self.row(out, std::to_string(i * 7919), i, i * 0.1);
  };
  const auto missing = run(script, {}, [](const std::string&) { return "/nonexistent/file"; });
  EXPECT_EQ(missing.code, "STORE");
  EXPECT_TRUE(missing.engine_fault);

  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{1000, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  const auto full = run(script);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(full.code, "STORE");
  EXPECT_TRUE(full.engine_fault);
  EXPECT_NE(full.error.find("File too large"), std::string::npos) << full.error;
}

// One row, for dates without key fields.
struct Total : WholeDate {
  Parameter<int64_t> rows = parameter("rows", 1);
  Out<double> total = column("total");
  void process(const Day&, Output& out) const override {
    for (int64_t i = 0; i < rows; ++i) out.add()[total] = 1;
  }
};

TEST(OutcomeCodes, WithoutKeysThereIsExactlyOneRow) {
  for (const char* rows : {"0", "1", "2"}) {
    Loaded<Total> loaded;
    const abi::ParameterValue value = {"rows", rows};
    Instance instance(loaded.module, loaded.module->create(&value, 1, nullptr, 0));
    Staging staging;
    const auto outcome = std::move(execute(instance, task_of(loaded, {}), staging.stage())[0]);
    EXPECT_EQ(outcome.code, std::string(rows) == "1" ? "" : "SCHEMA_MISMATCH");
  }
}

TEST(OutcomeCodes, RowsThatAreNotAsDeclared) {
  RawModule raw({.name = "id", .type = Type::Int64, .key = true}, Calculation::Kind::WholeDate);
  const auto with = [&](const Types& types, const std::string& json, int back = 0) {
    return raw.run({}, [&](const abi::Batch& batch, const abi::Sink& sink) {
      emit(sink, batch.dates[0] - back, types, json);
    });
  };
  const Types id = {arrow::int64()};
  EXPECT_EQ(with(id, "[[1]]").code, "");
  EXPECT_EQ(summary(with(id, "[[1], [null]]")),
            "SCHEMA_MISMATCH at validate deterministic: raw on 2024-01-02: column 'id' is not "
            "nullable, found 1 nulls");
  EXPECT_EQ(with({arrow::int64(), arrow::int64()}, "[[1, 2]]").code, "SCHEMA_MISMATCH");
  EXPECT_EQ(with(id, "[[1]]", 1).code, "SCHEMA_MISMATCH");
}

TEST(OutcomeCodes, AnEntityWithAnothersIdIsFound) {
  RawModule raw({.name = "id", .type = Type::Int64, .key = true}, Calculation::Kind::PerEntity);
  const Input ids{{day(kDay, table({{"id", Type::Int64}}, R"([{"id": 1}, {"id": 2}])"))}, "id"};
  raw.limits.batch_entities = 1;
  int call = 0;
  const auto outcome = raw.run({ids}, [&](const abi::Batch& batch, const abi::Sink& sink) {
    emit(sink, batch.dates[0], {arrow::int64()}, call++ == 0 ? "[[3]]" : "[[2]]");
  });
  EXPECT_EQ(summary(outcome),
            "SCHEMA_MISMATCH at validate deterministic: raw on 2024-01-02: a row with the key id 2 "
            "comes after id 3; rows of an entity must have its id");
}

struct Reader : PerEntity {
  Table lots = dataset("lots");
  In<double> value = lots["value"];
  Key<int64_t> id = key("id");
  void process(const Entity&, Output& out) const override { out.add(); }
};

TEST(OutcomeCodes, InputThatCannotBeReadIsTheEnginesFault) {
  Loaded<Reader> loaded;
  Staging staging;
  const auto run_with = [&](InputDay day) {
    return std::move(
        execute(loaded.instance, task_of(loaded, {{{day}, "id"}}), staging.stage())[0]);
  };
  const InputDay torn{kDay, [](const auto&) -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
                        return data_error("torn page");
                      }};
  EXPECT_EQ(summary(run_with(torn)),
            "INPUT at input engine: lots of 2024-01-02 cannot be read: torn page");
  const InputDay other{kDay, [](const auto&) -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
                         const auto batch = table({{"x", Type::Bool}}, "[]");
                         return arrow::RecordBatchReader::Make({batch}).ValueOrDie();
                       }};
  const auto outcome = run_with(other);
  EXPECT_EQ(outcome.code, "INPUT");
  EXPECT_NE(outcome.error.find("expected"), std::string::npos);
  EXPECT_EQ(staging.files(), 0u);
}

}  // namespace
}  // namespace almanac
