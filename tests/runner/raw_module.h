// A module that speaks the ABI by hand, to do what the SDK would not let a calculation do.
#pragma once

#include <arrow/c/bridge.h>

#include <functional>

#include "tests/runner/fixture.h"

namespace almanac {

using Types = std::vector<std::shared_ptr<arrow::DataType>>;

// Puts rows out; each row of the JSON is a list of values.
inline void emit(const abi::Sink& sink, int32_t date, const Types& types, const std::string& json) {
  arrow::FieldVector fields;
  for (const auto& type : types) fields.push_back(arrow::field("", type));
  const auto rows = arrow::json::ArrayFromJSONString(arrow::struct_(fields), json).ValueOrDie();
  ArrowArray exported;
  CHECK(arrow::ExportArray(*rows, &exported).ok(), "rows can be exported");
  sink.rows(sink.self, date, &exported);
}

class RawModule {
 public:
  using Process = std::function<void(const abi::Batch& batch, const abi::Sink& sink)>;

  RawModule(Calculation::Output output, Calculation::Kind kind) {
    calculation_.id = "raw";
    calculation_.kind = kind;
    calculation_.outputs = {std::move(output)};
  }

  CellOutcome run(std::vector<Input> inputs, Process process) {
    static const abi::Module module = {
        abi::kVersion, nullptr, nullptr, [](void*) {},
        [](void* self, const abi::Batch* batch, const abi::Sink* sink, char*, size_t) {
          (*static_cast<Process*>(self))(*batch, *sink);
          return abi::Status::Ok;
        }};
    calculation_.reads.assign(inputs.size(), {.source = abi::Source::Dataset, .name = "input"});
    Instance instance(&module, &process);
    CellTask task;
    task.calculation = &calculation_;
    task.dates = {kDay};
    task.inputs = std::move(inputs);
    task.limits = limits;
    return std::move(execute(instance, task, staging_.stage())[0]);
  }

  Limits limits;

 private:
  Calculation calculation_;
  Staging staging_;
};

}  // namespace almanac
