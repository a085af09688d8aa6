// Broken rows in users' data: each has a verdict, and none touches what the other rows give.
#include <gtest/gtest.h>

#include "calculation_under_test.h"
#include "calculations/portfolio/net_profit.cc"

namespace almanac {
namespace {

const Date kToday = Date::of(2022, 12, 28);

struct TestLot {
  std::optional<std::string> ticker = "AAPL";
  double units = 10;
  Date open_date = Date::of(2022, 12, 1);
  std::optional<double> open_price = 100, price = 110;
};

// Columns in the order of Lots.
std::vector<std::unique_ptr<HandArray>> columns_of(const std::vector<TestLot>& lots) {
  std::vector<std::optional<std::string>> ticker;
  std::vector<std::optional<double>> units, open_price, price, invested, net_profit, value;
  std::vector<std::optional<Date>> open_date;
  const std::vector<std::optional<bool>> is_buy(lots.size(), true);
  for (const TestLot& lot : lots) {
    const double cost = lot.units * lot.open_price.value_or(0);
    ticker.push_back(lot.ticker);
    units.push_back(lot.units);
    open_date.push_back(lot.open_date);
    open_price.push_back(lot.open_price);
    price.push_back(lot.price);
    invested.push_back(cost);
    value.push_back(lot.price ? std::optional(lot.units * *lot.price) : std::nullopt);
    net_profit.push_back(lot.price ? std::optional(*value.back() - cost) : std::nullopt);
  }
  return columns(
      hand_array<std::string>(ticker), hand_array<double>(units), hand_array<Date>(open_date),
      hand_array<double>(open_price), hand_array<double>(price), hand_array<double>(invested),
      hand_array<double>(net_profit), hand_array<double>(value), hand_array<bool>(is_buy));
}

// What user 1 gets with these lots open today, and closed on the given days before today.
std::vector<std::string> profit_of(const std::vector<TestLot>& open,
                                   const std::vector<std::vector<TestLot>>& closed = {}) {
  FakeBatch batch({kToday});
  batch.entities<int64_t>({1});
  batch.read().day(kToday, columns_of(open), {0, static_cast<int64_t>(open.size())});
  batch.read();
  for (size_t i = 0; i < closed.size(); ++i) {
    batch.day(kToday - static_cast<int>(closed.size() - 1 - i), columns_of(closed[i]),
              {0, static_cast<int64_t>(closed[i].size())});
  }
  return call<NetProfit>(batch).log;
}

TestLot lot_of(const nlohmann::json& row) {
  TestLot lot;
  lot.ticker = row["ticker"];
  lot.units = row["units"];
  lot.open_date = *Date::parse(row["open_date"].get<std::string>());
  lot.open_price = row["open_price"];
  if (row["price"].is_null())
    lot.price = std::nullopt;
  else
    lot.price = row["price"].is_string() ? HUGE_VAL : row["price"].get<double>();
  return lot;
}

TEST(PoisonRows, WorkedCases) {
  const std::string none = "2022-12-28: 1, ";  // n_open, invested, net_profit, value, pct, realised
  const std::map<std::string, std::pair<std::string, std::string>> verdicts = {
      {"NaN price", {none + "2, null, null, null, null, 0", ""}},
      {"infinite price", {none + "1, 1000, 100, 1100, 10, 0", "price is not above 0"}},
      {"negative price", {none + "1, 1000, 100, 1100, 10, 0", "price is not above 0"}},
      {"zero open_price", {none + "1, 1000, 100, 1100, 10, 0", "open_price is not above 0"}},
      {"zero units", {none + "2, 1000, 100, 1100, 10, 0", ""}},
      {"negative units", {none + "1, 1000, 100, 1100, 10, 0", "units are not between 0 and 1e15"}},
      {"unknown ticker", {none + "2, 2000, 200, 2200, 10, 0", ""}},
      {"open_date after the snapshot date",
       {none + "1, 1000, 100, 1100, 10, 0", "open_date is after the date"}},
      {"huge units", {none + "1, 1000, 100, 1100, 10, 0", "units are not between 0 and 1e15"}},
      {"denormal units", {none + "2, 1000, 100, 1100, 10, 0", ""}},
      {"path in ticker", {none + "1, 1000, 100, 1100, 10, 0", "ticker is malformed"}},
      {"SQL in ticker", {none + "1, 1000, 100, 1100, 10, 0", "ticker is malformed"}},
  };
  for (const auto& poison : edge_cases("poison_rows")) {
    const std::string defect = poison["defect"];
    const auto& [row, reason] = verdicts.at(defect);
    std::vector<std::string> wanted = {row};
    if (!reason.empty()) wanted.push_back("rejected 2022-12-28: " + reason + " 1");
    EXPECT_EQ(profit_of({TestLot(), lot_of(poison["row"])}), wanted) << defect;
  }
}

TEST(PoisonRows, NothingInvestedHasNoPercentage) {
  EXPECT_EQ(profit_of({TestLot{.units = 0}}),
            std::vector<std::string>{"2022-12-28: 1, 1, 0, 0, 0, null, 0"});
}

TEST(PoisonRows, UserWithRejectedLotsAloneHasNoRow) {
  EXPECT_EQ(profit_of({TestLot{.units = -1}}),
            (std::vector<std::string>{"skipped 0",
                                      "rejected 2022-12-28: units are not between 0 and "
                                      "1e15 1"}));
}

TEST(PoisonRows, ClosedLotKeepsTheUserAndTodaysCountAsRealised) {
  const std::vector<std::string> kept = {"2022-12-28: 1, 0, 0, 0, 0, null, 0"};
  EXPECT_EQ(profit_of({}, {{TestLot()}, {}}), kept);
  EXPECT_EQ(profit_of({}, {{TestLot()}, {TestLot(), TestLot{.price = 90}}}),
            std::vector<std::string>{"2022-12-28: 1, 0, 0, 0, 0, null, 0"});
  EXPECT_EQ(profit_of({}, {{}, {TestLot()}}),
            std::vector<std::string>{"2022-12-28: 1, 0, 0, 0, 0, null, 100"});
}

TEST(PoisonRows, RejectedClosingsAreCountedOnTheirOwnDayOnly) {
  const TestLot bad{.open_price = 0}, future{.open_date = kToday};
  EXPECT_EQ(profit_of({TestLot()}, {{bad, future}, {TestLot()}}),
            std::vector<std::string>{"2022-12-28: 1, 1, 1000, 100, 1100, 10, 100"});
  EXPECT_EQ(profit_of({TestLot()}, {{}, {bad}}),
            (std::vector<std::string>{"2022-12-28: 1, 1, 1000, 100, 1100, 10, 0",
                                      "rejected 2022-12-28: open_price is not above 0 1"}));
}

TEST(PoisonRows, ClosedLotWithoutAPriceMakesTheRealisedProfitNull) {
  EXPECT_EQ(profit_of({TestLot()}, {{TestLot{.price = std::nullopt}, TestLot()}}),
            std::vector<std::string>{"2022-12-28: 1, 1, 1000, 100, 1100, 10, null"});
}

TEST(PoisonRows, TickersAreCheckedByTheirCharacters) {
  EXPECT_TRUE(well_formed("BRK.B"));
  EXPECT_TRUE(well_formed("0123456789ABCD-."));
  EXPECT_FALSE(well_formed("0123456789ABCD-.E"));
  EXPECT_FALSE(well_formed(""));
  EXPECT_FALSE(well_formed("aapl"));
}

}  // namespace
}  // namespace almanac
