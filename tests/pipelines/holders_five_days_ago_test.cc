// crowd/popular_assets: who held what five days ago is rebuilt from dates, not from old results.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "calculation_under_test.h"
#include "calculations/crowd/popular_assets.cc"

namespace almanac {
namespace {

const Date kToday = Date::of(2022, 12, 28);
using Lines = std::vector<std::string>;

struct TestLot {
  int64_t user;
  std::string ticker;
  Date open_date = kToday - 100;
  bool is_buy = true;
  std::optional<double> price = 20;  // bought 1 for 10
};

using Day = std::vector<TestLot>;

// Columns in the order of Lots.
std::vector<std::unique_ptr<HandArray>> columns_of(const Day& lots) {
  std::vector<std::optional<std::string>> ticker;
  std::vector<std::optional<double>> ones, tens, price, net_profit, value;
  std::vector<std::optional<Date>> open_date;
  std::vector<std::optional<bool>> is_buy;
  for (const TestLot& lot : lots) {
    ticker.push_back(lot.ticker);
    open_date.push_back(lot.open_date);
    is_buy.push_back(lot.is_buy);
    ones.push_back(1);
    tens.push_back(10);
    price.push_back(lot.price);
    net_profit.push_back((lot.is_buy ? 1 : -1) * (lot.price.value_or(0) - 10));
    value.push_back(10 + *net_profit.back());
  }
  return columns(hand_array<std::string>(ticker), hand_array<double>(ones),
                 hand_array<Date>(open_date), hand_array<double>(tens), hand_array<double>(price),
                 hand_array<double>(tens), hand_array<double>(net_profit),
                 hand_array<double>(value), hand_array<bool>(is_buy));
}

// The market has A, B and the index. `closed` are the lots closed on the last days, today the last.
Lines popular(const Day& open, const std::vector<Day>& closed,
              const std::map<int64_t, double>& scores = {}) {
  std::set<int64_t> users;
  for (const TestLot& lot : open) users.insert(lot.user);
  for (const Day& day : closed) {
    for (const TestLot& lot : day) users.insert(lot.user);
  }
  const auto market = [](FakeBatch& batch) {
    batch.read().day(kToday, columns(hand_array<std::string>({"A", "B", "SP500"})));
  };
  std::deque<FakeBatch> stream;  // a batch for each user
  for (const int64_t user : users) {
    const auto add_day = [&](FakeBatch& batch, Date date, Day lots) {
      std::erase_if(lots, [&](const TestLot& lot) { return lot.user != user; });
      batch.day(date, columns_of(lots), {0, static_cast<int64_t>(lots.size())});
    };
    FakeBatch& batch = stream.emplace_back(std::vector<Date>{kToday});
    batch.entities<int64_t>({user});
    market(batch);
    add_day(batch.read(), kToday, open);
    batch.read();
    for (size_t i = 0; i < closed.size(); ++i) {
      add_day(batch, kToday - static_cast<int>(closed.size() - 1 - i), closed[i]);
    }
    batch.read();
    if (const auto score = scores.find(user); score != scores.end()) {
      batch.day(kToday, columns(hand_array<double>({score->second})), {0, 1});
    }
  }
  FakeBatch batch({kToday});
  market(batch);
  batch.streamed().streamed().streamed().stream(&stream);
  const CallResult result = call<PopularAssets>(batch);
  EXPECT_EQ(result.status, abi::Status::Ok) << result.message;
  return result.log;
}

// ticker, holders, change, lots, long, short, sentiment, smart sentiment, net flow, rank
TEST(PopularAssets, HoldersOfFiveDaysAgoComeFromOpenDatesAndClosings) {
  const Date before = kToday - 5;
  EXPECT_EQ(popular({{1, "A"}, {1, "A", before + 1}, {2, "A", before}, {3, "A", before + 1}},
                    {{{9, "A"}}, {{4, "A"}}, {{4, "A"}, {1, "A"}}, {{5, "A", before + 1}}, {}, {}}),
            (Lines{"2022-12-28: A, 3, 0, 4, 80, 0, 1, null, 0, 1",
                   "2022-12-28: B, 0, 0, 0, 0, 0, null, null, 0, 2"}));
}

TEST(PopularAssets, FewerThanFiveEarlierDaysHaveNoChange) {
  EXPECT_EQ(popular({{1, "A"}}, {{}, {}, {}, {}, {}}).front(),
            "2022-12-28: A, 1, null, 1, 20, 0, 1, null, 0, 1");
}

TEST(PopularAssets, ShortsCountAgainstAndFlowsHaveASign) {
  EXPECT_EQ(popular({{1, "A", kToday}, {2, "A", kToday, false, 4}, {3, "B", kToday, false, 4}},
                    {{}, {}, {}, {}, {}, {{4, "A"}, {5, "B", kToday - 9, false, 4}}}),
            (Lines{"2022-12-28: A, 2, 1, 2, 20, 16, 0.1111111111111111, null, -20, 1",
                   "2022-12-28: B, 1, 0, 1, 0, 16, -1, null, 6, 2"}));
}

TEST(PopularAssets, SmartUsersCountByTheirScoreAndOthersNot) {
  const Day open = {{1, "A"}, {2, "A", kToday - 9, false, 4}, {3, "A"}, {3, "B"}};
  EXPECT_EQ(popular(open, {{}, {}, {}, {}, {}, {}}, {{1, 30}, {2, 60}}),
            (Lines{"2022-12-28: A, 3, 0, 3, 40, 16, 0.42857142857142855, "
                   "-0.23076923076923078, 0, 1",
                   "2022-12-28: B, 1, 0, 1, 20, 0, 1, null, 0, 2"}));
}

TEST(PopularAssets, EqualHoldersShareTheBestRank) {
  EXPECT_EQ(popular({{1, "A"}, {1, "B"}}, {{}, {}, {}, {}, {}, {}}),
            (Lines{"2022-12-28: A, 1, 0, 1, 20, 0, 1, null, 0, 1",
                   "2022-12-28: B, 1, 0, 1, 20, 0, 1, null, 0, 1"}));
}

TEST(PopularAssets, LotsOfStocksWithoutACloseAreRejectedOnTheirOwnDayOnly) {
  const Lines lines = popular({{1, "NOPE"}, {1, "A"}, {2, "SP500"}},
                              {{}, {}, {}, {}, {{3, "GONE"}}, {{3, "GONE"}}});
  EXPECT_EQ(lines.at(0), "2022-12-28: A, 1, 0, 1, 20, 0, 1, null, 0, 1");
  EXPECT_EQ(lines.back(), "rejected 2022-12-28: no close 3");
}

TEST(PopularAssets, LotWithoutAPriceCountsButMakesTheSumsOfItsStockNull) {
  EXPECT_EQ(popular({{1, "A", kToday - 100, true, std::nullopt}, {2, "A"}, {3, "B"}},
                    {{}, {}, {}, {}, {}, {}}),
            (Lines{"2022-12-28: A, 2, 0, 2, null, 0, null, null, 0, 1",
                   "2022-12-28: B, 1, 0, 1, 20, 0, 1, null, 0, 2"}));
}

}  // namespace
}  // namespace almanac
