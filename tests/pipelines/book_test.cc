// What lots earned and were worth on each day, rebuilt from those that are left.
#include "layers/portfolio/book.h"

#include <gtest/gtest.h>

#include "tests/pipelines/calculation_under_test.h"

namespace almanac {
namespace {

using Lines = std::vector<std::string>;

const Date kToday = Date::of(2022, 12, 28);  // days before it are those before it in the calendar

struct BookDays : PerEntity {
  Books books{dataset("positions"), dataset("history").window(3).optional(),
              calculation("price_extractor").window(4)};

  Key<int64_t> user = key("user_id");
  Key<int64_t> day = key("day");
  Out<double> pnl = column("pnl").nullable();
  Out<double> before = column("value_before").nullable();
  Out<double> value = column("value").nullable();

  void prepare(const Day& date) override { books.prepare(date); }
  void process(const Entity& entity, Output& out) const override {
    const Book book = books.of(entity);
    for (auto d = book.begin(); d < book.end(); ++d) {
      Record record = out.add();
      record[day] = d - book.begin() + 1;
      record[pnl] = defined(book.pnl(d));
      record[before] = defined(book.value(d - 1));
      record[value] = defined(book.value(d));
    }
  }
};

struct TestLot {
  Date open_date = kToday - 2;
  bool is_buy = true;
  std::optional<double> price = 13;
  std::string ticker = "A";
};

std::vector<std::unique_ptr<HandArray>> columns_of(const std::vector<TestLot>& lots) {
  std::vector<std::optional<std::string>> ticker;
  std::vector<std::optional<Date>> open_date;
  std::vector<std::optional<bool>> is_buy;
  std::vector<std::optional<double>> price, profit, value;
  const std::vector<std::optional<double>> two(lots.size(), 2), ten(lots.size(), 10);
  const std::vector<std::optional<double>> twenty(lots.size(), 20);
  for (const TestLot& lot : lots) {
    ticker.push_back(lot.ticker);
    open_date.push_back(lot.open_date);
    is_buy.push_back(lot.is_buy);
    price.push_back(lot.price);
    profit.push_back((lot.is_buy ? 2 : -2) * (lot.price.value_or(0) - 10));
    value.push_back(20 + *profit.back());
  }
  return columns(hand_array<std::string>(ticker), hand_array<double>(two),
                 hand_array<Date>(open_date), hand_array<double>(ten), hand_array<double>(price),
                 hand_array<double>(twenty), hand_array<double>(profit), hand_array<double>(value),
                 hand_array<bool>(is_buy));
}

// Lots of 2 units bought at 10; `closed` on the last days, today the last. A closed at 10, 11, 12
// and today 13 (fewer days: the last of them); NaN is no close.
Lines days_of(const std::vector<TestLot>& open,
              const std::vector<std::vector<TestLot>>& closed = {},
              std::vector<double> closes = {10, 11, 12, 13}) {
  FakeBatch batch({kToday});
  batch.entities<int64_t>({1});
  batch.read().day(kToday, columns_of(open), {0, static_cast<int64_t>(open.size())});
  batch.read();
  for (size_t i = 0; i < closed.size(); ++i) {
    batch.day(kToday - static_cast<int>(closed.size() - 1 - i), columns_of(closed[i]),
              {0, static_cast<int64_t>(closed[i].size())});
  }
  batch.read();
  for (size_t i = 0; i < closes.size(); ++i) {
    const Date date = kToday - static_cast<int>(closes.size() - 1 - i);
    const bool known = std::isfinite(closes[i]);
    batch.day(date, columns(hand_array<std::string>({known ? "A" : "B"}),
                            hand_array<double>({known ? closes[i] : 1.0})));
  }
  return call<BookDays>(batch).log;
}

// day, P&L, value the day before, value
TEST(Book, ALotEarnsFromTheDayAfterItsOpening) {
  EXPECT_EQ(days_of({TestLot{}}),
            (Lines{"2022-12-28: 1, 1, 0, 0, 22", "2022-12-28: 1, 2, 2, 22, 24",
                   "2022-12-28: 1, 3, 2, 24, 26"}));
}

TEST(Book, AnOldLotIsWorthSomethingBeforeTheFirstDay) {
  EXPECT_EQ(days_of({TestLot{kToday - 100}}),
            (Lines{"2022-12-28: 1, 1, 2, 20, 22", "2022-12-28: 1, 2, 2, 22, 24",
                   "2022-12-28: 1, 3, 2, 24, 26"}));
}

TEST(Book, AShortEarnsWhenThePriceFalls) {
  EXPECT_EQ(days_of({TestLot{kToday - 100, false}}),
            (Lines{"2022-12-28: 1, 1, -2, 20, 18", "2022-12-28: 1, 2, -2, 18, 16",
                   "2022-12-28: 1, 3, -2, 16, 14"}));
}

TEST(Book, AClosedLotEarnsOnTheDayOfItsClosingAndIsWorthNothingThen) {
  EXPECT_EQ(days_of({}, {{}, {TestLot{kToday - 100, true, 12}}, {}}),
            (Lines{"2022-12-28: 1, 1, 2, 20, 22", "2022-12-28: 1, 2, 2, 22, 0",
                   "2022-12-28: 1, 3, 0, 0, 0"}));
}

TEST(Book, ALotOpenedAndClosedOnOneDayEarnsNothing) {
  EXPECT_EQ(days_of({}, {{}, {}, {TestLot{kToday}}}).back(), "2022-12-28: 1, 3, 0, 0, 0");
}

TEST(Book, ADayWithoutACloseIsNotKnownNorTheOneAfterIt) {
  EXPECT_EQ(days_of({TestLot{kToday - 100}}, {}, {10, kUndefined, 12, 13}),
            (Lines{"2022-12-28: 1, 1, null, 20, null", "2022-12-28: 1, 2, null, null, 24",
                   "2022-12-28: 1, 3, 2, 24, 26"}));
}

TEST(Book, ALotWithoutAPriceIsNotKnownOnItsOwnDayAlone) {
  EXPECT_EQ(days_of({TestLot{kToday - 100, true, std::nullopt}}).back(),
            "2022-12-28: 1, 3, null, 24, null");
}

TEST(Book, ALotWhoseStockHasNoCloseOnItsOwnDayFailsTheUser) {
  EXPECT_EQ(days_of({TestLot{}}, {}, {10, 11, 12, kUndefined}),
            Lines{"failed 0: A has no close on 2022-12-28"});
  EXPECT_EQ(days_of({TestLot{.ticker = "NOPE"}}),
            Lines{"failed 0: NOPE has no close on 2022-12-28"});
  EXPECT_EQ(days_of({}, {{}, {TestLot{.price = 12}}, {}}, {10, 11, kUndefined, 13}),
            Lines{"failed 0: A has no close on 2022-12-27"});
}

TEST(Book, WhereTheCalendarBeginsThereIsNothingBefore) {
  EXPECT_EQ(days_of({TestLot{kToday - 1}}, {{}, {}}, {12, 13}),
            (Lines{"2022-12-28: 1, 1, 0, 0, 24", "2022-12-28: 1, 2, 2, 24, 26"}));
  EXPECT_EQ(days_of({TestLot{kToday - 100}}, {{}, {}}, {12, 13}),
            (Lines{"2022-12-28: 1, 1, null, null, 24", "2022-12-28: 1, 2, 2, 24, 26"}));
}

}  // namespace
}  // namespace almanac
