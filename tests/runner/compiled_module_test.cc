// From a source file to a staged result, through a shared object.
#include "tests/support/compiled_module.h"

#include "tests/runner/fixture.h"

namespace almanac {
namespace {

constexpr const char* kSource = R"(
#include <almanac/calculation.h>
using namespace almanac;
struct Scaled : PerEntity {
  Table lots = dataset("lots");
  In<double> value = lots["value"];
  Parameter<double> factor = parameter("factor", 2.0);
  Key<int64_t> user = key("user_id");
  Out<double> scaled = column("scaled");
  void process(const Entity& entity, Output& out) const override {
    double sum = 0;
    for (Row row : entity.rows(lots)) sum += row[value];
    out.add()[scaled] = sum * factor;
  }
};
ALMANAC_CALCULATION(Scaled, "tests", "scaled")
)";

TEST(CompiledModule, ExecutesWithTheParametersInForce) {
  const ModuleFolder folder;
  Module module = Module::load(folder.compile_text(kSource, "scaled.so")).value();
  Calculation calculation = module.describe().value();
  calculation.parameters[0].text = "10";
  Staging staging;
  CellTask task;
  task.calculation = &calculation;
  task.dates = {kDay};
  task.inputs = {{{day(kDay, table({{"user_id", Type::Int64}, {"value", Type::Float64}},
                                   R"([{"user_id": 4, "value": 1}, {"user_id": 4, "value": 2},
                                       {"user_id": 6, "value": 5}])"))},
                  "user_id"}};
  EXPECT_EQ(text_of(execute(module, task, staging.stage())[0]), "4, 30; 6, 50");

  calculation.parameters[0].text = "much";
  const auto outcome = std::move(execute(module, task, staging.stage())[0]);
  EXPECT_EQ(outcome.code, "FAILED");
  EXPECT_EQ(outcome.stage, "setup");
}

}  // namespace
}  // namespace almanac
