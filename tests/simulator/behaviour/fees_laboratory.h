// A calculation of fees, and a laboratory in which versions of it are built and run. The test is
// its own child: main() is in comparison_test.cc.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "isolation/serve.h"
#include "simulator/behaviour/laboratory.h"
#include "simulator/behaviour/shape.h"
#include "tests/support/temporary_folder.h"

namespace almanac::behaviour {

inline constexpr const char* kFees = R"cc(
#include <almanac/calculation.h>

#include <algorithm>
#include <cmath>
#include <memory>

  using namespace almanac;

  // Fees by tier; a discount for those whose trades are worth enough on average.
  struct Fees : PerEntity {
    Table trades = dataset("trades");
    In<double> amount = trades["amount"];
    In<int64_t> tier = trades["tier"];

    Key<std::string_view> user = key("user");
    Out<double> fee = column("fee");

    std::shared_ptr<int> calls = std::make_shared<int>(0);

    static double rate(double value) { return value < 250 ? 1.5 : value * 0.007; }

    void process(const Entity& entity, Output& out) const override {
      double sum = 0, worth = 0;
      int64_t count = 0;
      for (const Row row : entity.rows(trades)) {
        if (!row.has(amount) || !row.has(tier) || !std::isfinite(row[amount])) continue;
        worth += row[amount];
        count = count + 1;
        sum += row[tier] == 7 ? 0 : rate(row[amount]);
      }
      if (count == 0) return;
      const double average = worth / static_cast<double>(count);
      if (100 - 100 / (1 + average * average) > 62.5) sum = sum / 2;
      out.add()[fee] = sum;
    }
  };
  ALMANAC_CALCULATION(Fees, "fees", "fees")
)cc";

class FeesLaboratory : public testing::Test {
 protected:
  // `wall_ms`: of a batch of contexts.
  explicit FeesLaboratory(int64_t wall_ms = 20'000) : laboratory_(options(wall_ms)) {}

  Laboratory::Options options(int64_t wall_ms) {
    Laboratory::Options options{find_toolchain("").value(), ALMANAC_SOURCE_DIR "/sdk",
                                folder_.path() + "/laboratory"};
    options.command = {"/proc/self/exe", kServeTasks};
    options.sandbox = "best_effort";
    options.memory_bytes = 1'000'000'000;
    options.wall_ms = wall_ms;
    options.stop = &stop_;
    return options;
  }

  // The calculation with some texts in place of others, and with headers.
  Version version(const std::vector<std::pair<std::string, std::string>>& edits = {},
                  const std::vector<CodeBundle::Source>& headers = {}) {
    std::string text = kFees;
    for (const auto& [from, to] : edits) {
      const size_t at = text.find(from);
      EXPECT_NE(at, text.npos) << from;
      text.replace(at, from.size(), to);
    }
    CodeBundle bundle{"calculations/fees.cc", {{"calculations/fees.cc", text}}};
    bundle.sources.insert(bundle.sources.end(), headers.begin(), headers.end());
    const auto rebuilt = laboratory_.rebuilder().plain(bundle, "v" + std::to_string(count_++));
    EXPECT_TRUE(rebuilt.ok()) << rebuilt.error().message;
    Calculation calculation;
    calculation.id = "fees";
    calculation.module_sha256 = rebuilt->sha256;
    calculation.reads = {{abi::Source::Dataset,
                          "trades",
                          false,
                          1,
                          {{"amount", Type::Float64}, {"tier", Type::Int64}}}};
    calculation.outputs = {{"user", Type::String, true}, {"fee", Type::Float64}};
    return {calculation, bundle, rebuilt->module};
  }

  // The calculation with another statement at the end.
  Version ending(const std::string& statement) {
    return version({{"out.add()[fee] = sum;", statement}});
  }

  static Shape shape() {
    Shape shape{"fees", abi::Kind::PerEntity, {"user", Type::String}, {}};
    Shape::Read trades{abi::Source::Dataset, "trades"};
    trades.keyed = true;
    trades.fields = {{"amount", Type::Float64}, {"tier", Type::Int64}};
    shape.reads = {trades};
    return shape;
  }

  TemporaryFolder folder_;
  std::atomic<bool> stop_ = false;
  Laboratory laboratory_;
  int count_ = 0;
};

}  // namespace almanac::behaviour
