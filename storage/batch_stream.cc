#include "storage/batch_stream.h"

#include <arrow/record_batch.h>
#include <arrow/type.h>

namespace almanac {

namespace {

class FunctionStream : public arrow::RecordBatchReader {
 public:
  FunctionStream(std::shared_ptr<arrow::Schema> schema, std::function<Result<Batch>()> next)
      : schema_(std::move(schema)), next_(std::move(next)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(Batch* batch) override {
    auto next = next_();
    if (!next.ok()) return arrow::Status::Invalid(next.error().message);
    *batch = std::move(next).value();
    return arrow::Status::OK();
  }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  std::function<Result<Batch>()> next_;
};

}  // namespace

BatchStream stream_of(std::shared_ptr<arrow::Schema> schema, std::function<Result<Batch>()> next) {
  return std::make_shared<FunctionStream>(std::move(schema), std::move(next));
}

Result<Batch> next_batch(arrow::RecordBatchReader& stream) {
  Batch batch;
  const auto read = stream.ReadNext(&batch);
  if (!read.ok()) return data_error(read.message());
  return batch;
}

BatchStream chained(std::shared_ptr<arrow::Schema> schema, std::vector<BatchSource> sources) {
  auto next = [sources = std::move(sources), index = size_t{0},
               open = BatchStream()]() mutable -> Result<Batch> {
    for (; index < sources.size(); ++index, open = nullptr) {
      const auto named = [&](const Error& error) {
        return Error{error.kind, sources[index].name + ": " + error.message};
      };
      if (open == nullptr) {
        auto opened = sources[index].open();
        if (!opened.ok()) return named(opened.error());
        open = std::move(opened).value();
      }
      auto batch = next_batch(*open);
      if (!batch.ok()) return named(batch.error());
      if (*batch != nullptr) return batch;
    }
    return Batch();
  };
  return stream_of(std::move(schema), std::move(next));
}

}  // namespace almanac
