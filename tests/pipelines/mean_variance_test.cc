// Merton's constants against hand calculation, and covariances that have no inverse.
#include "layers/mathematics/mean_variance.h"

#include <gtest/gtest.h>

#include "layers/market/bands.h"

namespace {

TEST(MeanVariance, TwoUncorrelatedStocks) {
  // Daily means .01 and .02, deviations +-.01 and +-.02: variances 4/3 of 1e-4 and of 4e-4.
  const auto market = mean_variance({{0.02, 0.02, 0.0, 0.0}, {0.04, 0.0, 0.04, 0.0}});
  ASSERT_TRUE(market);
  const double v1 = 252 * 4e-4 / 3, v2 = 4 * v1, m1 = 2.52, m2 = 5.04;
  EXPECT_NEAR(market->A, m1 / v1 + m2 / v2, 1e-9 * market->A);
  EXPECT_NEAR(market->B, m1 * m1 / v1 + m2 * m2 / v2, 1e-9 * market->B);
  EXPECT_NEAR(market->C, 1 / v1 + 1 / v2, 1e-9 * market->C);
  EXPECT_NEAR(market->D, (m2 - m1) * (m2 - m1) / (v1 * v2), 1e-9 * market->D);
  EXPECT_NEAR(market->gmv_risk(), std::sqrt(v1 * v2 / (v1 + v2)), 1e-12);
  EXPECT_NEAR(market->gmv_return(), 0.8 * m1 + 0.2 * m2, 1e-9);
}

TEST(MeanVariance, SingularCovarianceHasNone) {
  const std::vector<double> stock = {0.01, -0.02, 0.03, 0.004};
  std::vector<double> twice, sum;
  const std::vector<double> other = {0.02, 0.01, -0.01, 0.003};
  for (size_t i = 0; i < stock.size(); ++i) {
    twice.push_back(2 * stock[i]);
    sum.push_back(stock[i] + 0.3 * other[i]);
  }
  EXPECT_FALSE(mean_variance({stock, stock}));
  EXPECT_FALSE(mean_variance({stock, twice}));
  EXPECT_FALSE(mean_variance({stock, other, sum}));
  EXPECT_FALSE(mean_variance({stock, {0.01, 0.01, 0.01, 0.01}}));
  EXPECT_FALSE(mean_variance({stock, other, {0, 1, 0, 0}, {0, 0, 1, 0}}));  // 4 stocks, 4 days
  EXPECT_FALSE(mean_variance({}));
  EXPECT_TRUE(mean_variance({stock, other}));
}

// The rank of 252 returns is at most 251. Rounding must not make an inverse of it.
TEST(MeanVariance, AsManyStocksAsDaysHaveNone) {
  uint32_t state = 1;
  const auto random = [&] { return (state = state * 1664525u + 1013904223u) * 0x1p-32 - 0.5; };
  for (const size_t stocks : {250u, 252u, 255u}) {
    std::vector<double> market(252);
    for (double& x : market) x = 0.01 * random();
    std::vector<std::vector<double>> returns(stocks, market);
    for (auto& stock : returns) {
      for (double& x : stock) x += 0.02 * random();
    }
    EXPECT_EQ(mean_variance(returns).has_value(), stocks < 252) << stocks;
    returns.resize(200);
    std::vector<double> fund(252);  // all of the others together
    for (const auto& stock : returns) {
      for (size_t i = 0; i < fund.size(); ++i) fund[i] += stock[i] / 200;
    }
    returns.push_back(fund);
    EXPECT_FALSE(mean_variance(returns));
  }
}

TEST(Numbers, TooFewOrMissingValuesMakeTheResultUndefined) {
  const std::vector<double> values = {1, kUndefined, 2, 4};
  EXPECT_EQ(mean(last(values, 2)), 3);
  EXPECT_NEAR(sample_sd(last(values, 2)), std::sqrt(2.0), 1e-15);
  EXPECT_TRUE(std::isnan(mean(last(values, 3))));
  EXPECT_TRUE(std::isnan(mean(last(values, 5))));
  EXPECT_TRUE(std::isnan(sample_sd(last(values, 5))));
  EXPECT_TRUE(std::isnan(sample_sd(last(values, 1))));
  EXPECT_EQ(defined(kUndefined), std::nullopt);
  EXPECT_EQ(defined(1 / 0.0), std::nullopt);
}

TEST(Bands, ComparisonWithAnUndefinedSideIsNotTrue) {
  EXPECT_EQ(trend_mask(4, 1, 3, 2), 15);
  EXPECT_EQ(trend_mask(4, 4, 3, kUndefined), 2);
  EXPECT_EQ(volatility_layer(0.149), 0);
  EXPECT_EQ(volatility_layer(0.15), 1);
  EXPECT_EQ(volatility_layer(0.6), 4);
  EXPECT_EQ(volatility_layer(kUndefined), std::nullopt);
}

}  // namespace
