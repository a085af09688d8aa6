// The sample's users must be the same whoever else is in the sample, and their lots must be lots.
#include "tools/almanac/sample_trader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

namespace almanac {
namespace {

constexpr int kTickers = 12;
constexpr uint64_t kSeed = 7;

// Prices that go up and down by ticker; the last ticker comes late.
Market market_of(int days) {
  Market market;
  for (int t = 0; t < kTickers; ++t) market.tickers.push_back("T" + std::to_string(t));
  for (int d = 0; d < days; ++d) {
    Market::Day& day = market.days.emplace_back();
    day.date = Date(19000 + d);
    for (int t = 0; t < kTickers; ++t) {
      const bool listed = t + 1 < kTickers || d >= days / 2;
      const double close = 50 + 10 * t + 5 * std::sin(0.3 * d + t) + 0.02 * t * d;
      day.close.push_back(listed ? close : std::numeric_limits<double>::quiet_NaN());
      if (listed) day.tradable.push_back(static_cast<uint16_t>(t));
    }
    day.winners = {0, 1, 2};
    day.losers = {3, 4, 5};
    day.upcoming = {6};
  }
  return market;
}

std::vector<Lot> lots_of(int32_t user, const Market& market, uint64_t seed = kSeed) {
  std::vector<Lot> lots;
  trade(make_trader(seed, user, market), seed, market, &lots);
  return lots;
}

TEST(SampleTrader, IsAFunctionOfSeedAndIdAlone) {
  const Market market = market_of(262);
  std::vector<Lot> together;
  for (int32_t user = 1; user <= 20; ++user) {
    trade(make_trader(kSeed, user, market), kSeed, market, &together);
  }
  std::vector<Lot> alone;
  for (int32_t user = 1; user <= 20; ++user) {
    for (const Lot& lot : lots_of(user, market)) alone.push_back(lot);
  }
  ASSERT_EQ(together.size(), alone.size());
  for (size_t i = 0; i < alone.size(); ++i) {
    ASSERT_EQ(together[i].position_id, alone[i].position_id);
    ASSERT_EQ(together[i].units, alone[i].units);
    ASSERT_EQ(together[i].close, alone[i].close);
  }
  EXPECT_NE(lots_of(1, market, 8).front().units, lots_of(1, market).front().units);
}

TEST(SampleTrader, LotsAreSortedUniqueAndTradedAtAClose) {
  const Market market = market_of(262);
  for (int32_t user = 1; user <= 500; ++user) {
    const Trader trader = make_trader(kSeed, user, market);
    int64_t next = user * Lot::kPerUser;
    for (const Lot& lot : lots_of(user, market)) {
      ASSERT_EQ(lot.position_id, next++);
      ASSERT_EQ(lot.user_id(), user);
      ASSERT_GT(lot.units, 0);
      ASSERT_GE(lot.open, trader.join);
      ASSERT_LT(lot.open, lot.close);
      ASSERT_LE(lot.close, market.size());
      for (int day = lot.open; day <= std::min<int>(lot.close, market.size() - 1); ++day) {
        ASSERT_FALSE(std::isnan(market.days[day].close[lot.ticker]));
      }
    }
  }
}

TEST(SampleTrader, TypesHaveTheirSharesAndHabits) {
  const Market market = market_of(262);
  std::map<std::string_view, int> users, bought_winners, lots;
  int smart = 0, dormant = 0, late = 0, recent = 0, shorts = 0, open = 0, quiet = 0;
  const int n = 4000;
  for (int32_t user = 1; user <= n; ++user) {
    const Trader trader = make_trader(kSeed, user, market);
    ++users[trader.type];
    smart += trader.smart;
    dormant += trader.dormant;
    late += trader.join > 0;
    recent += trader.join >= market.size() - 10;
    std::set<uint16_t> tickers;
    int still_open = 0;
    for (const Lot& lot : lots_of(user, market)) {
      ++lots[trader.type];
      tickers.insert(lot.ticker);
      bought_winners[trader.type] += !trader.smart && lot.ticker <= 2;
      shorts += !lot.is_buy;
      EXPECT_TRUE(lot.is_buy || trader.type == "day_trader");
      still_open += lot.close == market.size();
    }
    const bool two_tickers = trader.type == "concentrated" && !trader.smart;
    EXPECT_LE(tickers.size(), two_tickers ? 4 : kTickers);  // 4: the late one shifts the choice
    if (trader.dormant) quiet += still_open == 0;
    open += still_open;
  }
  EXPECT_NEAR(users["index_holder"], 0.20 * n, 0.02 * n);
  EXPECT_NEAR(users["revenge_trader"], 0.12 * n, 0.02 * n);
  EXPECT_NEAR(users["casual"], 0.05 * n, 0.02 * n);
  EXPECT_NEAR(smart, 0.04 * n, 0.015 * n);
  EXPECT_NEAR(dormant, 0.01 * n, 0.006 * n);
  EXPECT_EQ(quiet, dormant);
  EXPECT_NEAR(late, 0.08 * n, 0.02 * n);
  EXPECT_NEAR(recent, 0.03 * n, 0.01 * n);
  EXPECT_NEAR(open / double(n), 15, 1);
  EXPECT_NEAR(shorts, 0.2 * lots["day_trader"], 0.01 * lots["day_trader"]);
  EXPECT_GT(bought_winners["momentum"], 0.9 * lots["momentum"]);
  EXPECT_LT(bought_winners["index_holder"], 0.4 * lots["index_holder"]);
}

TEST(SampleTrader, ShortMarketIsEnough) {
  const Market market = market_of(1);
  EXPECT_FALSE(lots_of(2, market).empty());
}

}  // namespace
}  // namespace almanac
