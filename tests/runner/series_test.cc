// A series is a strategy: every date must end as it would have ended alone.
#include <rapidcheck.h>

#include "tests/runner/fixture.h"

namespace almanac {
namespace {

// Sums of a window, over all dates in one call. Fails where it meets 66, permanently at 77.
struct Sums : Series {
  Table prices = dataset("prices").window(3);
  In<double> close = prices["close"];
  In<std::string_view> ticker = prices["ticker"];
  Table sectors = dataset("sectors");
  In<std::string_view> sector = sectors["sector"];
  Key<std::string_view> symbol = key("ticker");
  Out<double> sum = column("sum");
  Out<int64_t> days = column("days");
  Out<int64_t> known = column("known");
  Sums() { calendar(); }

  void process(const Span& span, Output& out) const override {
    for (size_t i = 0; i < span.size(); ++i) {
      std::map<std::string_view, double> sums;
      int64_t present = 0;
      for (const WindowDay& day : span[i].window(prices)) {
        present += day.present ? 1 : 0;
        for (Row row : day.rows) {
          if (row[close] == 66) throw std::runtime_error("66 on " + day.date.str());
          if (row[close] == 77) throw PermanentError("77 on " + day.date.str());
          if (row[close] == 55) span[i].reject("55");
          sums[row[ticker]] += row[close];
        }
      }
      out.on(i);
      for (auto entry = sums.rbegin(); entry != sums.rend(); ++entry) {
        Record record = out.add();
        record[symbol] = entry->first;
        record[sum] = entry->second;
        record[days] = present;
        record[known] = span[i].rows(sectors).size() + 10 * span[i].calendar().size();
      }
    }
  }
};

// One close a day; none where it is 0.
CellTask series(const Loaded<Sums>& loaded, const std::vector<int>& closes, size_t wanted,
                bool broken_day = false) {
  const std::vector<Calculation::Column> columns = {{"ticker", Type::String},
                                                    {"close", Type::Float64}};
  Input prices{{}, "ticker"};
  std::vector<Date> dates, calendar;
  for (size_t i = 0; i < closes.size(); ++i) {
    const Date date = kDay + static_cast<int>(i);
    calendar.push_back(date);
    if (i + wanted >= closes.size()) dates.push_back(date);
    if (closes[i] == 0) {
      prices.days.push_back(absent(date));
      continue;
    }
    const std::string row = R"({"ticker": "T)" + std::to_string(i % 2) + R"(", "close": )" +
                            std::to_string(closes[i]) + "}";
    prices.days.push_back(day(date, table(columns, "[" + row + "]")));
  }
  if (broken_day) {
    prices.days[0].open = [](const auto&) -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
      return data_error("torn page");
    };
  }
  const Input sectors{{day(kDay, table({{"sector", Type::String}}, R"([{"sector": "Energy"}])"))},
                      "ticker"};
  CellTask task = task_of(loaded, {prices, sectors, Input{}}, dates);
  task.calendar = calendar;
  return task;
}

std::string describe(const CellOutcome& outcome) {
  return outcome.date.str() + " " + outcome.result.hash.hex() + " " + text_of(outcome) +
         (outcome.deterministic ? " deterministic" : "") + (outcome.engine_fault ? " engine" : "") +
         std::to_string(outcome.statistics.rejected);
}

// The same dates, each alone: a task whose history ends with the date.
std::vector<std::string> alone(const std::vector<int>& closes, size_t wanted, Staging* staging) {
  std::vector<std::string> outcomes;
  for (size_t i = closes.size() - wanted; i < closes.size(); ++i) {
    Loaded<Sums> loaded;
    const std::vector<int> until(closes.begin(), closes.begin() + static_cast<int64_t>(i) + 1);
    CellTask task = series(loaded, until, 1);
    auto& days = task.inputs[0].days;
    if (days.size() > 3) days.erase(days.begin(), days.end() - 3);
    outcomes.push_back(describe(execute(loaded.instance, task, staging->stage())[0]));
  }
  return outcomes;
}

TEST(Series, EveryDateEndsAsItWouldAlone) {
  EXPECT_TRUE(rc::check([](std::vector<int> closes, uint8_t history) {
    for (int& close : closes) {
      close = std::abs(close % 90);
      if (close > 80) close = 0;
      if (close > 50) close = std::min(close / 11 * 11, 77);
    }
    if (closes.size() > 20) closes.resize(20);
    closes.push_back(5);
    const size_t wanted = closes.size() - std::min<size_t>(history % 3, closes.size() - 1);
    Loaded<Sums> loaded;
    CellTask task = series(loaded, closes, wanted);
    auto& days = task.inputs[0].days;  // as activities gives them: no day before the first window
    if (days.size() > wanted + 2) days.erase(days.begin(), days.end() - wanted - 2);
    Staging staging;
    std::vector<std::string> together;
    for (const auto& outcome : execute(loaded.instance, task, staging.stage())) {
      together.push_back(describe(outcome));
    }
    RC_ASSERT(together == alone(closes, wanted, &staging));
  }));
}

TEST(Series, ADateThatFailsTakesNoOtherDateWithIt) {
  Loaded<Sums> loaded;
  Staging staging;
  const auto task = series(loaded, {1, 66, 2, 3, 4}, 5);
  std::string codes;
  for (const auto& outcome : execute(loaded.instance, task, staging.stage())) {
    codes += outcome.code.empty() ? "ok " : outcome.code + " ";
  }
  EXPECT_EQ(codes, "ok FAILED FAILED FAILED ok ");
}

TEST(Series, AnUnreadableDayBlamesOnlyTheDatesThatReadIt) {
  Loaded<Sums> loaded;
  Staging staging;
  const auto task = series(loaded, {1, 2, 3, 4, 5}, 5, true);
  std::string codes;
  for (const auto& outcome : execute(loaded.instance, task, staging.stage())) {
    codes += outcome.code.empty() ? "ok " : outcome.code + " ";
    EXPECT_EQ(outcome.engine_fault, !outcome.code.empty());
  }
  EXPECT_EQ(codes, "INPUT INPUT INPUT ok ok ");
}

TEST(Series, AbsentDaysOfAWindowHaveNoRows) {
  Loaded<Sums> loaded;
  Staging staging;
  const auto outcomes = execute(loaded.instance, series(loaded, {4, 0, 2}, 1), staging.stage());
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(text_of(outcomes[0]), "T0, 6, 2, 31");
}

}  // namespace
}  // namespace almanac
