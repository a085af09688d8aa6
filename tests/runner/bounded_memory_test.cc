// A table is never held as a whole: 200,000 entities pass through the memory of a few batches.
#include <arrow/array/builder_primitive.h>
#include <arrow/memory_pool.h>

#include "tests/runner/fixture.h"

namespace almanac {
namespace {

constexpr int64_t kEntities = 200'000, kLots = 20, kBatchRows = 65'536;
constexpr int64_t kRowBytes = 3 * 8, kMaxBytes = 40 << 20;

struct Sum : PerEntity {
  Table a = dataset("a");
  In<double> a_value = a["value"];
  In<int64_t> a_lot = a["lot"];
  Table b = dataset("b");
  In<double> b_value = b["value"];
  In<int64_t> b_lot = b["lot"];
  Key<int64_t> id = key("id");
  Out<double> sum = column("sum");
  void process(const Entity& entity, Output& out) const override {
    double total = 0;
    for (Row row : entity.rows(a)) total += row[a_value];
    for (Row row : entity.rows(b)) total -= row[b_value] / 2;
    out.add()[sum] = total;
  }
};

// Makes rows when they are asked for, and remembers the most memory that Arrow held then.
class Generator : public arrow::RecordBatchReader {
 public:
  explicit Generator(int64_t* peak) : peak_(peak) {}
  std::shared_ptr<arrow::Schema> schema() const override {
    return arrow_schema({{"value", Type::Float64}, {"lot", Type::Int64}, {"id", Type::Int64}});
  }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    const int64_t rows = std::min(kBatchRows, kEntities * kLots - next_);
    batch->reset();
    if (rows == 0) return arrow::Status::OK();
    arrow::DoubleBuilder values;
    arrow::Int64Builder lots, ids;
    for (int64_t end = next_ + rows; next_ < end; ++next_) {
      ARROW_RETURN_NOT_OK(values.Append(static_cast<double>(next_ % 1009)));
      ARROW_RETURN_NOT_OK(lots.Append(next_));
      ARROW_RETURN_NOT_OK(ids.Append(next_ / kLots));
    }
    *batch = arrow::RecordBatch::Make(
        schema(), rows,
        {values.Finish().ValueOrDie(), lots.Finish().ValueOrDie(), ids.Finish().ValueOrDie()});
    *peak_ = std::max(*peak_, arrow::default_memory_pool()->bytes_allocated());
    return arrow::Status::OK();
  }

 private:
  int64_t* peak_;
  int64_t next_ = 0;
};

TEST(BoundedMemory, TwoHundredThousandEntities) {
  static_assert(2 * kEntities * kLots * kRowBytes > 4 * kMaxBytes);
  const int64_t before = arrow::default_memory_pool()->bytes_allocated();
  int64_t peak = 0;
  const InputDay generated{
      kDay, [&](const auto&) -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
        return std::shared_ptr<arrow::RecordBatchReader>(std::make_shared<Generator>(&peak));
      }};
  Loaded<Sum> loaded;
  Staging staging;
  const auto outcomes =
      execute(loaded.instance, task_of(loaded, {{{generated}, "id"}, {{generated}, "id"}}),
              staging.stage());
  EXPECT_EQ(outcomes[0].code, "") << outcomes[0].error;
  EXPECT_EQ(outcomes[0].result.rows, static_cast<uint64_t>(kEntities));
  EXPECT_EQ(outcomes[0].statistics.flushes_batch, 40u);
  EXPECT_GT(outcomes[0].statistics.peak_memory_bytes, 0u);
  EXPECT_LT(peak - before, kMaxBytes);
}

// The same tables seen by a calculation of the whole date.
struct Crowd : WholeDate {
  Entities<int64_t> ids = entities("id");
  Table a = dataset("a");
  In<double> value = a["value"];
  Table b = dataset("b");
  In<int64_t> b_lot = b["lot"];
  Out<int64_t> entities_seen = column("entities");
  Out<double> mean = column("mean");
  void process(const Day& day, Output& out) const override {
    int64_t n = 0;
    double sum = 0;
    for (const Entity entity : day.each(ids)) {
      n += entity.id<int64_t>() == n && !entity.rows(b).empty();
      for (Row row : entity.rows(a)) sum += row[value];
    }
    Record record = out.add();
    record[entities_seen] = n;
    record[mean] = sum / static_cast<double>(kEntities * kLots);
  }
};

TEST(BoundedMemory, WholeDateThatStreamsByEntity) {
  const int64_t before = arrow::default_memory_pool()->bytes_allocated();
  int64_t peak = 0;
  const InputDay generated{
      kDay, [&](const auto& columns) -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
        return cast_reader(std::make_shared<Generator>(&peak), columns);
      }};
  Loaded<Crowd> loaded;
  Staging staging;
  const auto outcomes =
      execute(loaded.instance, task_of(loaded, {{{generated}, "id"}, {{generated}, "id"}}),
              staging.stage());
  double sum = 0;
  for (int64_t i = 0; i < kEntities * kLots; ++i) sum += static_cast<double>(i % 1009);
  const double mean = sum / static_cast<double>(kEntities * kLots);
  EXPECT_EQ(text_of(outcomes[0]).substr(0, 7), "200000,");
  EXPECT_NEAR(std::stod(text_of(outcomes[0]).substr(7)), mean, 1e-6);
  EXPECT_EQ(outcomes[0].statistics.entities, static_cast<uint64_t>(kEntities));
  EXPECT_LT(peak - before, kMaxBytes);
}

TEST(BoundedMemory, ShortMemoryMakesSmallerBatches) {
  int64_t peak = 0;
  const InputDay generated{
      kDay, [&](const auto&) -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
        return std::shared_ptr<arrow::RecordBatchReader>(std::make_shared<Generator>(&peak));
      }};
  Loaded<Sum> loaded;
  Staging staging;
  CellTask task = task_of(loaded, {{{generated}, "id"}, {{generated}, "id"}});
  task.limits.memory_bytes = 1;
  task.limits.batch_entities = 1 << 30;
  const auto outcomes = execute(loaded.instance, task, staging.stage());
  EXPECT_EQ(outcomes[0].code, "");
  EXPECT_EQ(outcomes[0].statistics.flushes_batch, 0u);
  EXPECT_GE(outcomes[0].statistics.flushes_memory,
            static_cast<uint64_t>(kEntities * kLots / kBatchRows));
}

}  // namespace
}  // namespace almanac
