// Contexts that are cut from what a cell was given.
#include "simulator/behaviour/recorded.h"

#include <arrow/buffer.h>

#include "runner/context_bytes.h"
#include "runner/observe.h"
#include "tests/runner/fixture.h"

namespace almanac::behaviour {
namespace {

struct Sums : PerEntity {
  Table trades = dataset("trades").window(2).optional();
  In<double> amount = trades["amount"];

  Key<int64_t> user = key("user");
  Out<double> sum = column("sum");

  void process(const Entity& entity, Output& out) const override {
    double all = 0;
    for (const WindowDay& day : entity.window(trades)) {
      for (Row row : day.rows) all += row[amount];
    }
    out.add()[sum] = all;
  }
};

CellTask task_of(const Calculation& calculation, int64_t users) {
  std::string rows;
  for (int64_t user = 0; user < users; ++user) {
    const std::string row = R"({"user": )" + std::to_string(user) + R"(, "amount": 1.5})";
    rows += (user > 0 ? ", " : "") + row;
  }
  const auto today = table({{"user", Type::Int64}, {"amount", Type::Float64}}, "[" + rows + "]");
  CellTask task;
  task.calculation = &calculation;
  task.dates = {kDay};
  task.inputs = {{{absent(kDay - 1), day(kDay, today, 7)}, "user"}};
  return task;
}

std::vector<Context> recorded(const CellTask& task, size_t most) {
  std::vector<Context> contexts;
  const auto pieces = recorded_contexts(task, most);
  EXPECT_TRUE(pieces.ok());
  for (const std::string& piece : *pieces) {
    contexts.push_back(decode_context(arrow::Buffer::FromString(piece)).value());
  }
  return contexts;
}

TEST(RecordedContexts, AreOfAFewEntitiesHereAndThere) {
  Loaded<Sums> loaded;
  const auto contexts = recorded(task_of(loaded.calculation, 100), 3);
  ASSERT_EQ(contexts.size(), 3);
  int64_t first = 0;
  for (const Context& context : contexts) {
    const auto& ids = static_cast<const arrow::Int64Array&>(*context.entities);
    ASSERT_EQ(ids.length(), 4);
    EXPECT_EQ(ids.Value(0), first);
    first += 20;
    const Observation seen = observe(loaded.instance, loaded.calculation, context);
    EXPECT_EQ(seen.error, "");
    EXPECT_EQ(seen.rows, 4);
  }
}

TEST(RecordedContexts, HaveATableOnDaysWithoutData) {
  Loaded<Sums> loaded;
  const auto contexts = recorded(task_of(loaded.calculation, 2), 3);
  ASSERT_EQ(contexts.size(), 1);
  const DayTable& before = contexts[0].reads[0][0];
  EXPECT_FALSE(before.present);
  EXPECT_EQ(before.rows, 0);
  EXPECT_EQ(before.columns.size(), loaded.calculation.reads[0].columns.size());
  EXPECT_EQ(before.offsets, (std::vector<int64_t>{0, 0, 0}));
}

TEST(RecordedContexts, LeaveOutWhatIsTooLong) {
  struct All : WholeDate {
    Table trades = dataset("trades");
    In<double> amount = trades["amount"];
    Out<double> sum = column("sum");
    void process(const Day& day, Output& out) const override {
      out.add()[sum] = static_cast<double>(day.rows(trades).size());
    }
  };
  Loaded<All> loaded;
  const auto whole = [&](int64_t rows) {
    CellTask task = task_of(loaded.calculation, rows);
    task.inputs[0].days.erase(task.inputs[0].days.begin());
    return recorded(task, 3).size();
  };
  EXPECT_EQ(whole(10), 1);
  EXPECT_EQ(whole(100'000), 0);
}

}  // namespace
}  // namespace almanac::behaviour
