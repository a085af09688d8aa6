// The statistics that users are judged by, against worked cases and their own definitions.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "layers/attribution/brinson.h"
#include "layers/mathematics/moments.h"
#include "layers/mathematics/order.h"
#include "layers/mathematics/regression.h"
#include "layers/profiling/disposition_effect.h"
#include "layers/profiling/user_class.h"

namespace {

using nlohmann::json;

const json& cases() {
  static const json all =
      json::parse(std::ifstream(ALMANAC_SOURCE_DIR "/tests/pipelines/data/edge_cases.json"));
  return all;
}

// null, or within rel 1e-9 and abs 1e-12.
void expect_same(double found, const json& wanted, const std::string& what) {
  if (wanted.is_null()) {
    EXPECT_FALSE(std::isfinite(found)) << what;
  } else {
    const double x = wanted;
    EXPECT_NEAR(found, x, std::max(1e-12, 1e-9 * std::abs(x))) << what;
  }
}

TEST(Sum, KeepsWhatCancelsOut) {
  Sum sum;
  for (const double x : {1e16, 1.0, -1e16, 3.0, 1e-3}) sum += x;
  EXPECT_NEAR(sum, 4.001, 1e-15);
  sum += kUndefined;
  EXPECT_TRUE(std::isnan(sum));
}

TEST(Line, WorkedCases) {
  std::vector<double> market, line, flat(60, 0.001), same(60, 0.002);
  for (int i = 0; i < 60; ++i) {
    market.push_back(0.01 * std::sin(i));
    line.push_back(0.001 + 1.5 * market.back());
  }
  std::vector<double> valid = line;
  std::fill(valid.begin() + 29, valid.end(), kUndefined);
  const std::map<std::string, Line> found = {
      {"perfect line", fitted_line(market, line, 30)},
      {"constant y", fitted_line(market, flat, 30)},
      {"constant market", fitted_line(same, line, 30)},
      {"29 of 60 valid", fitted_line(market, valid, 30)},
      {"all NaN", fitted_line(market, std::vector<double>(60, kUndefined), 30)}};
  for (const auto& [name, wanted] : cases()["capm"].items()) {
    const Line& fit = found.at(name);
    expect_same(fit.alpha, wanted["alpha"], name + ": alpha");
    expect_same(fit.beta, wanted["beta"], name + ": beta");
    expect_same(fit.alpha_t, wanted["alpha_t"], name + ": alpha_t");
    expect_same(fit.r2, wanted["r2"], name + ": r2");
    expect_same(fit.residual_sd * std::sqrt(252), wanted["resid_vol"], name + ": resid_vol");
    EXPECT_EQ(static_cast<double>(fit.n), wanted["n_obs"]) << name;
  }
}

TEST(Moments, WorkedCases) {
  expect_same(skewness(std::vector<double>{1, 2}), cases()["skew"]["n=2"], "n=2");
  expect_same(skewness(std::vector<double>{5, 5, 5, 5}), cases()["skew"]["no spread"], "no spread");
  expect_same(skewness(std::vector<double>{1, 2, 10}), cases()["skew"]["1,2,10"], "1,2,10");
  // By hand: deviations -2, -1, 0, 1, 2: m2 = 2, m4 = 34 / 5, g2 = -1.3, G2 = 4 / 6 (6 g2 + 6).
  EXPECT_NEAR(excess_kurtosis(std::vector<double>{1, 2, 3, 4, 5}), -1.2, 1e-12);
  EXPECT_TRUE(std::isnan(excess_kurtosis(std::vector<double>{1, 2, 3})));
}

TEST(Order, QuantilesAreLinearBetweenValues) {
  const std::vector<double> values = ascending(std::vector<double>{4, 1, 3, 2});
  EXPECT_EQ(quantile(values, 0), 1);
  EXPECT_EQ(quantile(values, 0.5), 2.5);
  EXPECT_NEAR(quantile(values, 0.95), 3.85, 1e-12);
  EXPECT_EQ(quantile(values, 1), 4);
  EXPECT_TRUE(std::isnan(median(std::vector<double>{})));
  EXPECT_EQ(median_deviation(std::vector<double>{1, 1, 2, 4, 9}), 1);
}

TEST(Order, RankSharesOfWorkedCaseAndOfWhatIsEqualButForRounding) {
  const std::vector<double> found = rank_shares(std::vector<double>{3, 1, kUndefined, 1});
  for (size_t i = 0; i < found.size(); ++i) {
    expect_same(found[i], cases()["pct_rank"]["y"][i], std::to_string(i));
  }
  EXPECT_EQ(rank_shares(std::vector<double>{0.1 + 0.2, 0.3}), (std::vector<double>{0.5, 0.5}));
}

TEST(Order, RankSharesAreThoseOfCountingWhateverTheValues) {
  EXPECT_TRUE(rc::check([](const std::vector<int8_t>& drawn) {
    std::vector<double> values(drawn.begin(), drawn.end());
    const std::vector<double> shares = rank_shares(values);
    for (size_t i = 0; i < values.size(); ++i) {
      double below = 0, equal = 0;
      for (const double x : values) {
        below += x < values[i] ? 1 : 0;
        equal += x == values[i] ? 1 : 0;
      }
      const auto n = static_cast<double>(values.size());
      RC_ASSERT(std::abs(shares[i] - (below + equal / 2) / n) < 1e-12);
    }
  }));
}

TEST(Brinson, WorkedCases) {
  const json& all = cases()["brinson"];
  const std::vector<double> wb = all["wb"], rb = all["rb"];
  const double whole = wb[0] * rb[0] + wb[1] * rb[1] + wb[2] * rb[2];
  const std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> held = {
      {"held all", {{0.4, 0.4, 0.2}, {0.02, -0.01, 0.03}}},
      {"one sector", {{1, 0, 0}, {0.02, rb[1], rb[2]}}},
      {"== benchmark", {wb, rb}}};
  for (const auto& [name, portfolio] : held) {
    double sum = 0, own = 0;
    for (size_t i = 0; i < 3; ++i) {
      const double wp = portfolio.first[i], rp = portfolio.second[i];
      const Effects found = effects_of(wp, rp, wb[i], rb[i], whole);
      expect_same(found.allocation, all[name][0][i], name);
      expect_same(found.selection, all[name][1][i], name);
      expect_same(found.interaction, all[name][2][i], name);
      sum += found.allocation + found.selection + found.interaction;
      own += wp * rp;
    }
    EXPECT_NEAR(sum, own - whole, 1e-15) << name;
  }
}

TEST(Brinson, BenchmarkIsAllStocksAlikeThatHaveAReturnAndASector) {
  const SectorBenchmark benchmark(
      {{"D", "two"}, {"A", "one"}, {"B", "one"}, {"C", "two"}, {"SP500", "one"}},
      {{"A", 0.01}, {"B", 0.03}, {"C", kUndefined}, {"D", -0.02}, {"E", 9}, {"SP500", 9}});
  ASSERT_EQ(benchmark.sectors().size(), 2u);
  EXPECT_EQ(benchmark.sectors()[0].name, "one");
  EXPECT_DOUBLE_EQ(benchmark.sectors()[0].weight, 2.0 / 3);
  EXPECT_DOUBLE_EQ(benchmark.sectors()[0].ret, 0.02);
  EXPECT_DOUBLE_EQ(benchmark.whole(), 0.02 / 3);
  EXPECT_EQ(benchmark.find("C"), 1u);
  EXPECT_EQ(benchmark.find("E"), 2u) << "in none";
}

TEST(DispositionEffect, WorkedCases) {
  const std::map<std::string, std::pair<Profits, Profits>> counts = {
      {"rg=2 pg=2 rl=1 pl=3 (Odean's Daymon and Rosalie) -> [PGR, PLR, D, t]", {{2, 1}, {2, 3}}},
      {"no sale", {{0, 0}, {0, 0}}},
      {"no losers", {{3, 0}, {1, 0}}},
      {"all realised", {{2, 1}, {0, 0}}}};
  for (const auto& [name, wanted] : cases()["pgr"].items()) {
    const auto& [realised, paper] = counts.at(name);
    const DispositionEffect found(realised, paper);
    expect_same(found.pgr, wanted[0], name);
    expect_same(found.plr, wanted[1], name);
    expect_same(found.difference, wanted[2], name);
    expect_same(found.t, wanted[3], name);
  }
  Profits profits;
  for (const double profit : {5.0, -1.0, 0.0, 2.0}) profits.add(profit);
  EXPECT_EQ(profits.gains, 2);
  EXPECT_EQ(profits.losses, 1);
}

TEST(UserClass, TheFirstRuleThatHoldsCountsAndNothingUndefinedDoes) {
  const Habits nothing = {kUndefined, 0,          0,          kUndefined, false,
                          kUndefined, kUndefined, kUndefined, kUndefined, kUndefined};
  EXPECT_EQ(user_class(nothing), "other");
  Habits user = nothing;
  user.turnover = 0.25, user.n_eff = 4;
  EXPECT_EQ(user_class(user), "index_holder");
  user.buy_momentum = -0.08, user.n_buys = 8;
  EXPECT_EQ(user_class(user), "contrarian");
  user.buy_momentum = 0.06;
  EXPECT_EQ(user_class(user), "momentum");
  user.hhi = 0.40;
  EXPECT_EQ(user_class(user), "concentrated");
  user.disposition = 0.05, user.disposition_t = 1.96;
  EXPECT_EQ(user_class(user), "disposition_prone");
  user.revenge_flag = true;
  EXPECT_EQ(user_class(user), "revenge_trader");
  user.hold_median = 3, user.n_closed = 20;
  EXPECT_EQ(user_class(user), "day_trader");
  user.n_closed = 19;
  EXPECT_EQ(user_class(user), "revenge_trader");
}

}  // namespace
